
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * PKCE with S256 (RFC 7636): whoever brings the authorization code must have
 * begun the login, too.  Both sides are compared as the SHA-256 that they are.
 */


#ifndef _WHATSAUTH_PKCE_H_INCLUDED_
#define _WHATSAUTH_PKCE_H_INCLUDED_


#include "signature.h"


#define WHATSAUTH_PKCE_VERIFIER_MIN  43       /* bytes (RFC 7636, 4.1) */
#define WHATSAUTH_PKCE_VERIFIER_MAX  128


/* The digest that a code_challenge is in base64url: 0, or -1 if it is none. */
int whatsauth_pkce_challenge(const whatsauth_text_t *challenge,
    uint8_t digest[WHATSAUTH_SHA256_LEN]);

/*
 * The digest of a code_verifier, for whatsauth_digest_equal().  Returns 0;
 * PKCE_NONE if it is of another form; or -1 if the crypto library failed.
 */
#define WHATSAUTH_PKCE_NONE  1

int whatsauth_pkce_verifier(const whatsauth_text_t *verifier,
    uint8_t digest[WHATSAUTH_SHA256_LEN]);


#endif /* _WHATSAUTH_PKCE_H_INCLUDED_ */

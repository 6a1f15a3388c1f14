
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Signed tokens (RFC 7515, the compact serialization): a header, a payload and
 * a signature, in base64url, with dots between them.
 */


#ifndef _WHATSAUTH_JWS_H_INCLUDED_
#define _WHATSAUTH_JWS_H_INCLUDED_


#include "jwk.h"


#define WHATSAUTH_JWS_AT_HASH_LEN  22


/* The length of a token whose payload has so many bytes. */
size_t whatsauth_jws_len(const whatsauth_jwk_t *key, size_t payload);

/*
 * Writes the token, without a zero.  RSA takes 0.4 ms.  Several threads may
 * sign with one key at once.
 * Returns 0, or -1 if memory is out or the crypto library failed.
 */
int whatsauth_jws_sign(const whatsauth_jwk_t *key,
    const whatsauth_text_t *payload, char *out);

/*
 * The signature of input, key->signature_len bytes.  Returns 0, or -1 as
 * above.
 */
int whatsauth_jws_signature(const whatsauth_jwk_t *key,
    const whatsauth_text_t *input,
    uint8_t signature[WHATSAUTH_JWS_SIGNATURE_MAX]);

/*
 * 1 if signature, of key->signature_len bytes, is that of input under this key
 * and its algorithm; 0 if not, also if nobody can tell.
 */
int whatsauth_jws_verify(const whatsauth_jwk_t *key,
    const whatsauth_text_t *input, const uint8_t *signature);

/*
 * The value of at_hash, which ties an access token to the id token beside it
 * (OpenID Connect Core, 3.1.3.6): base64url of the left half of its SHA-256.
 * Returns 0, or -1 if the crypto library failed.
 */
int whatsauth_jws_at_hash(const whatsauth_text_t *token,
    char at_hash[WHATSAUTH_JWS_AT_HASH_LEN]);


#endif /* _WHATSAUTH_JWS_H_INCLUDED_ */

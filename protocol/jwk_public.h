
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The public half of a key, as everybody may see it: JSON, and its name. */


#ifndef _WHATSAUTH_JWK_PUBLIC_H_INCLUDED_
#define _WHATSAUTH_JWK_PUBLIC_H_INCLUDED_


#include <jansson.h>

#include "jwk.h"


/* The word of the algorithm (RFC 7518, 3.1). */
const char *whatsauth_jwk_word(whatsauth_jwk_algorithm_t algorithm);

/*
 * The members that the type of the key requires (RFC 7638, 3.2), and no others,
 * to be released with json_decref(); or NULL when memory is out.
 */
json_t *whatsauth_jwk_members(const EVP_PKEY *pkey,
    whatsauth_jwk_algorithm_t algorithm);

/*
 * The public halves as a JWK Set (RFC 7517, 5).  Returns a zero-terminated
 * string to be freed with free(), or NULL when memory is out; *len is its
 * length.
 */
char *whatsauth_jwk_set(const whatsauth_jwk_t *const *keys, size_t n,
    size_t *len);

/*
 * The thumbprint (RFC 7638) of a public key, of which members has exactly
 * those that its type requires.  Returns 0, or -1 as above.
 */
int whatsauth_jwk_thumbprint(const json_t *members,
    char kid[WHATSAUTH_JWK_KID_LEN]);


#endif /* _WHATSAUTH_JWK_PUBLIC_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The id_token_hint: an id token of ours that a relying party or a browser
 * shows again.
 *
 * It must begin with the very header that one of our keys writes.  So nothing
 * in a header of an attacker is ever read, "alg" and "jwk" among it, a token of
 * another type is none, and JSON is parsed after the signature fits.
 */


#ifndef _WHATSAUTH_HINT_H_INCLUDED_
#define _WHATSAUTH_HINT_H_INCLUDED_


#include <jansson.h>

#include "jws.h"


#define WHATSAUTH_HINT_MAX  8192    /* bytes */


/*
 * Opens a hint that one of these keys has signed and that names this issuer.
 * Its "exp" is not looked at: a hint may have expired long ago.  The caller
 * compares "aud" with the relying party.
 *
 * Returns 0 and the claims in *claims, to be released with json_decref();
 * HINT_NONE if it is none of ours; or -1 when memory is out.
 */
#define WHATSAUTH_HINT_NONE  1

int whatsauth_hint_open(const whatsauth_text_t *hint,
    const whatsauth_jwk_t *const *keys, size_t n,
    const whatsauth_text_t *issuer, json_t **claims);


#endif /* _WHATSAUTH_HINT_H_INCLUDED_ */

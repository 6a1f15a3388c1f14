
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "base64.h"
#include "pkce.h"


int
whatsauth_pkce_challenge(const whatsauth_text_t *challenge,
    uint8_t digest[WHATSAUTH_SHA256_LEN])
{
    if (challenge->len != whatsauth_base64url_len(WHATSAUTH_SHA256_LEN)) {
        return -1;
    }

    return whatsauth_base64url_decode(challenge->data, digest,
                                      WHATSAUTH_SHA256_LEN);
}


/* The unreserved characters of RFC 3986, 2.3. */

static int
whatsauth_pkce_is_unreserved(char c)
{
    return whatsauth_is_digit(c) || whatsauth_is_lower(c)
           || whatsauth_is_upper(c)
           || c == '-' || c == '.' || c == '_' || c == '~';
}


int
whatsauth_pkce_verifier(const whatsauth_text_t *verifier,
    uint8_t digest[WHATSAUTH_SHA256_LEN])
{
    size_t  i;

    if (verifier->len < WHATSAUTH_PKCE_VERIFIER_MIN
        || verifier->len > WHATSAUTH_PKCE_VERIFIER_MAX)
    {
        return WHATSAUTH_PKCE_NONE;
    }

    for (i = 0; i < verifier->len; i++) {
        if (!whatsauth_pkce_is_unreserved(verifier->data[i])) {
            return WHATSAUTH_PKCE_NONE;
        }
    }

    return whatsauth_sha256(verifier->data, verifier->len, digest);
}

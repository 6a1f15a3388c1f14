
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Signatures and the comparison of secrets.  Every function that sees a secret
 * takes the same time for all inputs of one length.
 */


#ifndef _WHATSAUTH_SIGNATURE_H_INCLUDED_
#define _WHATSAUTH_SIGNATURE_H_INCLUDED_


#include "text.h"


#define WHATSAUTH_SHA256_LEN  32


/* Both return 0, or -1 if the crypto library failed. */
int whatsauth_sha256(const void *data, size_t len,
    uint8_t digest[WHATSAUTH_SHA256_LEN]);
int whatsauth_hmac_sha256(const whatsauth_text_t *key, const void *data,
    size_t len, uint8_t mac[WHATSAUTH_SHA256_LEN]);

/* 1 if equal; constant time (RFC 2104, RFC 6750 5.3 and 10.3). */
int whatsauth_digest_equal(const uint8_t a[WHATSAUTH_SHA256_LEN],
    const uint8_t b[WHATSAUTH_SHA256_LEN]);


/*
 * A signature as most vendors write it: prefix, which may be empty, and then
 * 64 hexadecimal digits of either case, which are the HMAC-SHA256 of a body.
 * Returns 0, or -1 for any other form.
 */
int whatsauth_hex_signature_parse(const whatsauth_text_t *header,
    const whatsauth_text_t *prefix, uint8_t mac[WHATSAUTH_SHA256_LEN]);

/*
 * Meta's X-Hub-Signature-256: "sha256=" and 64 lower-case digits, HMAC-SHA256
 * of the raw body under the app secret.
 * (developers.facebook.com/docs/graph-api/webhooks/getting-started)
 * Returns 0, or -1 for any other form.
 */
int whatsauth_hub_signature_parse(const whatsauth_text_t *header,
    uint8_t mac[WHATSAUTH_SHA256_LEN]);


#endif /* _WHATSAUTH_SIGNATURE_H_INCLUDED_ */

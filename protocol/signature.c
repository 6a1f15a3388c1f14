
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "signature.h"


/* OpenSSL would report a failure left here at the next TLS operation. */

int
whatsauth_sha256(const void *data, size_t len,
    uint8_t digest[WHATSAUTH_SHA256_LEN])
{
    if (EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL) != 1) {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


int
whatsauth_hmac_sha256(const whatsauth_text_t *key, const void *data,
    size_t len, uint8_t mac[WHATSAUTH_SHA256_LEN])
{
    if (key->len > INT_MAX) {
        return -1;
    }

    if (HMAC(EVP_sha256(), key->data, (int) key->len, data, len, mac, NULL)
        == NULL)
    {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


int
whatsauth_digest_equal(const uint8_t a[WHATSAUTH_SHA256_LEN],
    const uint8_t b[WHATSAUTH_SHA256_LEN])
{
    return CRYPTO_memcmp(a, b, WHATSAUTH_SHA256_LEN) == 0;
}


int
whatsauth_hex_signature_parse(const whatsauth_text_t *header,
    const whatsauth_text_t *prefix, uint8_t mac[WHATSAUTH_SHA256_LEN])
{
    int          high, low;
    size_t       i;
    const char  *p;

    if (header->len != prefix->len + 2 * WHATSAUTH_SHA256_LEN
        || (prefix->len != 0
            && memcmp(header->data, prefix->data, prefix->len) != 0))
    {
        return -1;
    }

    p = header->data + prefix->len;

    for (i = 0; i < WHATSAUTH_SHA256_LEN; i++) {
        high = whatsauth_hex_value(*p++);
        low = whatsauth_hex_value(*p++);

        if (high == -1 || low == -1) {
            return -1;
        }

        mac[i] = (uint8_t) (high << 4 | low);
    }

    return 0;
}


int
whatsauth_hub_signature_parse(const whatsauth_text_t *header,
    uint8_t mac[WHATSAUTH_SHA256_LEN])
{
    size_t                         i;
    static const whatsauth_text_t  prefix = whatsauth_text("sha256=");

    for (i = 0; i < header->len; i++) {
        if (header->data[i] >= 'A' && header->data[i] <= 'F') {
            return -1;
        }
    }

    return whatsauth_hex_signature_parse(header, &prefix, mac);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/evp.h>

#include "base64.h"


static const char    whatsauth_base64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The values of these characters by their code in ASCII. */

static const int8_t  whatsauth_base64url_value[128] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
    -1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, 63,
    -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1
};


void
whatsauth_base64_encode(const uint8_t *data, size_t len, char *out)
{
    int            n;
    unsigned char  buf[whatsauth_base64_len(WHATSAUTH_BASE64_MAX) + 1];

    /* The library writes a zero behind its output. */

    n = EVP_EncodeBlock(buf, data, (int) len);
    memcpy(out, buf, (size_t) n);
}


int
whatsauth_base64_decode(const whatsauth_text_t *text,
    uint8_t data[WHATSAUTH_BASE64_MAX], size_t *n)
{
    int      len;
    char     again[whatsauth_base64_len(WHATSAUTH_BASE64_MAX)];
    uint8_t  buf[whatsauth_base64_len(WHATSAUTH_BASE64_MAX)];

    if (text->len == 0 || text->len % 4 != 0 || text->len > sizeof(again)) {
        return -1;
    }

    len = EVP_DecodeBlock(buf, (const unsigned char *) text->data,
                          (int) text->len);

    if (len == -1) {
        return -1;
    }

    /* The library counts the padding and is lenient with blanks and bits. */

    len -= (text->data[text->len - 1] == '=');
    len -= (text->data[text->len - 2] == '=');

    if (len < 1 || len > WHATSAUTH_BASE64_MAX) {
        return -1;
    }

    whatsauth_base64_encode(buf, (size_t) len, again);

    if (whatsauth_base64_len((size_t) len) != text->len
        || memcmp(again, text->data, text->len) != 0)
    {
        return -1;
    }

    memcpy(data, buf, (size_t) len);
    *n = (size_t) len;

    return 0;
}


void
whatsauth_base64url_encode(const uint8_t *data, size_t len, char *out)
{
    uint32_t  bits;
    unsigned  n;

    bits = 0;
    n = 0;

    for ( /* void */ ; len > 0; len--) {
        bits = bits << 8 | *data++;

        for (n += 8; n >= 6; n -= 6) {
            *out++ = whatsauth_base64url[bits >> (n - 6) & 0x3f];
        }
    }

    if (n != 0) {
        *out = whatsauth_base64url[bits << (6 - n) & 0x3f];
    }
}


/* Every request with a cookie comes here: no library, no second spelling. */

int
whatsauth_base64url_decode(const char *text, uint8_t *data, size_t len)
{
    int            value;
    uint32_t       bits;
    unsigned       n;
    unsigned char  c;

    bits = 0;
    n = 0;

    while (len > 0) {
        c = (unsigned char) *text++;
        value = c < 128 ? whatsauth_base64url_value[c] : -1;

        if (value == -1) {
            return -1;
        }

        bits = bits << 6 | (uint32_t) value;
        n += 6;

        if (n >= 8) {
            n -= 8;
            *data++ = (uint8_t) (bits >> n);
            len--;
        }
    }

    /* The bits that no byte takes are zero. */

    return bits & ((1u << n) - 1) ? -1 : 0;
}

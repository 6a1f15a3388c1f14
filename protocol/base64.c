
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/evp.h>

#include "base64.h"


/* The bit that no character and no value has. */
#define WHATSAUTH_BASE64URL_WRONG  0x80


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


/*
 * The bits of four characters.  One that is none of ours leaves BASE64URL_WRONG
 * in *wrong: a byte beyond ASCII has that bit, and so has the value -1.
 */

static uint32_t
whatsauth_base64_quad(const char text[4], unsigned *wrong)
{
    uint32_t              a, b, c, d;
    const unsigned char  *p;

    p = (const unsigned char *) text;

    a = (unsigned char) whatsauth_base64url_value[p[0] & 0x7f];
    b = (unsigned char) whatsauth_base64url_value[p[1] & 0x7f];
    c = (unsigned char) whatsauth_base64url_value[p[2] & 0x7f];
    d = (unsigned char) whatsauth_base64url_value[p[3] & 0x7f];

    *wrong |= a | b | c | d | p[0] | p[1] | p[2] | p[3];

    return a << 18 | b << 12 | c << 6 | d;
}


/*
 * Every request with a cookie comes here: no library, no second spelling, and
 * nothing to decide for each character.
 */

int
whatsauth_base64url_decode(const char *text, uint8_t *data, size_t len)
{
    char      last[4] = { 'A', 'A', 'A', 'A' };
    uint32_t  bits;
    unsigned  wrong;

    wrong = 0;

    for ( /* void */ ; len >= 3; len -= 3) {
        bits = whatsauth_base64_quad(text, &wrong);
        text += 4;

        *data++ = (uint8_t) (bits >> 16);
        *data++ = (uint8_t) (bits >> 8);
        *data++ = (uint8_t) bits;
    }

    if (len > 0) {
        memcpy(last, text, len + 1);
        bits = whatsauth_base64_quad(last, &wrong);

        data[0] = (uint8_t) (bits >> 16);

        if (len == 2) {
            data[1] = (uint8_t) (bits >> 8);
        }

        /* The bits that no byte takes are zero. */

        if (bits & (0xffffffu >> 8 * len)) {
            return -1;
        }
    }

    return wrong & WHATSAUTH_BASE64URL_WRONG ? -1 : 0;
}

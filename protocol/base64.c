
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <openssl/evp.h>

#include "base64.h"


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

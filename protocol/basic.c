
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "base64.h"
#include "basic.h"


/* So many characters of base64 are read at once; not the last ones alone. */
#define WHATSAUTH_BASIC_BLOCK  (WHATSAUTH_BASE64_MAX / 3 * 4)


/* Takes the scheme, in any case, and the spaces behind it. */

static int
whatsauth_basic_scheme(const whatsauth_text_t *header, whatsauth_text_t *rest)
{
    size_t  i;

    static const whatsauth_text_t  scheme = whatsauth_text("basic");

    if (header->len <= scheme.len || header->data[scheme.len] != ' ') {
        return -1;
    }

    for (i = 0; i < scheme.len; i++) {
        if ((header->data[i] | 0x20) != scheme.data[i]) {
            return -1;
        }
    }

    rest->data = header->data + scheme.len;
    rest->len = header->len - scheme.len;
    whatsauth_text_trim(rest);

    return 0;
}


/* Padding in the middle gives a short block, which is refused. */

static int
whatsauth_basic_decode(const whatsauth_text_t *text,
    char buf[WHATSAUTH_BASIC_MAX], size_t *len)
{
    size_t            n, size;
    uint8_t           data[WHATSAUTH_BASE64_MAX];
    whatsauth_text_t  rest, block;

    rest = *text;
    *len = 0;

    do {
        block.data = rest.data;
        block.len = rest.len < WHATSAUTH_BASIC_BLOCK ? rest.len
                                                     : WHATSAUTH_BASIC_BLOCK;
        rest.data += block.len;
        rest.len -= block.len;
        size = rest.len ? WHATSAUTH_BASIC_BLOCK / 4 * 3 : 0;

        if (whatsauth_base64_decode(&block, data, &n) != 0
            || (size && n != size)
            || n > WHATSAUTH_BASIC_MAX - *len)
        {
            return -1;
        }

        memcpy(buf + *len, data, n);
        *len += n;

    } while (rest.len);

    return 0;
}


/* Decodes in place. */

static int
whatsauth_basic_half(char *data, size_t len, size_t max,
    whatsauth_text_t *half)
{
    whatsauth_text_t  text;

    text.data = data;
    text.len = len;
    whatsauth_form_decode(&text, data, half);

    return half->len <= max && whatsauth_oauth_is_ascii(half) ? 0 : -1;
}


int
whatsauth_basic(const whatsauth_text_t *header, char buf[WHATSAUTH_BASIC_MAX],
    whatsauth_text_t *id, whatsauth_text_t *secret)
{
    char              *colon;
    size_t             n, len;
    whatsauth_text_t   rest;

    if (whatsauth_basic_scheme(header, &rest) != 0
        || whatsauth_basic_decode(&rest, buf, &len) != 0)
    {
        return -1;
    }

    colon = memchr(buf, ':', len);

    if (colon == NULL || colon == buf) {
        return -1;
    }

    n = (size_t) (colon - buf);

    if (whatsauth_basic_half(buf, n, WHATSAUTH_OAUTH_CLIENT_ID_MAX, id) != 0) {
        return -1;
    }

    return whatsauth_basic_half(colon + 1, len - n - 1,
                                WHATSAUTH_OAUTH_CLIENT_SECRET_MAX, secret);
}

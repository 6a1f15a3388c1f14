
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text.h"


uint32_t
whatsauth_utf8_next(const char **pos, const char *end)
{
    uint8_t      c, low, high;
    uint32_t     character;
    unsigned     n;
    const char  *p;

    p = *pos;
    c = (uint8_t) *p++;
    *pos = p;

    if (c < 0x80) {
        return c;
    }

    if (c < 0xc2 || c > 0xf4) {
        return WHATSAUTH_UTF8_ILL_FORMED;
    }

    /* The range of the second byte excludes overlong forms and surrogates. */

    low = (c == 0xe0) ? 0xa0 : (c == 0xf0) ? 0x90 : 0x80;
    high = (c == 0xed) ? 0x9f : (c == 0xf4) ? 0x8f : 0xbf;

    n = (c < 0xe0) ? 1 : (c < 0xf0) ? 2 : 3;
    character = c & (0x3fu >> n);

    while (n-- != 0) {
        if (p == end || (uint8_t) *p < low || (uint8_t) *p > high) {
            *pos = p;
            return WHATSAUTH_UTF8_ILL_FORMED;
        }

        character = (character << 6) | ((uint8_t) *p++ & 0x3f);
        low = 0x80;
        high = 0xbf;
    }

    *pos = p;

    return character;
}


size_t
whatsauth_text_clean(const whatsauth_text_t *text, char *out, size_t size)
{
    size_t       n, len;
    uint32_t     c;
    const char  *p, *from, *end;

    n = 0;
    p = text->data;
    end = whatsauth_text_end(text);

    while (p < end) {
        from = p;
        c = whatsauth_utf8_next(&p, end);
        len = (size_t) (p - from);

        if (c < 0x20 || (c >= 0x7f && c < 0xa0)
            || c == WHATSAUTH_UTF8_ILL_FORMED)
        {
            from = WHATSAUTH_UTF8_REPLACEMENT;
            len = sizeof(WHATSAUTH_UTF8_REPLACEMENT) - 1;
        }

        if (len > size - n) {
            break;
        }

        memcpy(out + n, from, len);
        n += len;
    }

    return n;
}


int
whatsauth_text_is_utf8(const whatsauth_text_t *text)
{
    uint32_t     c;
    const char  *p, *end;

    p = text->data;
    end = whatsauth_text_end(text);

    while (p < end) {
        c = whatsauth_utf8_next(&p, end);

        if (c == 0 || c == WHATSAUTH_UTF8_ILL_FORMED) {
            return 0;
        }
    }

    return 1;
}

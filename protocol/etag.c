
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "etag.h"


static const char *
whatsauth_etag_skip(const char *p, const char *end)
{
    while (p < end && (whatsauth_is_blank(*p) || *p == ',')) {
        p++;
    }

    return p;
}


/* A tag without W/: its end, behind the quote, or NULL if there is none. */
static const char *
whatsauth_etag_end(const char *p, const char *end)
{
    const char  *quote;

    if (p == end || *p != '"') {
        return NULL;
    }

    quote = memchr(p + 1, '"', (size_t) (end - p - 1));

    return quote == NULL ? NULL : quote + 1;
}


int
whatsauth_etag_is_named(const whatsauth_text_t *header,
    const whatsauth_text_t *etag)
{
    const char  *p, *end, *next;

    end = whatsauth_text_end(header);
    p = whatsauth_etag_skip(header->data, end);

    if (p < end && *p == '*') {
        return whatsauth_etag_skip(p + 1, end) == end;
    }

    while (p < end) {

        if (end - p > 2 && p[0] == 'W' && p[1] == '/') {
            p += 2;
        }

        next = whatsauth_etag_end(p, end);

        if (next == NULL) {
            return 0;
        }

        if ((size_t) (next - p) == etag->len
            && memcmp(p, etag->data, etag->len) == 0)
        {
            return 1;
        }

        p = whatsauth_etag_skip(next, end);
    }

    return 0;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "cookie.h"


static int
whatsauth_cookie_is_blank(char c)
{
    return c == ' ' || c == '\t';
}


/* 1 if the pair, without blanks around it, is of that name; takes its value. */
static int
whatsauth_cookie_pair(const whatsauth_text_t *pair,
    const whatsauth_text_t *name, whatsauth_text_t *value)
{
    if (pair->len <= name->len
        || pair->data[name->len] != '='
        || memcmp(pair->data, name->data, name->len) != 0)
    {
        return 0;
    }

    value->data = pair->data + name->len + 1;
    value->len = pair->len - name->len - 1;

    return 1;
}


size_t
whatsauth_cookie(const whatsauth_text_t *header,
    const whatsauth_text_t *name, whatsauth_text_t *value)
{
    size_t             n;
    const char        *p, *end, *next;
    whatsauth_text_t   pair;

    p = header->data;
    end = whatsauth_text_end(header);
    n = 0;

    while (p < end) {

        next = memchr(p, ';', (size_t) (end - p));
        if (next == NULL) {
            next = end;
        }

        while (p < next && whatsauth_cookie_is_blank(*p)) {
            p++;
        }

        pair.data = p;
        pair.len = (size_t) (next - p);

        while (pair.len && whatsauth_cookie_is_blank(p[pair.len - 1])) {
            pair.len--;
        }

        n += (size_t) whatsauth_cookie_pair(&pair, name, value);
        p = next + 1;
    }

    return n;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "cookie.h"


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


/*
 * Takes the next pair off the header, without blanks around it; 0: there is
 * none left.
 */
static int
whatsauth_cookie_next(whatsauth_text_t *header, whatsauth_text_t *pair)
{
    const char  *end, *next;

    if (header->len == 0) {
        return 0;
    }

    end = whatsauth_text_end(header);
    next = memchr(header->data, ';', header->len);

    pair->data = header->data;
    pair->len = (size_t) ((next != NULL ? next : end) - header->data);

    header->data = next != NULL ? next + 1 : end;
    header->len = (size_t) (end - header->data);

    whatsauth_text_trim(pair);

    return 1;
}


size_t
whatsauth_cookie(const whatsauth_text_t *header,
    const whatsauth_text_t *name, whatsauth_text_t *value)
{
    size_t             n;
    whatsauth_text_t   rest, pair;

    rest = *header;
    n = 0;

    while (whatsauth_cookie_next(&rest, &pair)) {
        n += (size_t) whatsauth_cookie_pair(&pair, name, value);
    }

    return n;
}


/* Some readers take blanks before the "=" off the name. */
static int
whatsauth_cookie_is_cut(const whatsauth_text_t *pair,
    whatsauth_cookie_cut_pt cut, const void *data)
{
    const char        *equals;
    whatsauth_text_t   name;

    equals = pair->len ? memchr(pair->data, '=', pair->len) : NULL;

    if (equals == NULL) {
        return 0;
    }

    name.data = pair->data;
    name.len = (size_t) (equals - pair->data);

    whatsauth_text_trim(&name);

    return cut(data, &name);
}


size_t
whatsauth_cookie_cut(const whatsauth_text_t *header,
    whatsauth_cookie_cut_pt cut, const void *data, char *out, size_t *n)
{
    size_t            len;
    whatsauth_text_t  rest, pair;

    static const whatsauth_text_t  separator = whatsauth_text("; ");

    *n = 0;
    len = 0;
    rest = *header;

    while (whatsauth_cookie_next(&rest, &pair)) {

        if (whatsauth_cookie_is_cut(&pair, cut, data)) {
            (*n)++;
            continue;
        }

        if (pair.len == 0) {
            continue;
        }

        if (len) {
            len += whatsauth_text_put_or_measure(out ? out + len : NULL,
                                                 &separator);
        }

        len += whatsauth_text_put_or_measure(out ? out + len : NULL, &pair);
    }

    return len;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "resolv_conf.h"


/* Returns 1 if the line names a server that nginx can ask. */
static int
whatsauth_resolv_conf_line(const char *p, const char *end,
    whatsauth_text_t *server)
{
    static const whatsauth_text_t  keyword = whatsauth_text("nameserver");

    if ((size_t) (end - p) <= keyword.len
        || memcmp(p, keyword.data, keyword.len) != 0
        || !whatsauth_is_blank(p[keyword.len]))
    {
        return 0;
    }

    p += keyword.len;

    while (p < end && whatsauth_is_blank(*p)) {
        p++;
    }

    server->data = p;

    while (p < end && !whatsauth_is_blank(*p) && *p != '\r'
           && *p != '#')
    {
        p++;
    }

    server->len = (size_t) (p - server->data);

    return server->len != 0 && memchr(server->data, '%', server->len) == NULL;
}


int
whatsauth_resolv_conf_next(const char **pos, const char *end,
    whatsauth_text_t *server)
{
    const char  *line, *eol;

    while (*pos < end) {
        line = *pos;
        eol = memchr(line, '\n', (size_t) (end - line));

        if (eol == NULL) {
            eol = end;
        }

        *pos = (eol == end) ? end : eol + 1;

        if (whatsauth_resolv_conf_line(line, eol, server)) {
            return 1;
        }
    }

    return 0;
}

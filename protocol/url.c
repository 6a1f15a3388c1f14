
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>

#include "url.h"
#include "url_host.h"
#include "url_path.h"


#define WHATSAUTH_URL_PORT_MAX  5      /* digits */


static const char *const  whatsauth_url_texts[] = {
#define WHATSAUTH_URL_RESULT(name, text)  text,
    WHATSAUTH_URL_RESULTS(WHATSAUTH_URL_RESULT)
#undef WHATSAUTH_URL_RESULT
};


const char *
whatsauth_url_strresult(whatsauth_url_result_t result)
{
    if ((unsigned) result >= WHATSAUTH_URL_RESULTS_N) {
        return "";
    }

    return whatsauth_url_texts[result];
}


/* Equal but for the case of letters; b is lower case. */
static int
whatsauth_url_prefix_nocase(const char *a, size_t len, const char *b)
{
    for ( /* void */ ; *b != '\0'; a++, b++, len--) {
        if (len == 0) {
            return 0;
        }

        if (*a != *b && !(*a >= 'A' && *a <= 'Z' && (*a | 0x20) == *b)) {
            return 0;
        }
    }

    return 1;
}


int
whatsauth_url_has_bad_character(const whatsauth_text_t *text)
{
    size_t   i;
    uint8_t  c;

    for (i = 0; i < text->len; i++) {
        c = (uint8_t) text->data[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL) {
            return 1;
        }
    }

    return 0;
}


/* Splits "host", "host:port" or "[address]:port"; *port is what follows. */
static whatsauth_url_result_t
whatsauth_url_host(whatsauth_url_t *url, const whatsauth_text_t *authority,
    const char **port)
{
    int          ip;
    const char  *p, *end;

    p = authority->data;
    end = p + authority->len;

    url->host.data = p;

    if (p < end && *p == '[') {
        url->host.data = ++p;

        while (p < end && *p != ']') {
            p++;
        }

        url->host.len = (size_t) (p - url->host.data);
        url->ip = 1;
        *port = p + 1;

        return (p < end && whatsauth_url_host_is_ipv6(&url->host))
               ? WHATSAUTH_URL_OK : WHATSAUTH_URL_HOST;
    }

    while (p < end && *p != ':') {
        p++;
    }

    url->host.len = (size_t) (p - url->host.data);
    *port = p;

    if (!whatsauth_url_host_is_name(&url->host, &ip)) {
        return WHATSAUTH_URL_HOST;
    }

    url->ip = ip ? 1 : 0;

    return WHATSAUTH_URL_OK;
}


static whatsauth_url_result_t
whatsauth_url_port(whatsauth_url_t *url, const char *p, const char *end)
{
    unsigned     port, standard;
    const char  *from;

    standard = url->https ? 443 : 80;
    port = standard;

    if (p < end) {
        from = p + 1;

        if (*p != ':' || from == end || *from == '0'
            || end - from > WHATSAUTH_URL_PORT_MAX)
        {
            return WHATSAUTH_URL_PORT;
        }

        port = 0;

        for (p = from; p < end; p++) {
            if (*p < '0' || *p > '9') {
                return WHATSAUTH_URL_PORT;
            }

            port = port * 10 + (unsigned) (*p - '0');
        }

        if (port > UINT16_MAX) {
            return WHATSAUTH_URL_PORT;
        }
    }

    url->port = (uint16_t) port;
    url->default_port = (port == standard);

    return WHATSAUTH_URL_OK;
}


/* Cuts *pos up to the first byte of stop, or all, and moves *pos there. */
static whatsauth_text_t
whatsauth_url_cut(const char **pos, const char *end, const char *stop)
{
    const char        *p;
    whatsauth_text_t   part;

    for (p = *pos; p < end && strchr(stop, *p) == NULL; p++) { /* void */ }

    part.data = *pos;
    part.len = (size_t) (p - *pos);
    *pos = p;

    return part;
}


static whatsauth_url_result_t
whatsauth_url_authority(whatsauth_url_t *url,
    const whatsauth_text_t *authority)
{
    const char              *port;
    whatsauth_url_result_t   result;

    if (memchr(authority->data, '@', authority->len) != NULL) {
        return WHATSAUTH_URL_USERINFO;
    }

    result = whatsauth_url_host(url, authority, &port);

    if (result != WHATSAUTH_URL_OK) {
        return result;
    }

    return whatsauth_url_port(url, port, authority->data + authority->len);
}


whatsauth_url_result_t
whatsauth_url_parse(const whatsauth_text_t *text, whatsauth_url_t *url)
{
    const char              *p, *end;
    whatsauth_text_t         authority;
    whatsauth_url_result_t   result;

    memset(url, 0, sizeof(whatsauth_url_t));

    if (text->len > WHATSAUTH_URL_MAX) {
        return WHATSAUTH_URL_TOO_LONG;
    }

    if (whatsauth_url_has_bad_character(text)) {
        return WHATSAUTH_URL_CHARACTER;
    }

    p = text->data;
    end = whatsauth_text_end(text);

    if (whatsauth_url_prefix_nocase(p, text->len, "https://")) {
        url->https = 1;
        p += sizeof("https://") - 1;

    } else if (whatsauth_url_prefix_nocase(p, text->len, "http://")) {
        p += sizeof("http://") - 1;

    } else {
        return WHATSAUTH_URL_SCHEME;
    }

    if (memchr(p, '#', (size_t) (end - p)) != NULL) {
        return WHATSAUTH_URL_FRAGMENT;
    }

    authority = whatsauth_url_cut(&p, end, "/?");
    url->path = whatsauth_url_cut(&p, end, "?");
    url->query = whatsauth_url_cut(&p, end, "");

    result = whatsauth_url_authority(url, &authority);

    if (result == WHATSAUTH_URL_OK) {
        result = whatsauth_url_path(&url->path);
    }

    if (result == WHATSAUTH_URL_OK && url->ip && url->https) {
        result = WHATSAUTH_URL_IP_HTTPS;
    }

    return result;
}


int
whatsauth_url_origin(const whatsauth_text_t *text, whatsauth_url_t *url)
{
    whatsauth_url_result_t  result;

    result = whatsauth_url_parse(text, url);

    return (result == WHATSAUTH_URL_OK || result == WHATSAUTH_URL_IP_HTTPS)
           && url->path.len == 0 && url->query.len == 0;
}


int
whatsauth_url_same_origin(const whatsauth_url_t *a, const whatsauth_url_t *b)
{
    return a->https == b->https && a->port == b->port
           && whatsauth_url_host_equal(&a->host, &b->host);
}


/* An empty path is asked for as "/". */
static whatsauth_text_t
whatsauth_url_target_path(const whatsauth_url_t *url)
{
    static const whatsauth_text_t  root = whatsauth_text("/");

    return (url->path.len == 0) ? root : url->path;
}


int
whatsauth_url_equal_but_query(const whatsauth_url_t *a,
    const whatsauth_url_t *b)
{
    whatsauth_text_t  path, other;

    path = whatsauth_url_target_path(a);
    other = whatsauth_url_target_path(b);

    return whatsauth_url_same_origin(a, b)
           && whatsauth_text_equal(&path, &other);
}


int
whatsauth_url_within(const whatsauth_url_t *prefix, const whatsauth_url_t *url)
{
    whatsauth_text_t  outer, path;

    outer = whatsauth_url_target_path(prefix);
    path = whatsauth_url_target_path(url);

    if (!whatsauth_url_same_origin(prefix, url) || path.len < outer.len
        || memcmp(path.data, outer.data, outer.len) != 0)
    {
        return 0;
    }

    return path.len == outer.len || outer.data[outer.len - 1] == '/'
           || path.data[outer.len] == '/';
}


size_t
whatsauth_url_host_header(const whatsauth_url_t *url, char *header)
{
    int          n;
    const char  *format;

    format = memchr(url->host.data, ':', url->host.len) == NULL ? "%.*s"
                                                                : "[%.*s]";

    n = snprintf(header, WHATSAUTH_URL_HOST_HEADER_MAX, format,
                 (int) url->host.len, url->host.data);

    if (!url->default_port) {
        n += snprintf(header + n, WHATSAUTH_URL_HOST_HEADER_MAX - (size_t) n,
                      ":%u", (unsigned) url->port);
    }

    return (size_t) n;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "store_url.h"
#include "url_host.h"


typedef struct {
    whatsauth_text_t   name;
    unsigned           tls:1;
    unsigned           sentinel:1;
} whatsauth_store_url_scheme_t;


static const whatsauth_store_url_scheme_t  whatsauth_store_url_schemes[] = {
    { whatsauth_text("valkey"),           0, 0 },
    { whatsauth_text("valkeys"),          1, 0 },
    { whatsauth_text("redis"),            0, 0 },
    { whatsauth_text("rediss"),           1, 0 },
    { whatsauth_text("valkey+sentinel"),  0, 1 },
    { whatsauth_text("valkeys+sentinel"), 1, 1 },
    { whatsauth_text("redis+sentinel"),   0, 1 },
    { whatsauth_text("rediss+sentinel"),  1, 1 },
};


const char *
whatsauth_store_url_strresult(whatsauth_store_url_result_t result)
{
    static const char *const  text[] = {
#define WHATSAUTH_STORE_URL_TEXT(name, sentence)  sentence,
        WHATSAUTH_STORE_URL_RESULTS(WHATSAUTH_STORE_URL_TEXT)
#undef WHATSAUTH_STORE_URL_TEXT
    };

    return text[result];
}


/* The length of text up to the first byte c, or whole. */
static size_t
whatsauth_store_url_until(const whatsauth_text_t *text, char c)
{
    const char  *p;

    p = (text->len == 0) ? NULL : memchr(text->data, c, text->len);

    return (p == NULL) ? text->len : (size_t) (p - text->data);
}


/* Takes n bytes off the beginning of text. */
static whatsauth_text_t
whatsauth_store_url_take(whatsauth_text_t *text, size_t n)
{
    whatsauth_text_t  part;

    part.data = text->data;
    part.len = n;

    if (n != 0) {
        text->data += n;
        text->len -= n;
    }

    return part;
}


static int
whatsauth_store_url_scheme(whatsauth_text_t *rest, whatsauth_store_url_t *url)
{
    size_t                               i, n;
    whatsauth_text_t                     name;
    const whatsauth_store_url_scheme_t  *scheme;

    n = whatsauth_store_url_until(rest, ':');

    if (rest->len - n < 3 || memcmp(rest->data + n, "://", 3) != 0) {
        return -1;
    }

    name = whatsauth_store_url_take(rest, n);
    (void) whatsauth_store_url_take(rest, 3);

    for (i = 0; i < sizeof(whatsauth_store_url_schemes)
                    / sizeof(whatsauth_store_url_schemes[0]); i++)
    {
        scheme = &whatsauth_store_url_schemes[i];

        if (whatsauth_text_equal(&scheme->name, &name)) {
            url->tls = scheme->tls;
            url->sentinel = scheme->sentinel;
            return 0;
        }
    }

    return -1;
}


/* Digits without zeros before them. */
static int
whatsauth_store_url_port(const whatsauth_text_t *text, uint16_t *port)
{
    size_t    i;
    uint32_t  number;

    if (text->len == 0 || text->len > 5 || text->data[0] == '0') {
        return -1;
    }

    for (number = 0, i = 0; i < text->len; i++) {
        if (!whatsauth_is_digit(text->data[i])) {
            return -1;
        }

        number = number * 10 + (uint32_t) (text->data[i] - '0');
    }

    *port = (uint16_t) number;

    return (number <= UINT16_MAX) ? 0 : -1;
}


/* Reads "host", "host:port", "[::1]" or "[::1]:port". */
static whatsauth_store_url_result_t
whatsauth_store_url_host(whatsauth_text_t text, unsigned sentinel,
    whatsauth_store_url_host_t *host)
{
    int  ip;

    host->ipv6 = (text.len != 0 && text.data[0] == '[');

    if (host->ipv6) {
        (void) whatsauth_store_url_take(&text, 1);
        host->name = whatsauth_store_url_take(&text,
                                       whatsauth_store_url_until(&text, ']'));

        if (text.len == 0 || !whatsauth_url_host_is_ipv6(&host->name)) {
            return WHATSAUTH_STORE_URL_HOST;
        }

        (void) whatsauth_store_url_take(&text, 1);

    } else {
        host->name = whatsauth_store_url_take(&text,
                                       whatsauth_store_url_until(&text, ':'));

        if (!whatsauth_url_host_is_name(&host->name, &ip)) {
            return WHATSAUTH_STORE_URL_HOST;
        }
    }

    if (text.len == 0) {
        host->port = sentinel ? WHATSAUTH_STORE_URL_SENTINEL_PORT
                              : WHATSAUTH_STORE_URL_DEFAULT_PORT;
        return WHATSAUTH_STORE_URL_OK;
    }

    if (text.data[0] != ':') {
        return WHATSAUTH_STORE_URL_HOST;
    }

    (void) whatsauth_store_url_take(&text, 1);

    return (whatsauth_store_url_port(&text, &host->port) == 0)
           ? WHATSAUTH_STORE_URL_OK : WHATSAUTH_STORE_URL_PORT;
}


static int
whatsauth_store_url_is_twice(const whatsauth_store_url_t *url)
{
    size_t                             i;
    const whatsauth_store_url_host_t  *last;

    last = &url->host[url->hosts - 1];

    for (i = 0; i < url->hosts - 1; i++) {
        if (url->host[i].port == last->port
            && whatsauth_url_host_equal(&url->host[i].name, &last->name))
        {
            return 1;
        }
    }

    return 0;
}


/* A comma must have a host on both of its sides. */
static whatsauth_store_url_result_t
whatsauth_store_url_hosts(whatsauth_text_t hosts, whatsauth_store_url_t *url,
    whatsauth_text_t *wrong)
{
    int                           more;
    whatsauth_store_url_result_t  result;

    do {
        *wrong = whatsauth_store_url_take(&hosts,
                                      whatsauth_store_url_until(&hosts, ','));
        more = (hosts.len != 0);
        (void) whatsauth_store_url_take(&hosts, more ? 1 : 0);

        if (url->hosts == WHATSAUTH_STORE_URL_HOSTS_MAX) {
            return WHATSAUTH_STORE_URL_HOSTS;
        }

        result = whatsauth_store_url_host(*wrong, url->sentinel,
                                          &url->host[url->hosts]);

        if (result != WHATSAUTH_STORE_URL_OK) {
            return result;
        }

        url->hosts++;

        if (whatsauth_store_url_is_twice(url)) {
            return WHATSAUTH_STORE_URL_TWICE;
        }

    } while (more);

    return WHATSAUTH_STORE_URL_OK;
}


/* Sentinel takes no other names, either. */
static int
whatsauth_store_url_is_name(const whatsauth_text_t *name)
{
    char    c;
    size_t  i;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!whatsauth_is_digit(c) && !whatsauth_is_lower(c)
            && !whatsauth_is_upper(c) && c != '.' && c != '-' && c != '_')
        {
            return 0;
        }
    }

    return name->len != 0;
}


static whatsauth_store_url_result_t
whatsauth_store_url_query(whatsauth_text_t query, whatsauth_store_url_t *url)
{
    static const whatsauth_text_t  name = whatsauth_text("?name=");

    if (query.len == 0) {
        return url->sentinel ? WHATSAUTH_STORE_URL_NAME
                             : WHATSAUTH_STORE_URL_OK;
    }

    if (!url->sentinel || query.len < name.len
        || memcmp(query.data, name.data, name.len) != 0
        || memchr(query.data, '&', query.len) != NULL)
    {
        return WHATSAUTH_STORE_URL_PARAMETER;
    }

    (void) whatsauth_store_url_take(&query, name.len);
    url->name = query;

    return whatsauth_store_url_is_name(&query) ? WHATSAUTH_STORE_URL_OK
                                               : WHATSAUTH_STORE_URL_NAME;
}


whatsauth_store_url_result_t
whatsauth_store_url_parse(const whatsauth_text_t *text,
    whatsauth_store_url_t *url, whatsauth_text_t *wrong)
{
    whatsauth_text_t              rest, hosts;
    whatsauth_store_url_result_t  result;

    memset(url, 0, sizeof(whatsauth_store_url_t));
    memset(wrong, 0, sizeof(whatsauth_text_t));
    rest = *text;

    /* First of all, so that no other error shows a password. */

    if (whatsauth_store_url_until(&rest, '@') != rest.len) {
        return WHATSAUTH_STORE_URL_USERINFO;
    }

    *wrong = rest;

    if (whatsauth_store_url_scheme(&rest, url) != 0) {
        return WHATSAUTH_STORE_URL_SCHEME;
    }

    *wrong = rest;
    (void) whatsauth_store_url_take(wrong,
                                    whatsauth_store_url_until(&rest, '#'));

    if (wrong->len != 0) {
        return WHATSAUTH_STORE_URL_FRAGMENT;
    }

    hosts = whatsauth_store_url_take(&rest,
                                     whatsauth_store_url_until(&rest, '?'));
    *wrong = hosts;
    (void) whatsauth_store_url_take(wrong,
                                    whatsauth_store_url_until(&hosts, '/'));

    if (wrong->len != 0) {
        return WHATSAUTH_STORE_URL_PATH;
    }

    result = whatsauth_store_url_hosts(hosts, url, wrong);

    if (result == WHATSAUTH_STORE_URL_OK) {
        *wrong = rest;
        result = whatsauth_store_url_query(rest, url);
    }

    return result;
}

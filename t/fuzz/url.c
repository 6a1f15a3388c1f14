
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * URLs: the parts of one that is taken make up the whole again, hold nothing
 * that another parser might read differently, name an address only in the
 * one spelling, and no server finds a dot segment in the path, however often
 * it decodes.  The input: two URLs, on a line each.
 */


#include <arpa/inet.h>
#include <strings.h>

#include "fuzz.h"
#include "protocol/url.h"


static char *
terminated(const whatsauth_text_t *text)
{
    char  *s;

    s = fuzz_alloc(text->len + 1);
    *whatsauth_text_put(s, text) = '\0';

    return s;
}


static void
check_host(const whatsauth_url_t *url)
{
    char             *host;
    struct in_addr    v4;
    struct in6_addr   v6;

    host = terminated(&url->host);

    fuzz_check(url->host.len != 0 && strlen(host) == url->host.len);
    fuzz_check(url->ip == (inet_pton(AF_INET, host, &v4) == 1
                           || inet_pton(AF_INET6, host, &v6) == 1));

    /* A host that inet_aton() takes is an address, in that spelling. */
    fuzz_check(inet_aton(host, &v4) == 0
               || inet_pton(AF_INET, host, &v4) == 1);
    fuzz_check(!(url->ip && url->https));

    free(host);
}


static void
check_port(const whatsauth_url_t *url)
{
    fuzz_check(url->port != 0);
    fuzz_check(url->default_port == (url->port == (url->https ? 443 : 80)));
}


/* Scheme, host, port, path and query, put together, are the URL. */
static void
check_whole(const whatsauth_text_t *text, const whatsauth_url_t *url)
{
    int   n, v6, has_port;
    char  whole[WHATSAUTH_URL_MAX + 16];
    char  port[sizeof(":65535")];

    v6 = (memchr(url->host.data, ':', url->host.len) != NULL);
    has_port = (url->path.data != url->host.data + url->host.len + v6);

    snprintf(port, sizeof(port), ":%u", url->port);

    n = snprintf(whole, sizeof(whole), "%s://%s%.*s%s%s%.*s%.*s",
                 url->https ? "https" : "http", v6 ? "[" : "",
                 (int) url->host.len, url->host.data, v6 ? "]" : "",
                 has_port ? port : "", (int) url->path.len, url->path.data,
                 (int) url->query.len, url->query.data);

    fuzz_check((size_t) n == text->len
               && strncasecmp(whole, text->data, text->len) == 0);
}


/* A Host header names the URL's own host and port. */
static void
check_host_header(const whatsauth_url_t *url)
{
    char              origin[8 + WHATSAUTH_URL_HOST_HEADER_MAX];
    whatsauth_url_t   parsed;
    whatsauth_text_t  text;

    strcpy(origin, url->https ? "https://" : "http://");
    text.data = origin;
    text.len = strlen(origin);
    text.len += whatsauth_url_host_header(url, origin + text.len);

    fuzz_check(text.len > WHATSAUTH_URL_MAX
               || (whatsauth_url_parse(&text, &parsed) == WHATSAUTH_URL_OK
                   && whatsauth_url_same_origin(url, &parsed)));
}


static void
check_characters(const whatsauth_text_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        fuzz_check(text->data[i] > ' ' && text->data[i] < 0x7f
                   && text->data[i] != '\\' && text->data[i] != '#');
    }
}


/* Decodes path once, in place; returns what it has changed. */
static unsigned
decode(char *path, size_t *len)
{
    int       high, low;
    char     *out;
    size_t    i;
    unsigned  n;

    n = 0;
    out = path;

    for (i = 0; i < *len; i++) {
        high = (*len - i > 2) ? whatsauth_hex_value(path[i + 1]) : -1;
        low = (*len - i > 2) ? whatsauth_hex_value(path[i + 2]) : -1;

        if (path[i] == '%' && high != -1 && low != -1) {
            *out++ = (char) (high << 4 | low);
            i += 2;
            n++;

        } else {
            *out++ = path[i];
        }
    }

    *len = (size_t) (out - path);

    return n;
}


static void
check_segments(const char *path, size_t len)
{
    size_t  i, from;

    for (i = 0, from = 0; i <= len; i++) {
        if (i != len && memchr("/\\;#?:", path[i], 6) == NULL) {
            continue;
        }

        fuzz_check(!(i - from == 1 && path[from] == '.'));
        fuzz_check(!(i - from == 2 && path[from] == '.'
                     && path[from + 1] == '.'));
        from = i + 1;
    }
}


static void
check_path(const whatsauth_text_t *text)
{
    char              *path;
    size_t             len, i;
    unsigned           level;
    whatsauth_text_t   decoded;

    path = terminated(text);
    len = text->len;
    level = 0;

    fuzz_check(len == 0 || path[0] == '/');

    do {
        check_segments(path, len);

        for (i = 0; i < len; i++) {
            fuzz_check((uint8_t) path[i] >= ' ' && path[i] != 0x7f);
        }

        decoded.data = path;
        decoded.len = len;
        fuzz_check(level > 1 || whatsauth_text_is_utf8(&decoded));
        level++;

    } while (decode(path, &len) != 0);

    fuzz_check(whatsauth_text_is_utf8(&decoded));

    free(path);
}


static void
check_url(const whatsauth_text_t *text, const whatsauth_url_t *url)
{
    whatsauth_url_t  other;

    fuzz_check(fuzz_is_within(&url->host, text));
    fuzz_check(fuzz_is_within(&url->path, text));
    fuzz_check(fuzz_is_within(&url->query, text));
    fuzz_check(url->query.len == 0 || url->query.data[0] == '?');

    check_characters(text);
    check_host(url);
    check_port(url);
    check_whole(text, url);
    check_host_header(url);
    check_path(&url->path);

    other = *url;
    other.query.len = 0;
    fuzz_check(whatsauth_url_same_origin(url, &other));
    fuzz_check(whatsauth_url_equal_but_query(url, &other));
    fuzz_check(whatsauth_url_within(url, &other));

    other.path.len = 0;
    fuzz_check(whatsauth_url_within(&other, url));
}


static void
check_pair(const whatsauth_url_t *a, const whatsauth_url_t *b)
{
    int  equal;

    fuzz_check(whatsauth_url_same_origin(a, b)
               == whatsauth_url_same_origin(b, a));

    if (!whatsauth_url_same_origin(a, b)) {
        fuzz_check(!whatsauth_url_equal_but_query(a, b));
        fuzz_check(!whatsauth_url_within(a, b));
        return;
    }

    equal = whatsauth_url_equal_but_query(a, b);

    fuzz_check(equal == whatsauth_url_equal_but_query(b, a));
    fuzz_check(equal == (whatsauth_url_within(a, b)
                         && whatsauth_url_within(b, a)));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t             in;
    whatsauth_url_t          a, b;
    whatsauth_text_t         one, two;
    whatsauth_url_result_t   result;

    in = fuzz_input(data, size);
    one = fuzz_line(&in);
    two = fuzz_rest(&in);

    result = whatsauth_url_parse(&one, &a);
    fuzz_check((*whatsauth_url_strresult(result) == '\0')
               == (result == WHATSAUTH_URL_OK));

    fuzz_check(whatsauth_url_origin(&one, &b)
               == ((result == WHATSAUTH_URL_OK
                    || result == WHATSAUTH_URL_IP_HTTPS)
                   && a.path.len == 0 && a.query.len == 0));

    if (result == WHATSAUTH_URL_OK) {
        check_url(&one, &a);

        if (whatsauth_url_parse(&two, &b) == WHATSAUTH_URL_OK) {
            check_url(&two, &b);
            check_pair(&a, &b);
        }
    }

    fuzz_free(&one);
    fuzz_free(&two);

    return 0;
}

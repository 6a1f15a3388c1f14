
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "redirect_uri.h"
#include "url_host.h"


const char *
whatsauth_redirect_uri_strresult(whatsauth_redirect_uri_result_t result)
{
    static const char *const  text[] = {
#define WHATSAUTH_REDIRECT_URI_RESULT(name, sentence)  sentence,
        WHATSAUTH_REDIRECT_URI_RESULTS(WHATSAUTH_REDIRECT_URI_RESULT)
#undef WHATSAUTH_REDIRECT_URI_RESULT
    };

    return text[result];
}


static int
whatsauth_redirect_uri_has(const whatsauth_text_t *uri, char c)
{
    return memchr(uri->data, c, uri->len) != NULL;
}


/*
 * The length of a scheme (RFC 3986, 3.1) without its colon, or 0; *dot tells
 * whether it has one.
 */

static size_t
whatsauth_redirect_uri_scheme(const whatsauth_text_t *uri, int *dot)
{
    char    c;
    size_t  i;

    *dot = 0;

    for (i = 0; i < uri->len; i++) {
        c = uri->data[i];

        if (c == ':') {
            return i;
        }

        if (c == '.') {
            *dot = 1;
        }

        if (!whatsauth_is_lower(c)
            && (i == 0 || (!whatsauth_is_digit(c) && strchr("+-.", c) == NULL)))
        {
            return 0;
        }
    }

    return 0;
}


static int
whatsauth_redirect_uri_is_loopback(const whatsauth_url_t *url)
{
    static const whatsauth_text_t  ipv4 = whatsauth_text("127.0.0.1");
    static const whatsauth_text_t  ipv6 = whatsauth_text("::1");

    return whatsauth_url_host_is_localhost(&url->host)
           || whatsauth_url_host_equal(&url->host, &ipv4)
           || whatsauth_url_host_equal(&url->host, &ipv6);
}


/* A browser follows it, not nginx: https to an address is the party's own. */

static whatsauth_redirect_uri_result_t
whatsauth_redirect_uri_web(const whatsauth_text_t *uri)
{
    whatsauth_url_t         url;
    whatsauth_url_result_t  result;

    result = whatsauth_url_parse(uri, &url);

    if (result != WHATSAUTH_URL_OK && result != WHATSAUTH_URL_IP_HTTPS) {
        return WHATSAUTH_REDIRECT_URI_URL;
    }

    return url.https || whatsauth_redirect_uri_is_loopback(&url)
           ? WHATSAUTH_REDIRECT_URI_OK : WHATSAUTH_REDIRECT_URI_HTTP;
}


static whatsauth_redirect_uri_result_t
whatsauth_redirect_uri_app(const whatsauth_text_t *uri, int is_public)
{
    int     dot;
    size_t  n;

    n = whatsauth_redirect_uri_scheme(uri, &dot);

    if (n == 0 || n + 1 == uri->len || !dot) {
        return WHATSAUTH_REDIRECT_URI_SCHEME;
    }

    if (whatsauth_url_has_bad_character(uri)) {
        return WHATSAUTH_REDIRECT_URI_URL;
    }

    return is_public ? WHATSAUTH_REDIRECT_URI_OK
                     : WHATSAUTH_REDIRECT_URI_PUBLIC;
}


static int
whatsauth_redirect_uri_is_web(const whatsauth_text_t *uri)
{
    int     dot;
    size_t  n;

    n = whatsauth_redirect_uri_scheme(uri, &dot);

    return (n == 5 && memcmp(uri->data, "https", 5) == 0)
           || (n == 4 && memcmp(uri->data, "http", 4) == 0);
}


whatsauth_redirect_uri_result_t
whatsauth_redirect_uri_check(const whatsauth_text_t *uri, int is_public)
{
    if (uri->len == 0) {
        return WHATSAUTH_REDIRECT_URI_SCHEME;
    }

    if (uri->len > WHATSAUTH_REDIRECT_URI_MAX) {
        return WHATSAUTH_REDIRECT_URI_TOO_LONG;
    }

    if (whatsauth_redirect_uri_has(uri, '*')) {
        return WHATSAUTH_REDIRECT_URI_WILDCARD;
    }

    if (whatsauth_redirect_uri_has(uri, '#')) {
        return WHATSAUTH_REDIRECT_URI_FRAGMENT;
    }

    return whatsauth_redirect_uri_is_web(uri)
           ? whatsauth_redirect_uri_web(uri)
           : whatsauth_redirect_uri_app(uri, is_public);
}


int
whatsauth_redirect_uri_is_among(const whatsauth_text_t *uri,
    const whatsauth_text_t *list, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (whatsauth_text_equal(uri, &list[i])) {
            return 1;
        }
    }

    return 0;
}


static size_t
whatsauth_redirect_uri_put(char *out, char c)
{
    if (out != NULL) {
        *out = c;
    }

    return 1;
}


#define whatsauth_redirect_uri_at(out, n)  ((out) == NULL ? NULL : (out) + (n))


size_t
whatsauth_redirect_uri_write(const whatsauth_text_t *uri,
    const whatsauth_field_t *fields, size_t n, char *out)
{
    char    separator;
    size_t  i, len;

    len = whatsauth_text_put_or_measure(out, uri);
    separator = whatsauth_redirect_uri_has(uri, '?') ? '&' : '?';

    for (i = 0; i < n; i++) {

        if (fields[i].value.len == 0) {
            continue;
        }

        len += whatsauth_redirect_uri_put(whatsauth_redirect_uri_at(out, len),
                                          separator);
        len += whatsauth_encode(&fields[i].name, WHATSAUTH_ENCODE_FORM,
                                whatsauth_redirect_uri_at(out, len));
        len += whatsauth_redirect_uri_put(whatsauth_redirect_uri_at(out, len),
                                          '=');
        len += whatsauth_encode(&fields[i].value, WHATSAUTH_ENCODE_FORM,
                                whatsauth_redirect_uri_at(out, len));
        separator = '&';
    }

    return len;
}

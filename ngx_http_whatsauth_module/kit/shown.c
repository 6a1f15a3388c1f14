
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/shown.h"


/* nginx cuts a line at 1024 bytes, and the reason comes last. */
#define NGX_HTTP_WHATSAUTH_SHOWN_MAX    128

/* So few characters cannot be a secret, which has at least 8. */
#define NGX_HTTP_WHATSAUTH_SHOWN_SHORT  5

#define NGX_HTTP_WHATSAUTH_SHOWN_NUMBER  "0123456789+-().,/% "


static ngx_uint_t ngx_http_whatsauth_shown_harmless(ngx_str_t *value);
static size_t ngx_http_whatsauth_shown_scheme(ngx_str_t *value);
static ngx_str_t ngx_http_whatsauth_shown_url(ngx_str_t *value, size_t scheme,
    ngx_str_t *host);
static u_char *ngx_http_whatsauth_shown_until(u_char *p, u_char *last,
    const char *stop);


ngx_str_t
ngx_http_whatsauth_shown(ngx_conf_t *cf, ngx_str_t *value)
{
    size_t      scheme;
    u_char     *p;
    ngx_str_t   part, host, shown;

    ngx_str_null(&shown);
    ngx_str_null(&host);

    scheme = ngx_http_whatsauth_shown_scheme(value);

    if (scheme != 0) {
        part = ngx_http_whatsauth_shown_url(value, scheme, &host);

    } else if (ngx_http_whatsauth_shown_harmless(value)) {
        part = *value;

    } else {
        return shown;
    }

    part.len = ngx_min(part.len, NGX_HTTP_WHATSAUTH_SHOWN_MAX);
    host.len = ngx_min(host.len, NGX_HTTP_WHATSAUTH_SHOWN_MAX);

    p = ngx_pnalloc(cf->pool, sizeof(" \"\"") + part.len + host.len);
    if (p == NULL) {
        return shown;
    }

    shown.data = p;
    shown.len = ngx_sprintf(p, " \"%V%V\"", &part, &host) - p;

    return shown;
}


static ngx_uint_t
ngx_http_whatsauth_shown_harmless(ngx_str_t *value)
{
    size_t     i;
    ngx_str_t  name, rest;

    name = ngx_http_whatsauth_shown_name(value);
    rest = *value;

    if (name.len) {
        rest.data += name.len + 1;
        rest.len -= name.len + 1;
    }

    for (i = 0; i < rest.len; i++) {
        if (ngx_strchr(NGX_HTTP_WHATSAUTH_SHOWN_NUMBER, rest.data[i]) == NULL)
        {
            break;
        }
    }

    return rest.len - i <= NGX_HTTP_WHATSAUTH_SHOWN_SHORT;
}


/* The length of "https://" or the like, 0 where there is no scheme. */

static size_t
ngx_http_whatsauth_shown_scheme(ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len && isalpha(value->data[i]); i++) { /* void */ }

    return i != 0 && value->len - i >= 3
           && ngx_strncmp(value->data + i, "://", 3) == 0 ? i + 3 : 0;
}


/*
 * A password may hold any character, so what looks like a path or a port may
 * be the rest of a password.  *host is the part behind an "@" that is shown.
 */

static ngx_str_t
ngx_http_whatsauth_shown_url(ngx_str_t *value, size_t scheme,
    ngx_str_t *host)
{
    u_char     *p, *at, *authority, *last;
    ngx_str_t   shown;

    last = value->data + value->len;
    authority = ngx_http_whatsauth_shown_until(value->data + scheme, last,
                                               "/?#");
    shown.data = value->data;
    shown.len = scheme;

    at = NULL;

    for (p = value->data + scheme; p < last; p++) {
        at = (*p == '@') ? p : at;
    }

    if (at != NULL) {

        if (at < authority) {
            host->data = at + 1;
            host->len = authority - host->data;
        }

        return shown;
    }

    p = ngx_http_whatsauth_shown_until(value->data + scheme, authority,
                                       "[:");

    if (p < authority && *p == ':') {
        shown.len = p - value->data;

        while (++p < authority && isdigit(*p)) { /* void */ }
    }

    if (p == authority || *p == '[') {
        p = ngx_http_whatsauth_shown_until(authority, last, "?#");
        shown.len = p - value->data;
    }

    return shown;
}


/* The place of the first character that is in stop, or last. */

static u_char *
ngx_http_whatsauth_shown_until(u_char *p, u_char *last, const char *stop)
{
    while (p < last && ngx_strchr(stop, *p) == NULL) {
        p++;
    }

    return p;
}


ngx_str_t
ngx_http_whatsauth_shown_name(ngx_str_t *value)
{
    u_char     *p, *last;
    ngx_str_t   name;

    last = value->data + value->len;

    for (p = value->data; p < last && (isalpha(*p) || *p == '_'); p++) {
        /* void */
    }

    /* A text that ends in "=" may be a secret in base64 without its name. */

    name.data = value->data;
    name.len = p < last - 1 && *p == '=' && last[-1] != '='
               ? (size_t) (p - value->data) : 0;

    return name;
}

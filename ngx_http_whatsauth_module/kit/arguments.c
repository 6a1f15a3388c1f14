
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/arguments.h"
#include "kit/conf.h"

#include "protocol/address.h"
#include "protocol/url_host.h"


/* nginx cuts a message at 1024 bytes, and the reason comes last. */
#define NGX_HTTP_WHATSAUTH_SHOWN_MAX    128

/* Characters that show no secret: none is accepted with fewer than 8. */
#define NGX_HTTP_WHATSAUTH_SHOWN_SHORT  5

#define NGX_HTTP_WHATSAUTH_SHOWN_NUMBER  "0123456789+-().,/% "


static void ngx_http_whatsauth_argument_unknown(ngx_conf_t *cf, ngx_uint_t i);
static ngx_uint_t ngx_http_whatsauth_argument_harmless(ngx_str_t *value);
static size_t ngx_http_whatsauth_argument_scheme(ngx_str_t *value);
static ngx_str_t ngx_http_whatsauth_argument_url_shown(ngx_str_t *value,
    size_t scheme, ngx_str_t *host);
static u_char *ngx_http_whatsauth_argument_until(u_char *p, u_char *last,
    const char *stop);
static ngx_int_t ngx_http_whatsauth_argument_url_invalid(ngx_conf_t *cf,
    ngx_str_t *value, const char *reason);


ngx_int_t
ngx_http_whatsauth_arguments(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *keys, void *object)
{
    ngx_str_t                       *value, arg;
    ngx_uint_t                       i;
    const ngx_http_whatsauth_key_t  *key;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        for (key = keys; key->name.len; key++) {
            if (ngx_strncmp(value[i].data, key->name.data, key->name.len)
                == 0)
            {
                break;
            }
        }

        if (key->name.len == 0) {
            ngx_http_whatsauth_argument_unknown(cf, i);
            return NGX_ERROR;
        }

        arg.data = value[i].data + key->name.len;
        arg.len = value[i].len - key->name.len;

        if (key->set(cf, object, &arg) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Its name alone is shown, for the value may be a secret. */

static void
ngx_http_whatsauth_argument_unknown(ngx_conf_t *cf, ngx_uint_t i)
{
    ngx_str_t  *value, name;

    value = cf->args->elts;
    name = ngx_http_whatsauth_argument_name(&value[i]);

    if (name.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter \"%V\" in \"%V\" directive",
                           &name, &value[0]);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter %ui in \"%V\" directive: "
                           "\"name=value\" is expected", i, &value[0]);
    }
}


ngx_str_t
ngx_http_whatsauth_argument_name(ngx_str_t *value)
{
    u_char     *p, *last;
    ngx_str_t   name;

    last = value->data + value->len;

    for (p = value->data; p < last && (isalpha(*p) || *p == '_'); p++) {
        /* void */
    }

    /* What ends in "=" may be a secret in base64 whose name was forgotten. */

    name.data = value->data;
    name.len = p < last - 1 && *p == '=' && last[-1] != '='
               ? (size_t) (p - value->data) : 0;

    return name;
}


ngx_uint_t
ngx_http_whatsauth_argument_known(const ngx_http_whatsauth_key_t *keys,
    ngx_str_t *name)
{
    for ( /* void */ ; keys->name.len; keys++) {
        if (keys->name.len - 1 == name->len
            && ngx_strncmp(keys->name.data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_str_t
ngx_http_whatsauth_argument_shown(ngx_conf_t *cf, ngx_str_t *value)
{
    size_t      scheme;
    u_char     *p;
    ngx_str_t   part, host, shown;

    ngx_str_null(&shown);
    ngx_str_null(&host);

    scheme = ngx_http_whatsauth_argument_scheme(value);

    if (scheme != 0) {
        part = ngx_http_whatsauth_argument_url_shown(value, scheme, &host);

    } else if (ngx_http_whatsauth_argument_harmless(value)) {
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
ngx_http_whatsauth_argument_harmless(ngx_str_t *value)
{
    size_t     i;
    ngx_str_t  name, rest;

    name = ngx_http_whatsauth_argument_name(value);
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
ngx_http_whatsauth_argument_scheme(ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len && isalpha(value->data[i]); i++) { /* void */ }

    return i != 0 && value->len - i >= 3
           && ngx_strncmp(value->data + i, "://", 3) == 0 ? i + 3 : 0;
}


/*
 * A password may hold any character, so that what looks like a path, or like
 * a port, may be the rest of one.  *host is what is shown behind an "@".
 */

static ngx_str_t
ngx_http_whatsauth_argument_url_shown(ngx_str_t *value, size_t scheme,
    ngx_str_t *host)
{
    u_char     *p, *at, *authority, *last;
    ngx_str_t   shown;

    last = value->data + value->len;
    authority = ngx_http_whatsauth_argument_until(value->data + scheme, last,
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

    p = ngx_http_whatsauth_argument_until(value->data + scheme, authority,
                                          "[:");

    if (p < authority && *p == ':') {
        shown.len = p - value->data;

        while (++p < authority && isdigit(*p)) { /* void */ }
    }

    if (p == authority || *p == '[') {
        p = ngx_http_whatsauth_argument_until(authority, last, "?#");
        shown.len = p - value->data;
    }

    return shown;
}


/* The first of p's characters that is among stop, or last. */

static u_char *
ngx_http_whatsauth_argument_until(u_char *p, u_char *last, const char *stop)
{
    while (p < last && ngx_strchr(stop, *p) == NULL) {
        p++;
    }

    return p;
}


char *ngx_cdecl
ngx_http_whatsauth_argument_invalid(ngx_conf_t *cf, const char *what,
    ngx_str_t *value, const char *expected, ...)
{
    u_char      buf[NGX_MAX_CONF_ERRSTR];
    va_list     args;
    ngx_str_t   shown, rest, *directive;

    directive = cf->args->elts;
    shown = ngx_http_whatsauth_argument_shown(cf, value);

    va_start(args, expected);
    rest.data = buf;
    rest.len = ngx_vslprintf(buf, buf + sizeof(buf), expected, args) - buf;
    va_end(args);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid %s%V in \"%V\" directive%V", what, &shown,
                       directive, &rest);

    return NGX_CONF_ERROR;
}


/* Without a unit it is seconds, whoever meant minutes or milliseconds. */

ngx_int_t
ngx_http_whatsauth_argument_time(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_int_t   ms;
    ngx_str_t  *directive;

    directive = cf->args->elts;
    ms = ngx_parse_time(value, 0);

    if (ms > 0 && isdigit(value->data[value->len - 1])) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "the time \"%V\" in \"%V\" directive has no unit, "
                           "seconds are meant", value, directive);
    }

    return ms;
}


ngx_int_t
ngx_http_whatsauth_argument_url(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *url)
{
    whatsauth_text_t         text;
    whatsauth_url_result_t   rc;

    text = ngx_http_whatsauth_text(value);
    rc = whatsauth_url_parse(&text, url);

    return rc == WHATSAUTH_URL_OK
           ? NGX_OK
           : ngx_http_whatsauth_argument_url_invalid(cf, value,
                                                 whatsauth_url_strresult(rc));
}


ngx_int_t
ngx_http_whatsauth_argument_origin(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *origin)
{
    const char              *reason;
    whatsauth_text_t         text;
    whatsauth_url_result_t   rc;

    text = ngx_http_whatsauth_text(value);

    if (whatsauth_url_origin(&text, origin)) {
        return NGX_OK;
    }

    rc = whatsauth_url_parse(&text, origin);
    reason = rc == WHATSAUTH_URL_OK || rc == WHATSAUTH_URL_IP_HTTPS
             ? "has a path or a query: scheme, host and port are expected"
             : whatsauth_url_strresult(rc);

    return ngx_http_whatsauth_argument_url_invalid(cf, value, reason);
}


static ngx_int_t
ngx_http_whatsauth_argument_url_invalid(ngx_conf_t *cf, ngx_str_t *value,
    const char *reason)
{
    ngx_str_t  *directive, shown;

    directive = cf->args->elts;
    shown = ngx_http_whatsauth_argument_shown(cf, value);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "the URL%V in \"%V\" directive %s", &shown, directive,
                       reason);

    return NGX_ERROR;
}


ngx_int_t
ngx_http_whatsauth_argument_http(ngx_conf_t *cf, whatsauth_url_t *url)
{
    ngx_str_t   *directive, host;
    ngx_addr_t   addr;

    if (url->https || whatsauth_url_host_is_localhost(&url->host)) {
        return NGX_OK;
    }

    directive = cf->args->elts;
    host.len = url->host.len;
    host.data = (u_char *) url->host.data;

    if (url->ip) {

        if (ngx_parse_addr(cf->pool, &addr, host.data, host.len) != NGX_OK) {
            return NGX_ERROR;
        }

        if (whatsauth_address_is_private(addr.sockaddr)) {
            return NGX_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "requests to \"%V\" by \"%V\" directive are not "
                       "encrypted, take https", &host, directive);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_argument_api(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *url)
{
    if (url->host.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"api\" is duplicate");
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_argument_url(cf, value, url) != NGX_OK) {
        return NGX_ERROR;
    }

    if (url->query.len) {
        return ngx_http_whatsauth_argument_url_invalid(cf, value,
                                                       "has a query");
    }

    while (url->path.len && url->path.data[url->path.len - 1] == '/') {
        url->path.len--;
    }

    return ngx_http_whatsauth_argument_http(cf, url);
}

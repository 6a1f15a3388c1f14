
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_arguments.h"

#include "protocol/address.h"
#include "protocol/url_host.h"


/* Bytes of a bad URL that its error message repeats. */
#define NGX_HTTP_WHATSAUTH_URL_SHOWN    128


static void ngx_http_whatsauth_argument_unknown(ngx_conf_t *cf, ngx_uint_t i);
static ngx_str_t ngx_http_whatsauth_argument_url_shown(ngx_str_t *value,
    whatsauth_url_result_t result);


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
                           "unknown parameter %ui in \"%V\" directive", i,
                           &value[0]);
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
    ngx_str_t               *directive, shown;
    whatsauth_text_t         text;
    whatsauth_url_result_t   rc;

    directive = cf->args->elts;
    text = ngx_http_whatsauth_text(value);

    rc = whatsauth_url_parse(&text, url);

    if (rc != WHATSAUTH_URL_OK) {

        shown = ngx_http_whatsauth_argument_url_shown(value, rc);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the URL \"%V\" in \"%V\" directive %s", &shown,
                           directive, whatsauth_url_strresult(rc));
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * What a message repeats of a bad URL: no query and no password.  nginx cuts
 * a message at 1024 bytes, and the reason comes last.
 */

static ngx_str_t
ngx_http_whatsauth_argument_url_shown(ngx_str_t *value,
    whatsauth_url_result_t result)
{
    u_char     *p, *last;
    ngx_str_t   shown;

    shown.data = value->data;
    shown.len = ngx_min(value->len, NGX_HTTP_WHATSAUTH_URL_SHOWN);

    last = value->data + shown.len;
    p = ngx_strlchr(value->data, last, '?');

    if (p != NULL) {
        shown.len = p - value->data;
    }

    if (result == WHATSAUTH_URL_USERINFO) {
        p = ngx_strlchr(value->data, last, ':');
        shown.len = p + sizeof("://") - 1 - value->data;
    }

    return shown;
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
    ngx_str_t  *directive;

    if (url->host.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"api\" is duplicate");
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_argument_url(cf, value, url) != NGX_OK) {
        return NGX_ERROR;
    }

    if (url->query.len) {
        value->len -= url->query.len;    /* not shown */

        directive = cf->args->elts;
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the URL \"%V\" in \"%V\" directive has a query",
                           value, directive);
        return NGX_ERROR;
    }

    while (url->path.len && url->path.data[url->path.len - 1] == '/') {
        url->path.len--;
    }

    return ngx_http_whatsauth_argument_http(cf, url);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_arguments.h"

#include "protocol/address.h"
#include "protocol/url_host.h"


/* Bytes of a bad URL that its error message repeats. */
#define NGX_HTTP_WHATSAUTH_URL_SHOWN    128


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
            /* The value may be a secret: it is not repeated in the log. */
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown parameter %ui in \"%V\" directive",
                               i, &value[0]);
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

        /* nginx cuts a message at 1024 bytes, and the reason comes last. */
        shown.data = value->data;
        shown.len = ngx_min(value->len, NGX_HTTP_WHATSAUTH_URL_SHOWN);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the URL \"%V\" in \"%V\" directive %s", &shown,
                           directive, whatsauth_url_strresult(rc));
        return NGX_ERROR;
    }

    return NGX_OK;
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


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/limit.h"
#include "kit/shown.h"

#include "protocol/address.h"
#include "protocol/url_host.h"


char *ngx_cdecl
ngx_http_whatsauth_argument_invalid(ngx_conf_t *cf, const char *what,
    ngx_str_t *value, const char *expected, ...)
{
    u_char      buf[NGX_MAX_CONF_ERRSTR];
    va_list     args;
    ngx_str_t   shown, rest, *directive;

    directive = cf->args->elts;
    shown = ngx_http_whatsauth_shown(cf, value);

    va_start(args, expected);
    rest.data = buf;
    rest.len = ngx_vslprintf(buf, buf + sizeof(buf), expected, args) - buf;
    va_end(args);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid %s%V in \"%V\" directive%V", what, &shown,
                       directive, &rest);

    return NGX_CONF_ERROR;
}


char *
ngx_http_whatsauth_argument_count(ngx_conf_t *cf)
{
    ngx_str_t  *directive;

    directive = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid number of arguments in \"%V\" directive",
                       directive);

    return NGX_CONF_ERROR;
}


ngx_uint_t
ngx_http_whatsauth_argument_after(ngx_str_t *argument, const ngx_str_t *name,
    ngx_str_t *value)
{
    if (argument->len <= name->len
        || ngx_strncmp(argument->data, name->data, name->len) != 0
        || argument->data[name->len] != '=')
    {
        return 0;
    }

    value->data = argument->data + name->len + 1;
    value->len = argument->len - name->len - 1;

    return 1;
}


/* nginx takes a time without a unit for seconds; the operator may not. */

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
ngx_http_whatsauth_argument_span(ngx_conf_t *cf, ngx_str_t *value,
    const ngx_http_whatsauth_span_t *span, ngx_msec_t *ms)
{
    ngx_int_t  n;

    n = ngx_http_whatsauth_argument_time(cf, value);

    if (n == NGX_ERROR || (ngx_msec_t) n < span->min
        || (ngx_msec_t) n > span->max)
    {
        (void) ngx_http_whatsauth_argument_invalid(cf, "time", value, ": %s",
                                                   span->text);
        return NGX_ERROR;
    }

    *ms = n;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_argument_rate(ngx_conf_t *cf, ngx_str_t *value,
    const char *unit, ngx_uint_t *rate)
{
    size_t     len;
    ngx_int_t  n;

    n = NGX_ERROR;
    len = ngx_strlen(unit);

    if (value->len > len
        && ngx_strncmp(value->data + value->len - len, unit, len) == 0)
    {
        n = ngx_atoi(value->data, value->len - len);
    }

    if (n < 1 || n > NGX_HTTP_WHATSAUTH_LIMIT_MAX) {
        (void) ngx_http_whatsauth_argument_invalid(cf, "rate", value,
                                             ": from 1%s to %d%s", unit,
                                             NGX_HTTP_WHATSAUTH_LIMIT_MAX,
                                             unit);
        return NGX_ERROR;
    }

    *rate = n;

    return NGX_OK;
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


ngx_int_t
ngx_http_whatsauth_argument_url_invalid(ngx_conf_t *cf, ngx_str_t *value,
    const char *reason)
{
    ngx_str_t  *directive, shown;

    directive = cf->args->elts;
    shown = ngx_http_whatsauth_shown(cf, value);

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
                       "encrypted, use https", &host, directive);

    return NGX_OK;
}

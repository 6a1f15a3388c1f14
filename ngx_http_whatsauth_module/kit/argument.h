
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Parsers for the arguments of directives.  Each logs its own [emerg], which
 * names the directive and shows no secret (kit/shown.h).
 */


#ifndef _NGX_HTTP_WHATSAUTH_ARGUMENT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ARGUMENT_H_INCLUDED_


#include "kit/module.h"

#include "protocol/url.h"


/* The times that a directive accepts, ends included, and in words: "from 1s to
   6d". */
typedef struct {
    ngx_msec_t   min;
    ngx_msec_t   max;
    const char  *text;
} ngx_http_whatsauth_span_t;


/*
 * Logs `invalid WHAT "VALUE" in "DIRECTIVE" directiveEXPECTED`, the value as
 * far as it may be shown; returns NGX_CONF_ERROR.
 */
char *ngx_cdecl ngx_http_whatsauth_argument_invalid(ngx_conf_t *cf,
    const char *what, ngx_str_t *value, const char *expected, ...);

/* Logs that the directive has a wrong number of arguments, as nginx does. */
char *ngx_http_whatsauth_argument_count(ngx_conf_t *cf);

/* 1 if the argument is "NAME=VALUE" of that name; takes the value. */
ngx_uint_t ngx_http_whatsauth_argument_after(ngx_str_t *argument,
    const ngx_str_t *name, ngx_str_t *value);

/*
 * Milliseconds of a time in nginx's form, or NGX_ERROR, which is not logged.
 * Warns of a time without a unit.
 */
ngx_int_t ngx_http_whatsauth_argument_time(ngx_conf_t *cf, ngx_str_t *value);

ngx_int_t ngx_http_whatsauth_argument_span(ngx_conf_t *cf, ngx_str_t *value,
    const ngx_http_whatsauth_span_t *span, ngx_msec_t *ms);

/* A rate such as `3/h`; unit: "/h" or "/m". */
ngx_int_t ngx_http_whatsauth_argument_rate(ngx_conf_t *cf, ngx_str_t *value,
    const char *unit, ngx_uint_t *rate);

/* A URL that is an argument, or part of one. */
ngx_int_t ngx_http_whatsauth_argument_url(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *url);

/* An origin: a scheme, a host and perhaps a port. */
ngx_int_t ngx_http_whatsauth_argument_origin(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *origin);

/* Logs `the URL "VALUE" in "DIRECTIVE" directive REASON`; returns NGX_ERROR. */
ngx_int_t ngx_http_whatsauth_argument_url_invalid(ngx_conf_t *cf,
    ngx_str_t *value, const char *reason);

/*
 * Warns of a URL by which requests would leave the operator's own network
 * without TLS.
 */
ngx_int_t ngx_http_whatsauth_argument_http(ngx_conf_t *cf,
    whatsauth_url_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_ARGUMENT_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ARGUMENTS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ARGUMENTS_H_INCLUDED_


#include "ngx_http_whatsauth_module.h"


/* Takes the value of one "key=value"; logs its own [emerg]. */
typedef ngx_int_t (*ngx_http_whatsauth_key_pt)(ngx_conf_t *cf, void *object,
    ngx_str_t *value);

typedef struct {
    ngx_str_t                  name;     /* with its "=" */
    ngx_http_whatsauth_key_pt  set;
} ngx_http_whatsauth_key_t;


/*
 * Sets object by the arguments of the directive, each of which must begin
 * with one of the keys.  The last of keys has an empty name.
 */
ngx_int_t ngx_http_whatsauth_arguments(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *keys, void *object);

/*
 * The name of "name=value", or an empty one where the text may be a secret
 * alone.
 */
ngx_str_t ngx_http_whatsauth_argument_name(ngx_str_t *value);

/* Milliseconds of a time in nginx's words; warns of one without a unit. */
ngx_int_t ngx_http_whatsauth_argument_time(ngx_conf_t *cf, ngx_str_t *value);

/* Parses a URL that is an argument, or part of one, of the directive. */
ngx_int_t ngx_http_whatsauth_argument_url(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *url);

/*
 * Warns of a URL of the directive where requests would cross a network that
 * is not the operator's own without TLS.
 */
ngx_int_t ngx_http_whatsauth_argument_http(ngx_conf_t *cf,
    whatsauth_url_t *url);

/*
 * Parses the base of a provider's API, to whose path others are appended:
 * without a query, and the path does not end in "/".
 */
ngx_int_t ngx_http_whatsauth_argument_api(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_ARGUMENTS_H_INCLUDED_ */

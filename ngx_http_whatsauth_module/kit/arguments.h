
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ARGUMENTS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ARGUMENTS_H_INCLUDED_


#include "kit/module.h"

#include "protocol/url.h"


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

/* 1 if name is that of one of the keys. */
ngx_uint_t ngx_http_whatsauth_argument_known(
    const ngx_http_whatsauth_key_t *keys, ngx_str_t *name);

/*
 * What a message shows of a value that is wrong: in quotes after a space, as
 * far as it cannot be a secret that came to a wrong place, or nothing.
 * Shown are values of up to 5 characters, which no secret has, and numbers as
 * people write them before such a value, both also after the "=" of
 * "name=value"; and of a URL scheme, host, port and path.
 */
ngx_str_t ngx_http_whatsauth_argument_shown(ngx_conf_t *cf, ngx_str_t *value);

/*
 * Logs `invalid WHAT "VALUE" in "DIRECTIVE" directive`, the value as far as
 * it may be shown, and after it what is expected.
 */
char *ngx_cdecl ngx_http_whatsauth_argument_invalid(ngx_conf_t *cf,
    const char *what, ngx_str_t *value, const char *expected, ...);

/* Milliseconds of a time in nginx's words; warns of one without a unit. */
ngx_int_t ngx_http_whatsauth_argument_time(ngx_conf_t *cf, ngx_str_t *value);

/* Parses a URL that is an argument, or part of one, of the directive. */
ngx_int_t ngx_http_whatsauth_argument_url(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *url);

/* The same for a scheme, a host and perhaps a port alone. */
ngx_int_t ngx_http_whatsauth_argument_origin(ngx_conf_t *cf, ngx_str_t *value,
    whatsauth_url_t *origin);

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

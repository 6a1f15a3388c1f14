
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A secret of the configuration is the value in the directive, or the first
 * line of a file that the value names.
 */


#ifndef _NGX_HTTP_WHATSAUTH_SECRET_SOURCE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SECRET_SOURCE_H_INCLUDED_


#include "kit/module.h"


/*
 * Takes the secret from value: "file:PATH", or the secret itself.  Warns if
 * every user of the machine may read it.  Refuses a value that looks like a
 * path: it would be a secret that everybody can read in a manual.
 */
ngx_int_t ngx_http_whatsauth_secret_source_load(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_str_t *secret);

/*
 * The name of the secret's source in error texts, without the secret itself:
 * `"NAME" directive`, or `line 1 of "PATH" of "NAME" directive`.
 */
ngx_int_t ngx_http_whatsauth_secret_source_name(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_str_t *source);


#endif /* _NGX_HTTP_WHATSAUTH_SECRET_SOURCE_H_INCLUDED_ */

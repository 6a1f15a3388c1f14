
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Where a secret of the configuration comes from: it is the value that the
 * directive has, or the first line of a file that the value names.
 */


#ifndef _NGX_HTTP_WHATSAUTH_SECRET_SOURCE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SECRET_SOURCE_H_INCLUDED_


#include "kit/module.h"


/*
 * Takes the secret out of value, "file:PATH" or the secret itself.  Warns
 * where every user of the machine may read it, and refuses a value that was
 * meant as a path: whoever knows the documentation would know the secret.
 */
ngx_int_t ngx_http_whatsauth_secret_load(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret);

/*
 * The name of the secret's place in messages, without the secret itself:
 * `"NAME" directive`, or `line 1 of "PATH" of "NAME" directive`.
 */
ngx_int_t ngx_http_whatsauth_secret_place(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value, ngx_str_t *place);


#endif /* _NGX_HTTP_WHATSAUTH_SECRET_SOURCE_H_INCLUDED_ */

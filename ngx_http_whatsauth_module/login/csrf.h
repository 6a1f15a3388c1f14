
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CSRF_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CSRF_H_INCLUDED_


#include "kit/app.h"


/*
 * The hidden field "csrf" of a form, for browsers that do not say where a
 * request comes from: a hash of the claim's cookie or, without one, of the
 * session's.  Another site cannot read a page of ours, so it does not know the
 * hash; and the hash does not tell the cookie.
 */

/* Lives in the request's pool; empty if the browser has no cookie of ours. */
ngx_int_t ngx_http_whatsauth_csrf(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_str_t *hash);

/* 1 if the field is the hash of one of these cookies. */
ngx_uint_t ngx_http_whatsauth_csrf_fits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_text_t *field);


#endif /* _NGX_HTTP_WHATSAUTH_CSRF_H_INCLUDED_ */

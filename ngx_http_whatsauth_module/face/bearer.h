
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_BEARER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_BEARER_H_INCLUDED_


#include "kit/app.h"
#include "kit/conf.h"


/*
 * *app is that whose token the request bears (RFC 6750, 2.1), or NULL.  *page
 * is 1 if it is a page's token; where page is NULL, such a token is none.
 * Takes the same time whichever app it is and whatever the token.  NGX_ERROR
 * if the token could not be hashed.
 */
ngx_int_t ngx_http_whatsauth_bearer(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t **app, ngx_uint_t *page);

/* The response to a request that bears no app's token. */
ngx_int_t ngx_http_whatsauth_bearer_problem(ngx_http_request_t *r);

/* The same for the app with this token. */
ngx_int_t ngx_http_whatsauth_bearer_app(ngx_http_whatsauth_main_conf_t *mcf,
    const whatsauth_text_t *token, ngx_http_whatsauth_app_t **app,
    ngx_uint_t *page);


#endif /* _NGX_HTTP_WHATSAUTH_BEARER_H_INCLUDED_ */

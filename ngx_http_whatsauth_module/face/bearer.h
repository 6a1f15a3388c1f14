
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_BEARER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_BEARER_H_INCLUDED_


#include "kit/app.h"
#include "kit/conf.h"


/* The token in Authorization (RFC 6750, 2.1); NGX_DECLINED: there is none. */
ngx_int_t ngx_http_whatsauth_bearer_token(ngx_http_request_t *r,
    whatsauth_text_t *token);

/*
 * Finds the app by the token in Authorization (RFC 6750, 2.1); *app is NULL if
 * no app has it.  *page is set to 1 for a page's token; with page NULL only
 * servers' tokens count.  Every token of every app is compared, so the time
 * says nothing about them.  NGX_ERROR if the token could not be hashed.
 */
ngx_int_t ngx_http_whatsauth_bearer(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t **app, ngx_uint_t *page);

/* The response to a request without an app's token. */
ngx_int_t ngx_http_whatsauth_bearer_problem(ngx_http_request_t *r);

/* The same for a token from elsewhere. */
ngx_int_t ngx_http_whatsauth_bearer_app(ngx_http_whatsauth_main_conf_t *mcf,
    const whatsauth_text_t *token, ngx_http_whatsauth_app_t **app,
    ngx_uint_t *page);


#endif /* _NGX_HTTP_WHATSAUTH_BEARER_H_INCLUDED_ */

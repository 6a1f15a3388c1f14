
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_BODY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_BODY_H_INCLUDED_


#include "kit/module.h"


/* The body as nginx has read it, or NULL. */
ngx_chain_t *ngx_http_whatsauth_body_chain(ngx_http_request_t *r);

/* Its length. */
size_t ngx_http_whatsauth_body_len(ngx_http_request_t *r);

/* Copies it into the request's pool in one piece: for small bodies. */
ngx_int_t ngx_http_whatsauth_body(ngx_http_request_t *r,
    whatsauth_text_t *body);

/* 1 if the request's media type (RFC 9110, 8.3.1) is type. */
ngx_uint_t ngx_http_whatsauth_body_is(ngx_http_request_t *r,
    const char *type);


#endif /* _NGX_HTTP_WHATSAUTH_BODY_H_INCLUDED_ */

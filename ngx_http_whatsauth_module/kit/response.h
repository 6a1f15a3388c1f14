
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESPONSE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESPONSE_H_INCLUDED_


#include "kit/result.h"


/*
 * The answers of the API.  Each discards what is left of the request's body,
 * notes the result for the variables and returns what the content handler,
 * or ngx_http_finalize_request() later, is to be given.
 */

/* type is a string literal that outlives the request; body may be empty. */
ngx_int_t ngx_http_whatsauth_answer(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type, ngx_str_t *body);

/* An application/problem+json (RFC 9457); detail is plain ASCII. */
ngx_int_t ngx_http_whatsauth_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail);

/* 405 with Allow (RFC 9110, 15.5.6). */
ngx_int_t ngx_http_whatsauth_method_not_allowed(ngx_http_request_t *r,
    const char *allow);

/* Both strings must outlive the request. */
ngx_int_t ngx_http_whatsauth_add_header(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);


#endif /* _NGX_HTTP_WHATSAUTH_RESPONSE_H_INCLUDED_ */

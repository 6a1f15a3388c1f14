
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Refusals: application/problem+json (RFC 9457) with the status, word and
 * title of a result, and the headers that belong to it.
 */


#ifndef _NGX_HTTP_WHATSAUTH_PROBLEM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PROBLEM_H_INCLUDED_


#include "kit/result.h"


/* detail is plain ASCII; returns what ngx_http_whatsauth_response() does. */
ngx_int_t ngx_http_whatsauth_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail);

/* The same with a number of that name besides. */
ngx_int_t ngx_http_whatsauth_problem_number(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail, const char *name,
    ngx_uint_t number);

/* The headers that belong to a refusal, for one that is a page. */
ngx_int_t ngx_http_whatsauth_problem_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result);


#endif /* _NGX_HTTP_WHATSAUTH_PROBLEM_H_INCLUDED_ */

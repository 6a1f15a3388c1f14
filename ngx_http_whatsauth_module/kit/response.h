
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The responses of the API.  All are "no-store": they hold live codes, phone
 * numbers, or refusals that no cache may repeat.
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESPONSE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESPONSE_H_INCLUDED_


#include "kit/result.h"


/*
 * Sends a response: discards the rest of the request's body and notes the
 * result for the variables.  type is a string literal; body may be empty.
 * Returns what a content handler returns, or what
 * ngx_http_finalize_request() is given later.
 */
ngx_int_t ngx_http_whatsauth_response(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type,
    const ngx_str_t *body);

/*
 * The same with a body from malloc(), which is freed with the request.  NULL
 * stands for a body that could not be made: 500.
 */
ngx_int_t ngx_http_whatsauth_response_malloced(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type, char *data,
    size_t len);

/*
 * Sends a response in parts, of a length that is not known: first the header,
 * then parts, each of which goes out at once, and the last of which ends it.
 * Return NGX_OK or NGX_AGAIN if all is well.
 */
ngx_int_t ngx_http_whatsauth_response_start(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type);
ngx_int_t ngx_http_whatsauth_response_part(ngx_http_request_t *r,
    const ngx_str_t *text, ngx_uint_t last);

/* Adds a header to the response; both strings must outlive the request. */
ngx_int_t ngx_http_whatsauth_response_header(ngx_http_request_t *r,
    const char *name, const ngx_str_t *value);
ngx_int_t ngx_http_whatsauth_response_literal(ngx_http_request_t *r,
    const char *name, const char *value);

/* The ETag of the body; nginx compares it with If-None-Match. */
ngx_int_t ngx_http_whatsauth_response_etag(ngx_http_request_t *r,
    const ngx_str_t *etag);


#endif /* _NGX_HTTP_WHATSAUTH_RESPONSE_H_INCLUDED_ */

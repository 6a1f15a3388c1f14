
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HEADER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HEADER_H_INCLUDED_


#include "kit/module.h"


/* 1 if a and b are one name: the case of letters makes none. */
ngx_uint_t ngx_http_whatsauth_header_is(const ngx_str_t *a, const ngx_str_t *b);

/* A walk over the headers of a request or a response. */
typedef struct {
    ngx_list_part_t  *part;
    ngx_uint_t        i;
} ngx_http_whatsauth_headers_t;

void ngx_http_whatsauth_headers(ngx_http_whatsauth_headers_t *headers,
    ngx_list_t *list);

/* The next one of that name, or NULL. */
ngx_table_elt_t *ngx_http_whatsauth_headers_next(
    ngx_http_whatsauth_headers_t *headers, const ngx_str_t *name);

/*
 * Counts the request's headers of that name, in any case of letters; *value is
 * that of the last one.
 */
ngx_uint_t ngx_http_whatsauth_header(ngx_http_request_t *r,
    const ngx_str_t *name, ngx_str_t *value);

/*
 * The same for a header whose value is a list: all values together, as one
 * header would have them (RFC 9110, 5.3).  NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_whatsauth_header_joined(ngx_http_request_t *r,
    const ngx_str_t *name, ngx_str_t *value);

/* 1 if Accept names the media type, which is in lower case; ignores "q". */
ngx_uint_t ngx_http_whatsauth_header_accepts(ngx_http_request_t *r,
    const char *type);


#endif /* _NGX_HTTP_WHATSAUTH_HEADER_H_INCLUDED_ */

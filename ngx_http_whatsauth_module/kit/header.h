
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HEADER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HEADER_H_INCLUDED_


#include "kit/module.h"


/* 1 if a and b are one name: the case of letters makes none. */
ngx_uint_t ngx_http_whatsauth_header_is(const ngx_str_t *a, const ngx_str_t *b);

/*
 * Counts the request's headers of that name, in any case of letters; *value is
 * that of the last one.
 */
ngx_uint_t ngx_http_whatsauth_header(ngx_http_request_t *r,
    const ngx_str_t *name, ngx_str_t *value);

/* 1 if Accept names the media type, which is in lower case; ignores "q". */
ngx_uint_t ngx_http_whatsauth_header_accepts(ngx_http_request_t *r,
    const char *type);


#endif /* _NGX_HTTP_WHATSAUTH_HEADER_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_PUBLIC_URL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PUBLIC_URL_H_INCLUDED_


#include "kit/conf.h"


/*
 * The API's prefix as the world sees it, in the request's pool: the URL of
 * this very request up to its last slash.
 */
ngx_int_t ngx_http_whatsauth_public_url(ngx_http_request_t *r, ngx_str_t *url);

/* The same as the client of this request sees it, by its own Host. */
ngx_int_t ngx_http_whatsauth_own_url(ngx_http_request_t *r, ngx_str_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_PUBLIC_URL_H_INCLUDED_ */

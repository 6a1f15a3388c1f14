
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Every visitor of a page can read its token.  So it asks for codes alone,
 * from the pages that the app lists, and only with what the app is configured
 * with.
 */


#ifndef _NGX_HTTP_WHATSAUTH_PAGE_TOKEN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PAGE_TOKEN_H_INCLUDED_


#include "kit/app.h"


/*
 * 1 if a request with a page's token (page) or a server's, and with an Origin
 * that the app lists or not, may ask for a code.  Warns the operator of a
 * server's token in a page.
 */
ngx_uint_t ngx_http_whatsauth_page_token_admits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_uint_t page, ngx_uint_t listed);


#endif /* _NGX_HTTP_WHATSAUTH_PAGE_TOKEN_H_INCLUDED_ */

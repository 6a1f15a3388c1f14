
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_RENDER_LISTS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RENDER_LISTS_H_INCLUDED_


#include "login/template.h"


/*
 * Each sets a list of a page: the languages that it may be read in, and the
 * sessions of the person who sees it.  The rows live in the pool.
 */
ngx_int_t ngx_http_whatsauth_render_languages(ngx_pool_t *pool,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    whatsauth_template_value_t *values);
ngx_int_t ngx_http_whatsauth_render_sessions(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values);


#endif /* _NGX_HTTP_WHATSAUTH_RENDER_LISTS_H_INCLUDED_ */

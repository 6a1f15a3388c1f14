
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A page as the values of the names in its template. */


#ifndef _NGX_HTTP_WHATSAUTH_RENDER_VALUES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RENDER_VALUES_H_INCLUDED_


#include "login/template.h"


/* Sets all of them; what has to be written for that lives in the pool. */
ngx_int_t ngx_http_whatsauth_render_values(ngx_pool_t *pool,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values);

/* The value of a name that is said by a value alone. */
extern const whatsauth_text_t  ngx_http_whatsauth_render_on;

/* Sets a name that has no value of its own, or not. */
void ngx_http_whatsauth_render_flag(whatsauth_template_value_t *values,
    ngx_uint_t name, ngx_uint_t on);


#endif /* _NGX_HTTP_WHATSAUTH_RENDER_VALUES_H_INCLUDED_ */

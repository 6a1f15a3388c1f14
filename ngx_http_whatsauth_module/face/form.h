
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_FORM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_FORM_H_INCLUDED_


#include "kit/ctx.h"


/*
 * Hands the fields that come with a request to handler: the form in the body
 * of a POST, else the query.  form lives in the request's pool.  handler is
 * called within this call or when the body is there, and returns as a content
 * handler does; so does this.
 */
ngx_int_t ngx_http_whatsauth_form(ngx_http_request_t *r,
    ngx_http_whatsauth_form_pt handler);


#endif /* _NGX_HTTP_WHATSAUTH_FORM_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_FORM_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_FORM_H_INCLUDED_


#include "kit/ctx.h"
#include "kit/result.h"


/*
 * Hands the fields that come with a request to handler: the form in the body
 * of a POST, else the query.  form lives in the request's pool.  handler is
 * called within this call or when the body is there, and returns as a content
 * handler does; so does this.
 */
ngx_int_t ngx_http_whatsauth_form(ngx_http_request_t *r,
    ngx_http_whatsauth_form_pt handler);


/* A field that a form may have. */
typedef struct {
    whatsauth_text_t   name;
    size_t             offset;   /* of its whatsauth_text_t in values */
    const char        *twice;    /* the detail of a form that has two */
} ngx_http_whatsauth_form_field_t;

/*
 * Reads the fields of a form into values, which lie in the pool; the last row
 * of fields has no name.  Passes over fields that are empty, and those that it
 * does not know, because a form's button may have a name.  Returns NONE, or a
 * refusal with its *detail.
 */
ngx_http_whatsauth_result_t ngx_http_whatsauth_form_fields(ngx_pool_t *pool,
    const whatsauth_text_t *form,
    const ngx_http_whatsauth_form_field_t *fields, void *values,
    const char **detail);


#endif /* _NGX_HTTP_WHATSAUTH_FORM_H_INCLUDED_ */

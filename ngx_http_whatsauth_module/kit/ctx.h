
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CTX_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CTX_H_INCLUDED_


#include "kit/app.h"
#include "kit/result.h"


/* See face/form.h. */
typedef ngx_int_t (*ngx_http_whatsauth_form_pt)(ngx_http_request_t *r,
    const whatsauth_text_t *form);


/* The state of a request that faces, variables and logs share. */
typedef struct {
    ngx_http_whatsauth_app_t      *app;
    ngx_http_whatsauth_result_t    result;
    ngx_str_t                      id;
    ngx_str_t                      rest;    /* of the URI */
    ngx_str_t                      request_line;
                                            /* whole, while the location that
                                               it was cut for is a guess */
    ngx_http_whatsauth_form_pt     form;    /* takes the form that is read */
    void                          *data;    /* the face's own */
    unsigned                       page:1;  /* the app by a page's token */
    unsigned                       listed:1;
                                            /* the Origin, by the app */
} ngx_http_whatsauth_ctx_t;


/* Made when it is first asked for; NULL when memory is out. */
ngx_http_whatsauth_ctx_t *ngx_http_whatsauth_ctx(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_CTX_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CTX_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CTX_H_INCLUDED_


#include "kit/app.h"
#include "kit/result.h"


/* What the variables and the log tell of a request. */
typedef struct {
    ngx_http_whatsauth_app_t      *app;
    ngx_http_whatsauth_result_t    result;
    ngx_str_t                      id;
    ngx_str_t                      rest;    /* of the URI */
    ngx_str_t                      request_line;
                                            /* whole, while the location that
                                               it was cut for is a guess */
    void                          *data;    /* the endpoint's own */
    unsigned                       page:1;  /* the app by a page's token */
} ngx_http_whatsauth_ctx_t;


/* NULL when memory is out. */
ngx_http_whatsauth_ctx_t *ngx_http_whatsauth_get_ctx(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_CTX_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ENDPOINT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ENDPOINT_H_INCLUDED_


#include "kit/conf.h"


/*
 * An endpoint, named by what follows the prefix location.  A name that ends
 * in "/" is followed by what the handler finds in ctx->rest.
 */
struct ngx_http_whatsauth_endpoint_s {
    ngx_str_t                      name;
    ngx_http_handler_pt            handler;
};


/* Of every location with the API. */
ngx_int_t ngx_http_whatsauth_handler(ngx_http_request_t *r);

/*
 * The endpoint that the rest of a URI names, or NULL; takes its name off the
 * rest.
 */
const ngx_http_whatsauth_endpoint_t *ngx_http_whatsauth_endpoint(
    ngx_str_t *rest);

ngx_int_t ngx_http_whatsauth_verification_code_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_messages_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_verification_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_whatsauth_qr_handler(ngx_http_request_t *r);

ngx_int_t ngx_http_whatsauth_add_variables(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_ENDPOINT_H_INCLUDED_ */

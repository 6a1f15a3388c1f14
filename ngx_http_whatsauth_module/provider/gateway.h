
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_GATEWAY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATEWAY_H_INCLUDED_


#include "provider/account.h"

#include "protocol/gateway.h"


/*
 * One "gateway" directive: a vendor whose messages are JSON, signed by
 * HMAC-SHA256 in a header.  Its name is the account's id.
 */
typedef struct {
    ngx_http_whatsauth_account_t      account;

    ngx_array_t                       secrets;
                                      /* ngx_http_whatsauth_secret_t: without
                                         header and prefix, which may follow */
    ngx_http_whatsauth_secret_mask_t  secrets_mask;
    ngx_str_t                         header;
    ngx_str_t                         prefix;
    whatsauth_gateway_format_t        format;
    ngx_str_t                         reply_body;
} ngx_http_whatsauth_gateway_t;


extern const ngx_http_whatsauth_option_t  ngx_http_whatsauth_gateway_options[];

ngx_int_t ngx_http_whatsauth_gateway_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account);
ngx_int_t ngx_http_whatsauth_gateway_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account);


#endif /* _NGX_HTTP_WHATSAUTH_GATEWAY_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_TWILIO_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TWILIO_H_INCLUDED_


#include "provider/account.h"


/* One "twilio" directive: an account at Twilio, its AccountSid. */
typedef struct {
    ngx_http_whatsauth_account_t  account;
    ngx_str_t                     auth_token;   /* the first: for replies */
} ngx_http_whatsauth_twilio_t;


extern const ngx_http_whatsauth_option_t  ngx_http_whatsauth_twilio_options[];

ngx_int_t ngx_http_whatsauth_twilio_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account);
ngx_int_t ngx_http_whatsauth_twilio_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account);


#endif /* _NGX_HTTP_WHATSAUTH_TWILIO_H_INCLUDED_ */

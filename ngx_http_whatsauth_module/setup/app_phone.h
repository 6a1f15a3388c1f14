
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_PHONE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_PHONE_H_INCLUDED_


#include "kit/app.h"


/* The directives of a whatsauth_app block that hold phone numbers. */
char *ngx_http_whatsauth_app_phone(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_sms_phone(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_authorized_numbers(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);


#endif /* _NGX_HTTP_WHATSAUTH_APP_PHONE_H_INCLUDED_ */

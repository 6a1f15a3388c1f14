
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_CALLBACK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_CALLBACK_H_INCLUDED_


#include "kit/app.h"


/*
 * The directives of a whatsauth_app block that say where, how and of what a
 * site is told.
 */
char *ngx_http_whatsauth_app_callback_url(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_authorized_callbacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_callback_secret(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_callback_retry(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_callback_on(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
char *ngx_http_whatsauth_app_callback_success(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);

/* Warns of a site that cannot tell our callbacks from those of others. */
void ngx_http_whatsauth_app_callback_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_APP_CALLBACK_H_INCLUDED_ */

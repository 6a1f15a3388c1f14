
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* How much of the store an app may use. */


#ifndef _NGX_HTTP_WHATSAUTH_SHARE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SHARE_H_INCLUDED_


#include "kit/app.h"
#include "kit/conf.h"


/* The directive "store_share" of an app. */
char *ngx_http_whatsauth_store_share(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);

/* Gives each app its share when all apps are known. */
void ngx_http_whatsauth_share_complete(ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_SHARE_H_INCLUDED_ */

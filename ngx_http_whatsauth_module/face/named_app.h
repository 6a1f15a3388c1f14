
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_NAMED_APP_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_NAMED_APP_H_INCLUDED_


#include "kit/app.h"
#include "kit/conf.h"


/*
 * Finds the app that the URL of a provider's POST names: `?app=NAME`, or
 * `?api_token=` as in the hosted service.  NGX_DECLINED if the URL has
 * neither, NGX_OK with *app NULL if there is no such app.
 */
ngx_int_t ngx_http_whatsauth_named_app(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t **app);


#endif /* _NGX_HTTP_WHATSAUTH_NAMED_APP_H_INCLUDED_ */

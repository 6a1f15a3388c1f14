
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_


#include "kit/module.h"


/* The directive "meta" of an app block: one number of ours at Meta. */
char *ngx_http_whatsauth_meta(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app);

/* 1 if it has a parameter of that name. */
ngx_uint_t ngx_http_whatsauth_meta_parameter(ngx_str_t *name);

/* The numbers of the app against those of the apps before it. */
ngx_int_t ngx_http_whatsauth_meta_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_META_H_INCLUDED_ */

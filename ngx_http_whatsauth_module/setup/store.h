
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_STORE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STORE_H_INCLUDED_


#include "kit/conf.h"


/* The directive whatsauth_store. */
char *ngx_http_whatsauth_store(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Its members before the directive, and their defaults after it. */
void ngx_http_whatsauth_store_create(ngx_http_whatsauth_main_conf_t *mcf);
void ngx_http_whatsauth_store_init(ngx_http_whatsauth_main_conf_t *mcf);

/* Refuses a reload that would change the store. */
ngx_int_t ngx_http_whatsauth_store_same(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_STORE_H_INCLUDED_ */

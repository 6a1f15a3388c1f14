
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_MAIN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_MAIN_H_INCLUDED_


#include "kit/conf.h"


char *ngx_http_whatsauth_conf_public_url(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_whatsauth_conf_callback_timeout(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
char *ngx_http_whatsauth_conf_callback_inflight(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
char *ngx_http_whatsauth_conf_trusted_certificate(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);

void *ngx_http_whatsauth_create_main_conf(ngx_conf_t *cf);
char *ngx_http_whatsauth_init_main_conf(ngx_conf_t *cf, void *conf);
void *ngx_http_whatsauth_create_srv_conf(ngx_conf_t *cf);
void *ngx_http_whatsauth_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_whatsauth_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);

/* Refuses a location that somebody else has put a content handler into. */
ngx_int_t ngx_http_whatsauth_conf_handler(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf);

/*
 * The end of the http block: checks what concerns all of it, and makes what
 * outgoing requests need.
 */
ngx_int_t ngx_http_whatsauth_conf_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_MAIN_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The directive "whatsauth", and the locations that have it. */


#ifndef _NGX_HTTP_WHATSAUTH_LOCATION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOCATION_H_INCLUDED_


#include "kit/conf.h"


char *ngx_http_whatsauth_location(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

void *ngx_http_whatsauth_location_create_srv(ngx_conf_t *cf);
void *ngx_http_whatsauth_location_create(ngx_conf_t *cf);
char *ngx_http_whatsauth_location_merge(ngx_conf_t *cf, void *parent,
    void *child);

/* Refuses a location whose handler a later directive has replaced. */
ngx_int_t ngx_http_whatsauth_location_complete(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_LOCATION_H_INCLUDED_ */

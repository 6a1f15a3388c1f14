
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HOST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HOST_H_INCLUDED_


#include "kit/app.h"
#include "kit/conf.h"


/*
 * How many attempts go to one host and port, are of one app, or are of one app
 * and go to one host and port, just now.
 */
typedef struct ngx_http_whatsauth_host_s  ngx_http_whatsauth_host_t;


/* A place among those that one worker has for attempts. */
typedef struct {
    ngx_http_whatsauth_host_t  *host;
    ngx_http_whatsauth_host_t  *app;      /* NULL: of none, or the only one */
    ngx_http_whatsauth_host_t  *both;     /* what app has of host */
    ngx_uint_t                  late;
} ngx_http_whatsauth_place_t;


/*
 * NGX_DECLINED if all of this worker's places, or all of the host's or the
 * app's, are taken, or if those left are for hosts and apps with fewer.
 * `late` work may take at most half of a host's.  Of several apps none has
 * more places than it leaves free, of all and of each host.  app may be NULL.
 */
ngx_int_t ngx_http_whatsauth_host_take(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url, ngx_uint_t late);

void ngx_http_whatsauth_host_give(ngx_http_whatsauth_place_t *place);


#endif /* _NGX_HTTP_WHATSAUTH_HOST_H_INCLUDED_ */

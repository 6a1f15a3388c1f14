
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HOST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HOST_H_INCLUDED_


#include "ngx_http_whatsauth_module.h"


/* How many attempts go to one host and port from this worker just now. */
typedef struct ngx_http_whatsauth_host_s  ngx_http_whatsauth_host_t;


/*
 * Takes one place: NULL if all of this worker's, or all of the host's, are
 * taken, or if those left are for hosts with fewer.  `late` work may take at
 * most half of a host's.
 */
ngx_http_whatsauth_host_t *ngx_http_whatsauth_host_take(
    const whatsauth_url_t *url, ngx_uint_t all_max, ngx_uint_t host_max,
    ngx_uint_t late);

void ngx_http_whatsauth_host_give(ngx_http_whatsauth_host_t *host,
    ngx_uint_t late);


#endif /* _NGX_HTTP_WHATSAUTH_HOST_H_INCLUDED_ */

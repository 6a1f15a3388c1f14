
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The due index has lanes, and a scan looks only at the head of each: a site
 * that is down delays the callbacks in its own lane alone.  Every host of
 * every app has its lane by a hash, under a secret of the worker's
 * configuration: nobody can aim a host at the lane of another one.
 */


#ifndef _NGX_HTTP_WHATSAUTH_LANE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LANE_H_INCLUDED_


#include "kit/conf.h"


/* While nginx reads its configuration: draws the secret. */
ngx_int_t ngx_http_whatsauth_lane_init(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);

/* The lane for callbacks of the app to the host of url. */
unsigned ngx_http_whatsauth_lane(const ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_LANE_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CARRIER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CARRIER_H_INCLUDED_


#include "kit/module.h"


/*
 * A request that no client made, for an upstream to run on.  Its connection
 * has a real descriptor, of a socket that goes nowhere, so that all paths of
 * nginx that add events, close or count connections work as they are.
 */

/* NULL when memory or worker_connections are out. */
ngx_http_request_t *ngx_http_whatsauth_carrier_create(
    ngx_http_conf_ctx_t *conf_ctx);

/* Before an upstream is begun on it; its cleanups run. */
void ngx_http_whatsauth_carrier_free(ngx_http_request_t *r);

/* Ends it with whatever runs on it; its cleanups run. */
void ngx_http_whatsauth_carrier_close(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_CARRIER_H_INCLUDED_ */

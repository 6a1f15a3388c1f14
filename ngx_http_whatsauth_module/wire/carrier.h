
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CARRIER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CARRIER_H_INCLUDED_


#include "kit/module.h"


/*
 * A carrier is a request that no client made, for an upstream to run on.  Its
 * connection has the real descriptor of an idle socket, so nginx adds events
 * to it, counts it and closes it as it does with any other.
 */

/* NULL when memory, descriptors or worker_connections are out. */
ngx_http_request_t *ngx_http_whatsauth_carrier_create(
    ngx_http_conf_ctx_t *conf_ctx);

/* Frees a carrier on which no upstream has begun; its cleanups run. */
void ngx_http_whatsauth_carrier_free(ngx_http_request_t *r);

/* Ends a carrier with all that runs on it; its cleanups run. */
void ngx_http_whatsauth_carrier_close(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_CARRIER_H_INCLUDED_ */

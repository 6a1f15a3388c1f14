
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The gate: what a location with "whatsauth_gate" asks of a request before it
 * is served.  In the order of nginx's phases:
 *
 *     preaccess    first of all handlers: our cookies leave the request's
 *                  headers, and the session is read, so that "limit_req" has
 *                  its variables
 *     access       last of all handlers: with "satisfy all" the others have
 *                  let the request in, with "any" they have refused it
 *
 * A request that is refused has its response from gate/refusal.h.
 */


#ifndef _NGX_HTTP_WHATSAUTH_GATE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATE_H_INCLUDED_


#include "kit/conf.h"


/* Adds the handlers to nginx's phases. */
ngx_int_t ngx_http_whatsauth_gate_init(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_GATE_H_INCLUDED_ */

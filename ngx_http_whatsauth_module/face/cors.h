
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CORS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CORS_H_INCLUDED_


#include "kit/app.h"


/*
 * Whether a page of another origin may read the answer (fetch.spec.whatwg.org,
 * "CORS protocol").  Adds Vary always, and what allows it if the app, which
 * may be NULL, lists the request's origin; *listed tells whether it does.
 */
ngx_int_t ngx_http_whatsauth_cors(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_uint_t *listed);

/*
 * The answer to OPTIONS.  A preflight bears no token, so it succeeds if any
 * app lists the origin.
 */
ngx_int_t ngx_http_whatsauth_preflight(ngx_http_request_t *r,
    const char *methods);


#endif /* _NGX_HTTP_WHATSAUTH_CORS_H_INCLUDED_ */

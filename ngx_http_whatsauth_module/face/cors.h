
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CORS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CORS_H_INCLUDED_


#include "kit/app.h"


/*
 * The rights of a page of another origin (fetch.spec.whatwg.org, "CORS
 * protocol").  Both add headers to the response, Vary always.
 */

/*
 * Lets the page read the response if the app, which may be NULL, lists its
 * origin; *listed is 1 if it does.
 */
ngx_int_t ngx_http_whatsauth_cors(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_uint_t *listed);

/*
 * The same for an app that becomes known later, after a call without one: this
 * adds no Vary.  With app NULL it is enough if any app lists the origin, for
 * refusals that say nothing of one.
 */
ngx_int_t ngx_http_whatsauth_cors_admit(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app);

/*
 * Lets the page send these methods if the app lists its origin.  A preflight
 * bears no token: where that would name the app, app is NULL, and it is enough
 * if any app lists the origin.  NGX_DECLINED if none does.
 */
ngx_int_t ngx_http_whatsauth_cors_preflight(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *methods);


#endif /* _NGX_HTTP_WHATSAUTH_CORS_H_INCLUDED_ */

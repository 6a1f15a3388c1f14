
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CUT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CUT_H_INCLUDED_


#include "kit/app.h"


/* Finds $http_cookie, which nginx may have read before the cut. */
ngx_int_t ngx_http_whatsauth_cut_init(ngx_conf_t *cf);

/*
 * Cuts the cookies of all apps out of the request's headers: an upstream that
 * knew a session's cookie could act as that person.  We still see them by
 * kit/cookies.h.
 */
ngx_int_t ngx_http_whatsauth_cut(ngx_http_request_t *r,
    const ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_CUT_H_INCLUDED_ */

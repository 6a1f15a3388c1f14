
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_COLLECTED_COOKIES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COLLECTED_COOKIES_H_INCLUDED_


#include "journey/collect.h"


/*
 * Gives the browser what its claim has won: the session and, after a PIN, the
 * mark by which it is known.  The claim's cookie has done its work.
 */
ngx_int_t ngx_http_whatsauth_collected_cookies(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_collected_t *collected);


#endif /* _NGX_HTTP_WHATSAUTH_COLLECTED_COOKIES_H_INCLUDED_ */

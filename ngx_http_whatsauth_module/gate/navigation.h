
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_NAVIGATION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_NAVIGATION_H_INCLUDED_


#include "kit/module.h"


/*
 * 1 if the response will be a page that somebody sees: only then does a login
 * page make sense.  Browsers say so by Sec-Fetch-Mode and Sec-Fetch-Dest (a
 * frame is a navigation, too, but no document); not all do, and none over plain
 * http, where Accept tells.
 */
ngx_uint_t ngx_http_whatsauth_navigation(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_NAVIGATION_H_INCLUDED_ */

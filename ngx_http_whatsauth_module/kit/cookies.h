
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_COOKIES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COOKIES_H_INCLUDED_


#include "kit/module.h"


/*
 * The headers Cookie as the client has sent them, also when ours have been cut
 * out of what others see; number counts from 0.  A client may spread its
 * cookies over several headers (RFC 9113, 8.2.3).  Returns 0 behind the last.
 */
ngx_uint_t ngx_http_whatsauth_cookies(ngx_http_request_t *r, ngx_uint_t number,
    whatsauth_text_t *header);


#endif /* _NGX_HTTP_WHATSAUTH_COOKIES_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_COOKIES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COOKIES_H_INCLUDED_


#include "kit/module.h"


/*
 * A walk over the headers Cookie as the client has sent them, also when ours
 * have been cut out of what others see.  A client may spread its cookies over
 * several headers (RFC 9113, 8.2.3).
 */

typedef struct {
    ngx_str_t         *kept;      /* by lasting.h; NULL: nothing has been cut */
#if (nginx_version >= 1023000)
    ngx_table_elt_t   *header;
#else
    ngx_table_elt_t  **header;
#endif
    ngx_uint_t         left;      /* in the array that one of them walks */
} ngx_http_whatsauth_cookies_t;


void ngx_http_whatsauth_cookies(ngx_http_request_t *r,
    ngx_http_whatsauth_cookies_t *cookies);

/* Returns 0 behind the last. */
ngx_uint_t ngx_http_whatsauth_cookies_next(
    ngx_http_whatsauth_cookies_t *cookies, whatsauth_text_t *header);


#endif /* _NGX_HTTP_WHATSAUTH_COOKIES_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The limit of codes that the pages of one client may ask for. */


#ifndef _NGX_HTTP_WHATSAUTH_START_LIMIT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_START_LIMIT_H_INCLUDED_


#include "kit/app.h"


/*
 * Counts a code that a page asks for.  Returns 0, or the seconds until the
 * client's address may have another one.
 */
time_t ngx_http_whatsauth_start_limit_wait(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_START_LIMIT_H_INCLUDED_ */

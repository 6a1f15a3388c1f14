
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_POLICY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_POLICY_H_INCLUDED_


#include "kit/module.h"


/*
 * The headers of all responses of the login page: browsers run nothing but our
 * own files, and tell no other host.  frames: pages of ours may frame it.
 */
ngx_int_t ngx_http_whatsauth_policy(ngx_http_request_t *r, ngx_uint_t frames);


#endif /* _NGX_HTTP_WHATSAUTH_POLICY_H_INCLUDED_ */

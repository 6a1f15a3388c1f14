
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_AUTHORITY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_AUTHORITY_H_INCLUDED_


#include "kit/module.h"


/*
 * The authority that the client has asked, host and port as it wrote them:
 * bytes from the client.  Returns 0 if it named none.
 */
ngx_uint_t ngx_http_whatsauth_authority(ngx_http_request_t *r,
    ngx_str_t *authority);


#endif /* _NGX_HTTP_WHATSAUTH_AUTHORITY_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOCAL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOCAL_H_INCLUDED_


#include "kit/conf.h"


/*
 * 1 if a browser on this very machine has opened the URL, without TLS: the
 * host is a loopback address or name.  A front proxy that ends TLS may ask
 * for such a host, too: then whatsauth_public_url says https.
 */
ngx_uint_t ngx_http_whatsauth_local(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_LOCAL_H_INCLUDED_ */

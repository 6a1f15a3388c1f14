
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HANDSHAKE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HANDSHAKE_H_INCLUDED_


#include "kit/module.h"


/*
 * Meta asks whether a URL is ours when it is edited in the dashboard:
 * hub.mode=subscribe, hub.verify_token, hub.challenge.
 * (developers.facebook.com/docs/graph-api/webhooks/getting-started)
 */
ngx_int_t ngx_http_whatsauth_handshake(ngx_http_request_t *r);


#endif /* _NGX_HTTP_WHATSAUTH_HANDSHAKE_H_INCLUDED_ */

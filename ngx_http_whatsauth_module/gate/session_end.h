
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SESSION_END_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SESSION_END_H_INCLUDED_


#include "kit/module.h"


/*
 * Ends the request when the session of key ends, in time or before it: for a
 * response that stays open, such as a WebSocket, which asks the gate no more.
 * NGX_ERROR: it has ended already, or memory is out.
 */
ngx_int_t ngx_http_whatsauth_session_end(ngx_http_request_t *r, uint64_t key);


#endif /* _NGX_HTTP_WHATSAUTH_SESSION_END_H_INCLUDED_ */

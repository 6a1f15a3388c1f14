
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The bytes of a response that stays open, on their way to a client that may
 * not read them.
 */


#ifndef _NGX_HTTP_WHATSAUTH_STREAM_FLOW_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STREAM_FLOW_H_INCLUDED_


#include "kit/module.h"


/* The write event handler of such a request. */
void ngx_http_whatsauth_stream_flow(ngx_http_request_t *r);

/*
 * Waits for a client that has not read all that was sent; it has send_timeout,
 * as for any response.
 */
ngx_int_t ngx_http_whatsauth_stream_flow_flush(ngx_http_request_t *r);

/*
 * Sends text by b, which is free again when it has gone out.  A client that
 * does not read gets nothing more: no beats pile up for it.
 */
ngx_int_t ngx_http_whatsauth_stream_flow_beat(ngx_http_request_t *r,
    ngx_buf_t *b, const ngx_str_t *text);


#endif /* _NGX_HTTP_WHATSAUTH_STREAM_FLOW_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The number of open streams of each client, and of all, in this worker:
 * "whatsauth_streams".
 */


#ifndef _NGX_HTTP_WHATSAUTH_STREAM_CLIENT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STREAM_CLIENT_H_INCLUDED_


#include "kit/client.h"


typedef struct ngx_http_whatsauth_stream_client_s
    ngx_http_whatsauth_stream_client_t;

/* Counts one more of the request's client; NULL: it may not have it. */
ngx_http_whatsauth_stream_client_t *ngx_http_whatsauth_stream_client(
    ngx_http_request_t *r);

/* One less. */
void ngx_http_whatsauth_stream_client_end(
    ngx_http_whatsauth_stream_client_t *client);


#endif /* _NGX_HTTP_WHATSAUTH_STREAM_CLIENT_H_INCLUDED_ */

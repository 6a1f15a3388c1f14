
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Who a client is for what is counted by clients: the part of the address that
 * one client cannot change as he likes, an IPv4 address or the first 64 bits
 * of an IPv6 address.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CLIENT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CLIENT_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_CLIENT_LEN  8

/* To be compared as a whole: what is not used is zero. */
typedef struct {
    size_t  len;                  /* bytes: 4, 8, or 0 for a local socket */
    u_char  data[NGX_HTTP_WHATSAUTH_CLIENT_LEN];
} ngx_http_whatsauth_client_t;


/* That of the connection, as the realip module may have set it. */
void ngx_http_whatsauth_client(ngx_http_request_t *r,
    ngx_http_whatsauth_client_t *client);


#endif /* _NGX_HTTP_WHATSAUTH_CLIENT_H_INCLUDED_ */

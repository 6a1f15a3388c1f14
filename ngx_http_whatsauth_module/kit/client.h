
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The part of an address that its client cannot change at will: an IPv4
 * address, or the first 64 bits of an IPv6 address.  Limits for each client
 * count by it.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CLIENT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CLIENT_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_CLIENT_LEN  8

/* Unused bytes are zero, so that it can be compared as a whole. */
typedef struct {
    size_t  len;                  /* bytes: 4, 8, or 0 for a local socket */
    u_char  data[NGX_HTTP_WHATSAUTH_CLIENT_LEN];
} ngx_http_whatsauth_client_t;


/* Takes the address of the connection, which the realip module may set. */
void ngx_http_whatsauth_client(ngx_http_request_t *r,
    ngx_http_whatsauth_client_t *client);


#endif /* _NGX_HTTP_WHATSAUTH_CLIENT_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/client.h"


/*
 * A dual-stack socket shows IPv4 clients in ::ffff:0:0/96.  Their first 64
 * bits are the same, so they are counted by their IPv4 address.
 */

void
ngx_http_whatsauth_client(ngx_http_request_t *r,
    ngx_http_whatsauth_client_t *client)
{
    u_char               *address;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    ngx_memzero(client, sizeof(ngx_http_whatsauth_client_t));

    switch (r->connection->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;
        address = (u_char *) &sin->sin_addr;
        client->len = 4;
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        address = (u_char *) &sin6->sin6_addr;
        client->len = NGX_HTTP_WHATSAUTH_CLIENT_LEN;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            address += 12;
            client->len = 4;
        }

        break;
#endif

    default:
        return;
    }

    ngx_memcpy(client->data, address, client->len);
}

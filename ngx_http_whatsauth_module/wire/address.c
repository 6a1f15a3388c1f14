
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "wire/address.h"

#include <ifaddrs.h>

#include "protocol/address.h"


static ngx_uint_t ngx_http_whatsauth_address_in(struct ifaddrs *all,
    struct sockaddr *address);
static ngx_uint_t ngx_http_whatsauth_address_same(struct sockaddr *a,
    struct sockaddr *b);


/*
 * Interfaces come and go, so the machine's own addresses are read each time;
 * once for all, because a name may have thousands.
 */

ngx_uint_t
ngx_http_whatsauth_address_all_allowed(ngx_resolver_addr_t *addrs,
    ngx_uint_t n)
{
    ngx_uint_t       i;
    struct ifaddrs  *own;

    if (getifaddrs(&own) == -1) {
        ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, ngx_errno,
                      "getifaddrs() failed");
        return 0;
    }

    for (i = 0; i < n; i++) {
        if (!whatsauth_address_is_public(addrs[i].sockaddr)
            || ngx_http_whatsauth_address_in(own, addrs[i].sockaddr))
        {
            break;
        }
    }

    freeifaddrs(own);

    return i == n;
}


static ngx_uint_t
ngx_http_whatsauth_address_in(struct ifaddrs *all, struct sockaddr *address)
{
    struct ifaddrs  *one;

    for (one = all; one; one = one->ifa_next) {
        if (one->ifa_addr != NULL
            && ngx_http_whatsauth_address_same(one->ifa_addr, address))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_whatsauth_address_same(struct sockaddr *a, struct sockaddr *b)
{
    struct sockaddr_in   *a4, *b4;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *a6, *b6;
#endif

    if (a->sa_family != b->sa_family) {
        return 0;
    }

    switch (a->sa_family) {

    case AF_INET:
        a4 = (struct sockaddr_in *) a;
        b4 = (struct sockaddr_in *) b;
        return a4->sin_addr.s_addr == b4->sin_addr.s_addr;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        a6 = (struct sockaddr_in6 *) a;
        b6 = (struct sockaddr_in6 *) b;
        return ngx_memcmp(&a6->sin6_addr, &b6->sin6_addr, 16) == 0;
#endif

    default:
        return 0;
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "address.h"


#define WHATSAUTH_ADDRESS_IPV4_LEN  4
#define WHATSAUTH_ADDRESS_IPV6_LEN  16


typedef struct {
    sa_family_t   family;
    unsigned      bits;
    uint8_t       bytes[WHATSAUTH_ADDRESS_IPV6_LEN];
} whatsauth_address_prefix_t;


static const whatsauth_address_prefix_t  whatsauth_address_refused[] = {
    { AF_INET,    8, { 0 } },                     /* this network */
    { AF_INET,    8, { 10 } },                    /* private */
    { AF_INET,   10, { 100, 64 } },               /* carrier-grade NAT */
    { AF_INET,    8, { 127 } },                   /* loopback */
    { AF_INET,   32, { 168, 63, 129, 16 } },      /* Azure's host agent */
    { AF_INET,   16, { 169, 254 } },              /* link-local, metadata */
    { AF_INET,   12, { 172, 16 } },               /* private */
    { AF_INET,   24, { 192, 0, 0 } },             /* IETF assignments */
    { AF_INET,   24, { 192, 0, 2 } },             /* documentation */
    { AF_INET,   24, { 192, 88, 99 } },           /* 6to4 relays */
    { AF_INET,   16, { 192, 168 } },              /* private */
    { AF_INET,   15, { 198, 18 } },               /* benchmarks */
    { AF_INET,   24, { 198, 51, 100 } },          /* documentation */
    { AF_INET,   24, { 203, 0, 113 } },           /* documentation */
    { AF_INET,    4, { 224 } },                   /* multicast */
    { AF_INET,    4, { 240 } },                   /* reserved, broadcast */

    /* IANA allocates only 2000::/3 of IPv6, and not all of it. */

    { AF_INET6,   3, { 0x00 } },                  /* loopback, mapped, NAT64 */
    { AF_INET6,  23, { 0x20, 0x01, 0x00 } },      /* Teredo, IETF protocols */
    { AF_INET6,  32, { 0x20, 0x01, 0x0d, 0xb8 } },     /* documentation */
    { AF_INET6,  16, { 0x20, 0x02 } },            /* 6to4 */
    { AF_INET6,  20, { 0x3f, 0xff, 0x00 } },      /* documentation */
    { AF_INET6,   2, { 0x40 } },                  /* segment routing */
    { AF_INET6,   1, { 0x80 } }                   /* local, multicast */
};


static const whatsauth_address_prefix_t  whatsauth_address_private[] = {
    { AF_INET,    8, { 10 } },
    { AF_INET,    8, { 127 } },
    { AF_INET,   16, { 169, 254 } },
    { AF_INET,   12, { 172, 16 } },
    { AF_INET,   16, { 192, 168 } },

    { AF_INET6, 128, { [15] = 1 } },
    { AF_INET6,   7, { 0xfc } },
    { AF_INET6,  10, { 0xfe, 0x80 } }
};


static const whatsauth_address_prefix_t  whatsauth_address_loopback[] = {
    { AF_INET,    8, { 127 } },
    { AF_INET6, 128, { [15] = 1 } }
};


#define whatsauth_address_n(table)  (sizeof(table) / sizeof((table)[0]))


static int
whatsauth_address_in(const uint8_t *bytes,
    const whatsauth_address_prefix_t *prefix)
{
    size_t    whole;
    unsigned  rest;

    whole = prefix->bits / 8;
    rest = prefix->bits % 8;

    if (memcmp(bytes, prefix->bytes, whole) != 0) {
        return 0;
    }

    return rest == 0
           || (bytes[whole] ^ prefix->bytes[whole]) >> (8 - rest) == 0;
}


static int
whatsauth_address_bytes(const struct sockaddr *address, uint8_t *bytes)
{
    const struct sockaddr_in   *sin;
    const struct sockaddr_in6  *sin6;

    switch (address->sa_family) {

    case AF_INET:
        sin = (const struct sockaddr_in *) (const void *) address;
        memcpy(bytes, &sin->sin_addr, WHATSAUTH_ADDRESS_IPV4_LEN);
        return 0;

    case AF_INET6:
        sin6 = (const struct sockaddr_in6 *) (const void *) address;
        memcpy(bytes, &sin6->sin6_addr, WHATSAUTH_ADDRESS_IPV6_LEN);
        return 0;

    default:
        return -1;
    }
}


static int
whatsauth_address_in_any(const struct sockaddr *address,
    const uint8_t *bytes, const whatsauth_address_prefix_t *prefixes, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (prefixes[i].family == address->sa_family
            && whatsauth_address_in(bytes, &prefixes[i]))
        {
            return 1;
        }
    }

    return 0;
}


int
whatsauth_address_is_public(const struct sockaddr *address)
{
    uint8_t  bytes[WHATSAUTH_ADDRESS_IPV6_LEN];

    return whatsauth_address_bytes(address, bytes) == 0
           && !whatsauth_address_in_any(address, bytes,
                             whatsauth_address_refused,
                             whatsauth_address_n(whatsauth_address_refused));
}


int
whatsauth_address_is_private(const struct sockaddr *address)
{
    uint8_t  bytes[WHATSAUTH_ADDRESS_IPV6_LEN];

    return whatsauth_address_bytes(address, bytes) == 0
           && whatsauth_address_in_any(address, bytes,
                             whatsauth_address_private,
                             whatsauth_address_n(whatsauth_address_private));
}


int
whatsauth_address_is_loopback(const struct sockaddr *address)
{
    uint8_t  bytes[WHATSAUTH_ADDRESS_IPV6_LEN];

    return whatsauth_address_bytes(address, bytes) == 0
           && whatsauth_address_in_any(address, bytes,
                             whatsauth_address_loopback,
                             whatsauth_address_n(whatsauth_address_loopback));
}


static size_t
whatsauth_address_network_ipv4(const uint8_t *bytes, char *out)
{
    return (size_t) snprintf(out, WHATSAUTH_ADDRESS_NETWORK_MAX,
                             "%u.%u.%u.x", bytes[0], bytes[1], bytes[2]);
}


size_t
whatsauth_address_network(const struct sockaddr *address,
    char out[WHATSAUTH_ADDRESS_NETWORK_MAX])
{
    const uint8_t         *bytes;
    const struct in6_addr *in6;

    switch (address->sa_family) {

    case AF_INET:
        bytes = (const uint8_t *)
                &((const struct sockaddr_in *) address)->sin_addr;
        return whatsauth_address_network_ipv4(bytes, out);

    case AF_INET6:
        in6 = &((const struct sockaddr_in6 *) address)->sin6_addr;
        bytes = in6->s6_addr;

        if (IN6_IS_ADDR_V4MAPPED(in6)) {
            return whatsauth_address_network_ipv4(bytes + 12, out);
        }

        return (size_t) snprintf(out, WHATSAUTH_ADDRESS_NETWORK_MAX,
                                 "%x:%x:%x::/48",
                                 bytes[0] << 8 | bytes[1],
                                 bytes[2] << 8 | bytes[3],
                                 bytes[4] << 8 | bytes[5]);

    default:
        return 0;
    }
}

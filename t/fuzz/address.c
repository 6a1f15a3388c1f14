
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Hosts and addresses: a host is an address if and only if the system says
 * so, and one that is public lies outside of every range that these lines
 * know, written as first and last address.  The input is a host, or the bytes
 * of an address.
 */


#include <arpa/inet.h>
#include <netinet/in.h>

#include "fuzz.h"
#include "protocol/address.h"
#include "protocol/url_host.h"


static const char *const  refused[][2] = {
    { "0.0.0.0",         "0.255.255.255" },
    { "10.0.0.0",        "10.255.255.255" },
    { "100.64.0.0",      "100.127.255.255" },
    { "127.0.0.0",       "127.255.255.255" },
    { "168.63.129.16",   "168.63.129.16" },
    { "169.254.0.0",     "169.254.255.255" },
    { "172.16.0.0",      "172.31.255.255" },
    { "192.0.0.0",       "192.0.0.255" },
    { "192.0.2.0",       "192.0.2.255" },
    { "192.88.99.0",     "192.88.99.255" },
    { "192.168.0.0",     "192.168.255.255" },
    { "198.18.0.0",      "198.19.255.255" },
    { "198.51.100.0",    "198.51.100.255" },
    { "203.0.113.0",     "203.0.113.255" },
    { "224.0.0.0",       "255.255.255.255" },

    { "::",              "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "2001::",          "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "2001:db8::",      "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "2002::",          "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "3fff::",          "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "4000::",          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }
};


static int
is_refused(int family, const void *address, size_t len)
{
    size_t   i;
    uint8_t  first[16], last[16];

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (inet_pton(family, refused[i][0], first) == 1
            && inet_pton(family, refused[i][1], last) == 1
            && memcmp(address, first, len) >= 0
            && memcmp(address, last, len) <= 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
check_v4(const void *address)
{
    struct sockaddr_in  sin;

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    memcpy(&sin.sin_addr, address, sizeof(sin.sin_addr));

    fuzz_check(whatsauth_address_is_public((struct sockaddr *) &sin)
               == !is_refused(AF_INET, address, sizeof(sin.sin_addr)));
    fuzz_check(!whatsauth_address_is_private((struct sockaddr *) &sin)
               || !whatsauth_address_is_public((struct sockaddr *) &sin));

    sin.sin_family = AF_UNIX;
    fuzz_check(!whatsauth_address_is_public((struct sockaddr *) &sin));
}


static void
check_v6(const void *address)
{
    struct sockaddr_in6  sin6;

    memset(&sin6, 0, sizeof(sin6));
    sin6.sin6_family = AF_INET6;
    memcpy(&sin6.sin6_addr, address, sizeof(sin6.sin6_addr));

    fuzz_check(whatsauth_address_is_public((struct sockaddr *) &sin6)
               == !is_refused(AF_INET6, address, sizeof(sin6.sin6_addr)));
    fuzz_check(!whatsauth_address_is_private((struct sockaddr *) &sin6)
               || !whatsauth_address_is_public((struct sockaddr *) &sin6));
}


/* The address of a host, which must not be one in another spelling. */
static void
check_host(const whatsauth_text_t *host)
{
    int      ip, name, v4, v6;
    char    *s;
    uint8_t  address[16];

    s = fuzz_alloc(host->len + 1);
    *whatsauth_text_put(s, host) = '\0';

    v4 = strlen(s) == host->len && inet_pton(AF_INET, s, address) == 1;
    name = whatsauth_url_host_is_name(host, &ip);

    fuzz_check(v4 == (name && ip));
    fuzz_check(!name || v4 || inet_aton(s, (struct in_addr *) address) == 0);

    if (v4) {
        check_v4(address);
    }

    v6 = strlen(s) == host->len && inet_pton(AF_INET6, s, address) == 1;
    fuzz_check(v6 == whatsauth_url_host_is_ipv6(host));

    if (v6) {
        check_v6(address);
    }

    fuzz_check(!whatsauth_url_host_is_localhost(host)
               || (!v4 && !v6 && strncasecmp(s + host->len - 9, "localhost", 9)
                                 == 0));

    free(s);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t            bytes[16];
    fuzz_input_t       in;
    whatsauth_text_t   host;

    host = fuzz_copy(data, size);
    check_host(&host);
    fuzz_free(&host);

    in = fuzz_input(data, size);
    fuzz_bytes(&in, bytes, sizeof(bytes));

    if (size <= 4) {
        check_v4(bytes);

    } else {
        check_v6(bytes);
    }

    return 0;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "protocol/address.h"


/* The first and last address of a range, and what is public around it. */
typedef struct {
    const char  *before;           /* NULL: refused for another reason */
    const char  *first;
    const char  *last;
    const char  *after;
} range_t;


static const range_t  ranges[] = {
    { NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0" },
    { "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0" },
    { "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0" },
    { "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0" },
    { "168.63.129.15", "168.63.129.16", "168.63.129.16", "168.63.129.17" },
    { "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0" },
    { "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0" },
    { "191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0" },
    { "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0" },
    { "192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0" },
    { "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0" },
    { "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0" },
    { "198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0" },
    { "203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0" },
    { "223.255.255.255", "224.0.0.0", "239.255.255.255", NULL },
    { NULL, "240.0.0.0", "255.255.255.255", NULL },

    { NULL, "::",
      "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::" },
    { "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::",
      "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
    { "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::",
      "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
    { "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
      "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::" },
    { "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::",
      "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::" },
    { "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::",
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL }
};


static void
read_address(const char *text, struct sockaddr_storage *address)
{
    struct sockaddr_in   *sin;
    struct sockaddr_in6  *sin6;

    memset(address, 0, sizeof(*address));

    if (strchr(text, ':') == NULL) {
        sin = (struct sockaddr_in *) address;
        sin->sin_family = AF_INET;
        sin->sin_port = htons(443);
        assert_int_equal(inet_pton(AF_INET, text, &sin->sin_addr), 1);
        return;
    }

    sin6 = (struct sockaddr_in6 *) address;
    sin6->sin6_family = AF_INET6;
    sin6->sin6_port = htons(443);
    assert_int_equal(inet_pton(AF_INET6, text, &sin6->sin6_addr), 1);
}


static void
assert_public(const char *text, int expected)
{
    struct sockaddr_storage  address;

    if (text == NULL) {
        return;
    }

    read_address(text, &address);

    if (whatsauth_address_is_public((struct sockaddr *) &address) != expected)
    {
        fail_msg("%s is %spublic", text, expected ? "not " : "");
    }
}


static void
assert_private(const char *text, int expected)
{
    struct sockaddr_storage  address;

    read_address(text, &address);

    if (whatsauth_address_is_private((struct sockaddr *) &address)
        != expected)
    {
        fail_msg("%s is %sprivate", text, expected ? "not " : "");
    }
}


static void
every_range_is_refused_from_its_first_address_to_its_last(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        assert_public(ranges[i].first, 0);
        assert_public(ranges[i].last, 0);
    }
}


static void
the_neighbours_of_every_range_are_public(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        assert_public(ranges[i].before, 1);
        assert_public(ranges[i].after, 1);
    }
}


static void
well_known_addresses_are_told_apart(void **state)
{
    (void) state;

    assert_public("8.8.8.8", 1);
    assert_public("93.184.216.34", 1);
    assert_public("157.240.1.53", 1);
    assert_public("2606:4700:4700::1111", 1);
    assert_public("2a03:2880:f12f:83:face:b00c:0:25de", 1);
    assert_public("3ffe::1", 1);

    assert_public("127.0.0.1", 0);
    assert_public("169.254.169.254", 0);
    assert_public("100.100.100.200", 0);
    assert_public("255.255.255.255", 0);
    assert_public("::1", 0);
    assert_public("fe80::1", 0);
    assert_public("fd00:ec2::254", 0);
    assert_public("5f00::1", 0);
}


static void
an_ipv6_address_that_is_given_out_to_nobody_is_refused(void **state)
{
    (void) state;

    assert_public("200::1", 0);
    assert_public("300:1:2::3", 0);
    assert_public("64:ff9b:2::1", 0);
    assert_public("100:0:0:1::1", 0);
    assert_public("4000::1", 0);
    assert_public("6000::1", 0);
    assert_public("8000::1", 0);
    assert_public("fbff::1", 0);
    assert_public("fe00::1", 0);
}


static void
an_ipv6_address_that_carries_even_a_public_ipv4_one_is_refused(void **state)
{
    (void) state;

    assert_public("::ffff:8.8.8.8", 0);
    assert_public("::ffff:127.0.0.1", 0);
    assert_public("::8.8.8.8", 0);
    assert_public("::ffff:0:8.8.8.8", 0);
    assert_public("64:ff9b::8.8.8.8", 0);
    assert_public("64:ff9b:1::8.8.8.8", 0);
    assert_public("2002:808:808::1", 0);
    assert_public("2001:0:4136:e378:8000:63bf:3fff:fdd2", 0);
}


static void
an_own_network_is_private_and_no_more(void **state)
{
    (void) state;

    assert_private("127.0.0.1", 1);
    assert_private("127.255.255.255", 1);
    assert_private("10.0.0.0", 1);
    assert_private("172.16.0.1", 1);
    assert_private("172.31.255.255", 1);
    assert_private("192.168.1.1", 1);
    assert_private("169.254.1.1", 1);
    assert_private("::1", 1);
    assert_private("fc00::1", 1);
    assert_private("fdff::1", 1);
    assert_private("fe80::1", 1);

    assert_private("8.8.8.8", 0);
    assert_private("100.64.0.1", 0);
    assert_private("172.32.0.0", 0);
    assert_private("192.0.2.1", 0);
    assert_private("203.0.113.1", 0);
    assert_private("::", 0);
    assert_private("::2", 0);
    assert_private("::ffff:10.0.0.1", 0);
    assert_private("2001:db8::1", 0);
    assert_private("fec0::1", 0);
}


static void
assert_loopback(const char *text, int expected)
{
    struct sockaddr_storage  address;

    read_address(text, &address);

    assert_int_equal(
               whatsauth_address_is_loopback((struct sockaddr *) &address),
               expected);
}


static void
only_this_machine_is_loopback(void **state)
{
    (void) state;

    assert_loopback("127.0.0.1", 1);
    assert_loopback("127.255.255.255", 1);
    assert_loopback("::1", 1);

    assert_loopback("0.0.0.0", 0);
    assert_loopback("126.255.255.255", 0);
    assert_loopback("128.0.0.0", 0);
    assert_loopback("10.0.0.1", 0);
    assert_loopback("::", 0);
    assert_loopback("::2", 0);
    assert_loopback("::ffff:127.0.0.1", 0);
    assert_loopback("fe80::1", 0);
}


static void
an_address_of_another_family_is_refused(void **state)
{
    struct sockaddr_un       sun;
    struct sockaddr_storage  none;

    (void) state;

    memset(&sun, 0, sizeof(sun));
    sun.sun_family = AF_UNIX;
    assert_int_equal(whatsauth_address_is_public((struct sockaddr *) &sun), 0);
    assert_int_equal(whatsauth_address_is_private((struct sockaddr *) &sun),
                     0);
    assert_int_equal(whatsauth_address_is_loopback((struct sockaddr *) &sun),
                     0);

    memset(&none, 0, sizeof(none));
    none.ss_family = AF_UNSPEC;
    assert_int_equal(whatsauth_address_is_public((struct sockaddr *) &none),
                     0);
}


static void
the_network_of_an_address_hides_its_host(void **state)
{
    char                 out[WHATSAUTH_ADDRESS_NETWORK_MAX];
    size_t               i, len;
    struct sockaddr_in   sin;
    struct sockaddr_in6  sin6;
    struct sockaddr_un   sun;

    static const char *const  ipv4[][2] = {
        { "203.0.113.77", "203.0.113.x" },
        { "255.255.255.255", "255.255.255.x" },
        { "0.0.0.0", "0.0.0.x" }
    };

    static const char *const  ipv6[][2] = {
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1::/48" },
        { "ffff:ffff:ffff:ffff::1", "ffff:ffff:ffff::/48" },
        { "::1", "0:0:0::/48" },
        { "::ffff:203.0.113.77", "203.0.113.x" }
    };

    (void) state;

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;

    for (i = 0; i < sizeof(ipv4) / sizeof(ipv4[0]); i++) {
        assert_int_equal(inet_pton(AF_INET, ipv4[i][0], &sin.sin_addr), 1);
        len = whatsauth_address_network((struct sockaddr *) &sin, out);
        assert_int_equal(len, strlen(ipv4[i][1]));
        assert_memory_equal(out, ipv4[i][1], len);
    }

    memset(&sin6, 0, sizeof(sin6));
    sin6.sin6_family = AF_INET6;

    for (i = 0; i < sizeof(ipv6) / sizeof(ipv6[0]); i++) {
        assert_int_equal(inet_pton(AF_INET6, ipv6[i][0], &sin6.sin6_addr), 1);
        len = whatsauth_address_network((struct sockaddr *) &sin6, out);
        assert_int_equal(len, strlen(ipv6[i][1]));
        assert_memory_equal(out, ipv6[i][1], len);
    }

    memset(&sun, 0, sizeof(sun));
    sun.sun_family = AF_UNIX;
    assert_int_equal(whatsauth_address_network((struct sockaddr *) &sun, out),
                     0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(
            every_range_is_refused_from_its_first_address_to_its_last),
        cmocka_unit_test(the_neighbours_of_every_range_are_public),
        cmocka_unit_test(well_known_addresses_are_told_apart),
        cmocka_unit_test(
            an_ipv6_address_that_carries_even_a_public_ipv4_one_is_refused),
        cmocka_unit_test(
            an_ipv6_address_that_is_given_out_to_nobody_is_refused),
        cmocka_unit_test(an_own_network_is_private_and_no_more),
        cmocka_unit_test(only_this_machine_is_loopback),
        cmocka_unit_test(an_address_of_another_family_is_refused),
        cmocka_unit_test(the_network_of_an_address_hides_its_host)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/resolv_conf.h"


static void
assert_servers(const char *conf, const char *const *expected)
{
    const char        *pos, *end;
    whatsauth_text_t   server;

    pos = conf;
    end = conf + strlen(conf);

    for ( /* void */ ; *expected != NULL; expected++) {
        assert_int_equal(whatsauth_resolv_conf_next(&pos, end, &server), 1);
        assert_int_equal(server.len, strlen(*expected));
        assert_memory_equal(server.data, *expected, server.len);
    }

    assert_int_equal(whatsauth_resolv_conf_next(&pos, end, &server), 0);
}


static void
servers_come_in_their_order(void **state)
{
    const char *const  expected[] = { "192.0.2.1", "2001:db8::1", "::1",
                                      "192.0.2.2", NULL };

    (void) state;

    assert_servers("# made by hand\n"
                   "search example.com\n"
                   "nameserver 192.0.2.1\n"
                   "nameserver \t 2001:db8::1 # the other\r\n"
                   "\n"
                   "nameserver\t::1#x\n"
                   "nameserver 192.0.2.2", expected);
}


static void
all_else_is_passed_over(void **state)
{
    const char *const  expected[] = { NULL };

    (void) state;

    assert_servers("", expected);
    assert_servers("nameserver", expected);
    assert_servers("nameserver \nnameserver #192.0.2.1\n", expected);
    assert_servers("nameservers 192.0.2.1\n nameserver 192.0.2.1\n", expected);
    assert_servers("nameserver fe80::1%eth0\n;nameserver 192.0.2.1", expected);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(servers_come_in_their_order),
        cmocka_unit_test(all_else_is_passed_over)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "protocol/cookie.h"


static const whatsauth_text_t  name = whatsauth_text("wa-shop");


static void
assert_cookie(const char *header, size_t n, const char *expected)
{
    char              *copy;
    whatsauth_text_t   text, value;

    text.len = strlen(header);
    copy = malloc(text.len + 1);
    assert_non_null(copy);
    memcpy(copy, header, text.len);
    text.data = copy;

    value.data = "";
    value.len = 0;

    assert_int_equal(whatsauth_cookie(&text, &name, &value), n);
    assert_int_equal(value.len, strlen(expected));
    assert_memory_equal(value.data, expected, value.len);

    free(copy);
}


static void
test_one(void **state)
{
    (void) state;

    assert_cookie("wa-shop=abc", 1, "abc");
    assert_cookie("a=b; wa-shop=abc", 1, "abc");
    assert_cookie("wa-shop=abc; a=b", 1, "abc");
    assert_cookie("a=b;wa-shop=abc;c=d", 1, "abc");
    assert_cookie(" \t wa-shop=abc \t ; a=b", 1, "abc");
    assert_cookie("wa-shop=", 1, "");
    assert_cookie("wa-shop=a=b", 1, "a=b");
    assert_cookie("wa-shop=\"abc\"", 1, "\"abc\"");
}


static void
test_none(void **state)
{
    (void) state;

    assert_cookie("", 0, "");
    assert_cookie(";", 0, "");
    assert_cookie(" ; ; ", 0, "");
    assert_cookie("wa-shop", 0, "");
    assert_cookie("wa-shop; a", 0, "");
    assert_cookie("wa-shops=abc", 0, "");
    assert_cookie("wa-sho=abc", 0, "");
    assert_cookie("WA-SHOP=abc", 0, "");
    assert_cookie("xwa-shop=abc", 0, "");
    assert_cookie("wa-shop =abc", 0, "");
    assert_cookie("a=wa-shop=abc", 0, "");
    assert_cookie("a=\"; b=wa-shop=abc", 0, "");
    assert_cookie("__Host-wa-shop=abc", 0, "");
}


static void
test_several(void **state)
{
    (void) state;

    assert_cookie("wa-shop=abc; wa-shop=def", 2, "def");
    assert_cookie("wa-shop=abc; a=b; wa-shop=abc; wa-shop=", 3, "");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_several),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

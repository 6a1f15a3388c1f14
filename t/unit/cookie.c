
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


static int
is_cut(const void *data, const whatsauth_text_t *cookie)
{
    (void) data;

    return cookie->len == 1 && cookie->data[0] == 'x';
}


static void
assert_cut(const char *header, size_t n, const char *expected)
{
    char              *copy, *out;
    size_t             len, found;
    whatsauth_text_t   text;

    text.len = strlen(header);
    copy = malloc(text.len + 1);
    assert_non_null(copy);
    memcpy(copy, header, text.len);
    text.data = copy;

    len = whatsauth_cookie_cut(&text, is_cut, NULL, NULL, &found);
    assert_int_equal(found, n);
    assert_int_equal(len, strlen(expected));

    out = malloc(len + 1);
    assert_non_null(out);
    assert_int_equal(whatsauth_cookie_cut(&text, is_cut, NULL, out, &found),
                     len);
    assert_memory_equal(out, expected, len);

    free(out);
    free(copy);
}


static void
test_cut(void **state)
{
    (void) state;

    assert_cut("a=b; x=1; c=d", 1, "a=b; c=d");
    assert_cut("x=1; c=d", 1, "c=d");
    assert_cut("a=b; x=1", 1, "a=b");
    assert_cut("a=b;x=1;c=d", 1, "a=b; c=d");
    assert_cut("x=1", 1, "");
    assert_cut(" x = 1 ;x=;x=x=x", 3, "");
    assert_cut("x=1; ; ;", 1, "");
    assert_cut("x; x=1; x", 1, "x; x");
    assert_cut("=x; x=1", 1, "=x");
    assert_cut("a=x=1; x=1; xx=1", 1, "a=x=1; xx=1");
    assert_cut("x=1;a;b;c;d;e;f", 1, "a; b; c; d; e; f");
    assert_cut("a=b", 0, "a=b");
    assert_cut("", 0, "");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_several),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

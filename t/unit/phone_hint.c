
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/phone_hint.h"


static void
assert_hint(const char *digits, const char *expected)
{
    char              out[WHATSAUTH_PHONE_HINT_MAX];
    whatsauth_text_t  text;

    text = text_of(digits);

    assert_int_equal(whatsauth_phone_hint(&text, out), strlen(expected));
    assert_memory_equal(out, expected, strlen(expected));
}


static void
test_hint(void **state)
{
    (void) state;

    assert_hint("56911111111", "+56*******11");
    assert_hint("14155550100", "+1********00");
    assert_hint("35312345678", "+353******78");
    assert_hint("5612345", "+56***45");
    assert_hint("561234", "");
    assert_hint("", "");
    assert_hint("561234567890123", "+56***********23");
    assert_hint("5612345678901234", "");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_hint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

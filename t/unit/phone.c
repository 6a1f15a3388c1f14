
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/phone.h"


static void
assert_number(const char *text, const char *expected)
{
    char              digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t            n;
    whatsauth_text_t  number;

    number.data = text;
    number.len = strlen(text);

    n = whatsauth_phone_digits(&number, digits);

    assert_int_equal(n, strlen(expected));
    assert_memory_equal(digits, expected, n);
}


static int
is_digits(const char *text)
{
    whatsauth_text_t  number;

    number.data = text;
    number.len = strlen(text);

    return whatsauth_phone_is_digits(&number);
}


static void
numbers_are_read_as_people_write_them(void **state)
{
    (void) state;

    assert_number("56943426553", "56943426553");
    assert_number("+56943426553", "56943426553");
    assert_number("+56 9 4342 6553", "56943426553");
    assert_number("  +1 (650) 555-1234 ", "16505551234");
    assert_number("1.650.555.1234", "16505551234");
    assert_number("(+250) 788 123 200", "250788123200");
    assert_number("1234567", "1234567");
    assert_number("+123456789012345", "123456789012345");
}


static void
what_is_no_e164_number_is_refused(void **state)
{
    (void) state;

    assert_number("", "");
    assert_number("+", "");
    assert_number("123456", "");
    assert_number("1234567890123456", "");
    assert_number("0123456789", "");
    assert_number("+0123456789", "");
    assert_number("++1234567", "");
    assert_number("12+34567", "");
    assert_number("1234567+", "");
    assert_number("1234567x", "");
    assert_number("1234567,1234567", "");
    assert_number("1234567\n", "");
    assert_number("US.13491208655302", "");
    assert_number("\xef\xbc\x91" "2345678", "");
}


static void
only_bare_digits_have_the_form_of_a_wa_id(void **state)
{
    (void) state;

    assert_true(is_digits("16505551234"));
    assert_true(is_digits("1234567"));
    assert_true(is_digits("123456789012345"));

    assert_false(is_digits(""));
    assert_false(is_digits("+16505551234"));
    assert_false(is_digits("1650 5551234"));
    assert_false(is_digits("016505551234"));
    assert_false(is_digits("123456"));
    assert_false(is_digits("1234567890123456"));
    assert_false(is_digits("US.13491208655"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(what_is_no_e164_number_is_refused),
        cmocka_unit_test(only_bare_digits_have_the_form_of_a_wa_id)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

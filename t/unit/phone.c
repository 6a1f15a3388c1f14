
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A number as people write it. */


#include "text_help.h"
#include "protocol/phone.h"


static void
assert_number(const char *text, const char *expected)
{
    char              digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t            n;
    whatsauth_text_t  number;

    number = text_of(text);
    n = whatsauth_phone_digits(&number, digits);

    assert_int_equal(n, strlen(expected));
    assert_memory_equal(digits, expected, n);
}


static int
is_digits(const char *text)
{
    whatsauth_text_t  number;

    number = text_of(text);

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
    assert_number("2901234", "2901234");
    assert_number("+491234567890123", "491234567890123");
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
    assert_number("+49 911 1234/56", "");
    assert_number("1650555\t1234", "");
    assert_number("1650555\xe2\x80\xa8" "1234", "");
    assert_number("1650555\xc2\x85" "1234", "");
    assert_number("1650555\xff" "1234", "");
    assert_number("+999 1234567", "");
    assert_number("+210 1234567", "");
}


static void
what_a_number_is_pasted_with_does_not_count(void **state)
{
    size_t                    i;
    char                      digits[WHATSAUTH_PHONE_DIGITS_MAX];
    whatsauth_text_t          number;
    static const char *const  numbers[] = {
        "\xe2\x80\xad" "+56 9 1111 1111" "\xe2\x80\xac",    /* bidi */
        "\xe2\x81\xa8" "+56911111111" "\xe2\x81\xa9",
        "\xe2\x80\x8e+56911111111\xe2\x80\x8f",
        "\xef\xbb\xbf" "56911111111",                        /* BOM */
        "+56\xe2\x80\x8b" "911111111",
        "+5\xef\xb8\x8f" "6\xef\xb8\x8f" "911111111",     /* keycaps */
        "+56\xc2\xa0" "9\xe2\x80\xaf" "1111\xe2\x80\x87" "1111",
        "+56\xe3\x80\x80" "911111111",
        "+56\xe2\x80\x91" "9\xe2\x80\x90" "1111\xe2\x80\x93" "1111",
        "+56\xe2\x88\x92" "9\xef\xbc\x8d" "1111\xc2\xad" "1111",
        "\xef\xbc\x8b" "\xef\xbc\x95\xef\xbc\x96" "911111111",
        "\xef\xbc\x88" "+56\xef\xbc\x89" " 911111111",
        "+\xd9\xa5\xd9\xa6" "911111111",
        "+\xdb\xb5\xdb\xb6" "911111111",
        "+\xe0\xa5\xab\xe0\xa5\xac" "911111111"
    };

    (void) state;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        number = text_of(numbers[i]);

        if (whatsauth_phone_digits(&number, digits) != 11
            || memcmp(digits, "56911111111", 11) != 0)
        {
            fail_msg("%s", numbers[i]);
        }
    }
}


static void
a_zero_that_is_not_dialled_from_abroad_is_left_out(void **state)
{
    (void) state;

    assert_number("+44 (0) 7911 123456", "447911123456");
    assert_number("+44 (0)7911 123456", "447911123456");
    assert_number("4407911123456", "447911123456");
    assert_number("+33 06 12 34 56 78", "33612345678");
    assert_number("+49 (0151) 23456789", "4915123456789");
    assert_number("+55 (011) 98765-4321", "5511987654321");
    assert_number("+54 011 4321-5678", "541143215678");
    assert_number("+20 0100 123 4567", "201001234567");
    assert_number("+250 0788 123 200", "250788123200");
    assert_number("+34 (0) 612 345 678", "34612345678");
    assert_number("+52 (0) 55 1234 5678", "525512345678");
    assert_number("+1 (0) 650 555 1234", "16505551234");
    assert_number("+49 (0) 123456789012", "49123456789012");
    assert_number("+44 0123456789012345", "");
    assert_number("+44 12345678901234", "");
    assert_number("+49 01234567890123", "491234567890123");
    assert_number("+44 12345 (0) 6789", "441234506789");
}


static void
a_zero_of_the_number_itself_is_kept(void **state)
{
    (void) state;

    assert_number("+39 06 1234 5678", "390612345678");
    assert_number("+39 (0)6 1234 5678", "390612345678");
    assert_number("+378 0549 123456", "3780549123456");
    assert_number("+225 07 00 00 00 12", "2250700000012");
    assert_number("+225 (0)7 00 00 00 12", "2250700000012");
    assert_number("+22500000012", "22500000012");
    assert_number("+226 01 23 45 67", "22601234567");
    assert_number("+227 08 12 34 56", "22708123456");
    assert_number("+229 01 97 00 00 00", "2290197000000");
    assert_number("+241 07 16 47 32", "24107164732");
    assert_number("+242 06 612 3456", "242066123456");
    assert_number("+992 00 123 4567", "992001234567");

    /* The one that Gabon has dialled inside the country since 2019. */
    assert_number("+241 077 16 47 32", "24177164732");
}


static whatsauth_phone_result_t
result_of(const char *text)
{
    char              digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t            n;
    whatsauth_text_t  number;

    number = text_of(text);

    return whatsauth_phone_read(&number, digits, &n);
}


static void
a_refused_number_is_told_why(void **state)
{
    (void) state;

    assert_int_equal(result_of("+44 7911 123456"), WHATSAUTH_PHONE_OK);
    assert_int_equal(result_of(""), WHATSAUTH_PHONE_EMPTY);
    assert_int_equal(result_of(" (-) "), WHATSAUTH_PHONE_EMPTY);
    assert_int_equal(result_of("\xe2\x80\x8b"), WHATSAUTH_PHONE_EMPTY);
    assert_int_equal(result_of("call me"), WHATSAUTH_PHONE_CHARACTER);
    assert_int_equal(result_of("07911 123456"), WHATSAUTH_PHONE_LOCAL);
    assert_int_equal(result_of("+07911 123456"), WHATSAUTH_PHONE_LOCAL);
    assert_int_equal(result_of("0044 7911 123456"), WHATSAUTH_PHONE_LOCAL);
    assert_int_equal(result_of("+999 123456789"), WHATSAUTH_PHONE_COUNTRY);
    assert_int_equal(result_of("+44 00 7911 123456"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+36 06 30 123 4567"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+52 044 55 1234 5678"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+7 0912 345 67 89"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+225 007 00 00 00 12"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+974 03 123 4567"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+44 791"), WHATSAUTH_PHONE_TOO_SHORT);
    assert_int_equal(result_of("+44 (0)1234"), WHATSAUTH_PHONE_TOO_SHORT);
    assert_int_equal(result_of("+44 79111234567890"),
                     WHATSAUTH_PHONE_TOO_LONG);
    assert_int_equal(result_of("+44 7911123456789012"),
                     WHATSAUTH_PHONE_TOO_LONG);

    assert_string_equal(whatsauth_phone_strresult(WHATSAUTH_PHONE_EMPTY),
                        "is empty");
    assert_string_equal(whatsauth_phone_strresult(WHATSAUTH_PHONE_RESULTS_N),
                        "");
}


static void
a_number_that_its_country_cannot_have_is_refused(void **state)
{
    (void) state;

    assert_int_equal(result_of("+1 650 555 1234"), WHATSAUTH_PHONE_OK);
    assert_int_equal(result_of("+1 555 078 3881"), WHATSAUTH_PHONE_OK);
    assert_int_equal(result_of("+1 (0) 650 555 1234"), WHATSAUTH_PHONE_OK);
    assert_int_equal(result_of("+7 912 345 67 89"), WHATSAUTH_PHONE_OK);

    assert_int_equal(result_of("106540352242922"), WHATSAUTH_PHONE_NUMBER_ID);
    assert_int_equal(result_of("12345678901234"), WHATSAUTH_PHONE_NUMBER_ID);
    assert_int_equal(result_of("1234567890123456"), WHATSAUTH_PHONE_NUMBER_ID);
    assert_int_equal(result_of("+14155238886123"), WHATSAUTH_PHONE_NUMBER_ID);

    assert_int_equal(result_of("+141552388861"), WHATSAUTH_PHONE_LENGTH);
    assert_int_equal(result_of("+1 415 523 8886 12"), WHATSAUTH_PHONE_LENGTH);
    assert_int_equal(result_of("+1234567890"), WHATSAUTH_PHONE_OK);
    assert_int_equal(result_of("+7 912 345 67 890"), WHATSAUTH_PHONE_LENGTH);
    assert_int_equal(result_of("+1 123 456 7890"), WHATSAUTH_PHONE_AREA);
    assert_int_equal(result_of("+1 0650 555 1234"), WHATSAUTH_PHONE_ZERO);
    assert_int_equal(result_of("+1 065 055 5123"), WHATSAUTH_PHONE_ZERO);
}


/* A user whose number WhatsApp has verified is not refused for its form. */
static void
a_number_that_is_only_compared_may_be_any(void **state)
{
    (void) state;

    assert_number("+141552388861", "141552388861");
    assert_number("+11234567890", "11234567890");
    assert_number("123456789012345", "123456789012345");
}


static void
assert_short_code(const char *text, const char *expected)
{
    char              digits[WHATSAUTH_PHONE_SHORT_CODE_MAX];
    size_t            n;
    whatsauth_text_t  number;

    number = text_of(text);

    n = whatsauth_phone_short_code(&number, digits);

    assert_int_equal(n, strlen(expected));
    assert_memory_equal(digits, expected, n);
}


static void
a_short_code_has_3_to_8_digits_and_no_plus(void **state)
{
    (void) state;

    assert_short_code("123", "123");
    assert_short_code("12345", "12345");
    assert_short_code("123-456", "123456");
    assert_short_code("12345678", "12345678");

    assert_short_code("", "");
    assert_short_code("12", "");
    assert_short_code("123456789", "");
    assert_short_code("+12345", "");
    assert_short_code("01234", "");
    assert_short_code("12345x", "");
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
        cmocka_unit_test(what_a_number_is_pasted_with_does_not_count),
        cmocka_unit_test(a_zero_that_is_not_dialled_from_abroad_is_left_out),
        cmocka_unit_test(a_zero_of_the_number_itself_is_kept),
        cmocka_unit_test(a_refused_number_is_told_why),
        cmocka_unit_test(a_number_that_its_country_cannot_have_is_refused),
        cmocka_unit_test(a_number_that_is_only_compared_may_be_any),
        cmocka_unit_test(a_short_code_has_3_to_8_digits_and_no_plus),
        cmocka_unit_test(only_bare_digits_have_the_form_of_a_wa_id)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


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


static whatsauth_text_t
text_of(const char *string)
{
    whatsauth_text_t  text;

    text.data = string;
    text.len = strlen(string);

    return text;
}


static int
is_same(const char *a, const char *b)
{
    int               same;
    whatsauth_text_t  one = text_of(a), two = text_of(b);

    same = whatsauth_phone_same(&one, &two);
    assert_int_equal(whatsauth_phone_same(&two, &one), same);

    return same;
}


static void
spellings_of_one_persons_number_are_the_same(void **state)
{
    size_t                    i;
    static const char *const  pairs[][2] = {
        { "16505551234", "16505551234" },          /* United States */
        { "1234567", "1234567" },
        { "123456789012345", "123456789012345" },

        { "5511987654321", "551187654321" },       /* Brazil */
        { "5511960000000", "551160000000" },
        { "5599999999999", "559999999999" },
        { "5521976543210", "552176543210" },

        { "5215512345678", "525512345678" },       /* Mexico */
        { "5219991234567", "529991234567" },

        { "5491123456789", "541123456789" },       /* Argentina */
        { "5492211234567", "542211234567" },
        { "5493511234567", "543511234567" }
    };

    (void) state;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (!is_same(pairs[i][0], pairs[i][1])) {
            fail_msg("%s and %s differ", pairs[i][0], pairs[i][1]);
        }
    }
}


static void
numbers_of_two_persons_differ(void **state)
{
    size_t                    i;
    static const char *const  pairs[][2] = {
        { "16505551234", "16505551235" },
        { "16505551234", "6505551234" },
        { "16505551234", "165055512345" },
        { "56943426553", "5643426553" },           /* Chile has nines too */
        { "56911111111", "561111111" },
        { "34911234567", "3411234567" },           /* Spain */
        { "4915112345678", "495112345678" },       /* Germany */
        { "4917612345678", "49176123456780" },
        { "447911123456", "44711123456" },         /* Great Britain */
        { "919876543210", "91876543210" },         /* India */
        { "2250712345678", "22512345678" },        /* Ivory Coast */

        { "5511987654321", "551197654321" },       /* another digit left out */
        { "5511987654321", "5512987654321" },
        { "5511987654321", "551287654321" },
        { "5511923456789", "551123456789" },       /* a landline */
        { "5511956789012", "551156789012" },
        { "5511887654321", "551187654321" },
        { "5501987654321", "550187654321" },       /* no such area */
        { "5510987654321", "551087654321" },
        { "55119876543210", "5511876543210" },     /* too long */

        { "5215512345678", "525512345679" },
        { "5205512345678", "525512345678" },
        { "521551234567", "52551234567" },         /* too short */
        { "52155123456789", "5255123456789" },
        { "5210123456789", "520123456789" },

        { "5491123456789", "541123456780" },
        { "5481123456789", "541123456789" },
        { "549112345678", "54112345678" },
        { "54911234567890", "5411234567890" },
        { "5490123456789", "540123456789" },
        { "541123456789", "521123456789" }
    };

    (void) state;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (is_same(pairs[i][0], pairs[i][1])) {
            fail_msg("%s and %s are the same", pairs[i][0], pairs[i][1]);
        }
    }
}


static void
what_is_no_number_is_the_same_as_nothing(void **state)
{
    (void) state;

    assert_false(is_same("", ""));
    assert_false(is_same("+16505551234", "+16505551234"));
    assert_false(is_same("US.13491208655", "US.13491208655"));
    assert_false(is_same("123456", "123456"));
    assert_false(is_same("1234567890123456", "1234567890123456"));
    assert_false(is_same("16505551234", ""));
}


static void
a_canonical_number_stays_as_it_is(void **state)
{
    char                      first[WHATSAUTH_PHONE_DIGITS_MAX];
    char                      second[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t                    i, n;
    whatsauth_text_t          number;
    static const char *const  numbers[] = {
        "16505551234", "5511987654321", "5215512345678", "5491123456789",
        "5511997654321", "5219991234567", "5499112345678"
    };

    (void) state;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        number = text_of(numbers[i]);
        n = whatsauth_phone_canonical(&number, first);
        assert_true(n != 0);

        number.data = first;
        number.len = n;
        assert_int_equal(whatsauth_phone_canonical(&number, second), n);
        assert_memory_equal(first, second, n);
    }
}


static whatsauth_phone_list_result_t
add(whatsauth_phone_list_t *list, const char *string)
{
    whatsauth_text_t  text = text_of(string);

    return whatsauth_phone_list(&text, list);
}


static void
assert_list(const whatsauth_phone_list_t *list, size_t n, const char *expected)
{
    assert_int_equal(list->n, n);
    assert_int_equal(list->len, strlen(expected));
    assert_memory_equal(list->data, expected, list->len);
}


static void
a_list_is_read_into_digits_and_can_be_added_to(void **state)
{
    whatsauth_phone_list_t  list;

    (void) state;

    memset(&list, 0, sizeof(list));

    assert_int_equal(add(&list, ""), WHATSAUTH_PHONE_LIST_OK);
    assert_list(&list, 0, "");

    assert_int_equal(add(&list, "+56 9 1111-1111"), WHATSAUTH_PHONE_LIST_OK);
    assert_list(&list, 1, "56911111111");

    assert_int_equal(add(&list, " 1 (650) 555-1234 , 4917612345678"),
                     WHATSAUTH_PHONE_LIST_OK);
    assert_list(&list, 3, "56911111111,16505551234,4917612345678");

    assert_int_equal(add(&list, ""), WHATSAUTH_PHONE_LIST_OK);
    assert_list(&list, 3, "56911111111,16505551234,4917612345678");
}


static void
a_list_with_anything_but_numbers_is_invalid(void **state)
{
    size_t                    i;
    whatsauth_phone_list_t    list;
    static const char *const  lists[] = {
        ",", " ", "16505551234,", ",16505551234", "16505551234,,16505551235",
        "16505551234;16505551235", "16505551234,x", "US.13491208655302",
        "16505551234\n,16505551235", "16505551234,123", "1650555123416505551234"
    };

    (void) state;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        memset(&list, 0, sizeof(list));

        if (add(&list, lists[i]) != WHATSAUTH_PHONE_LIST_INVALID) {
            fail_msg("\"%s\" was taken", lists[i]);
        }
    }
}


static void
a_list_holds_twenty_of_the_longest_numbers_and_no_more(void **state)
{
    size_t                  i;
    whatsauth_phone_list_t  list;

    (void) state;

    memset(&list, 0, sizeof(list));

    for (i = 0; i < WHATSAUTH_PHONE_LIST_MAX; i++) {
        assert_int_equal(add(&list, "+123456789012345"),
                         WHATSAUTH_PHONE_LIST_OK);
    }

    assert_int_equal(list.n, 20);
    assert_int_equal(list.len, 20 * 15 + 19);
    assert_true(list.len <= sizeof(list.data));

    assert_int_equal(add(&list, "1234567"), WHATSAUTH_PHONE_LIST_TOO_MANY);
}


static void
a_number_is_listed_in_any_of_its_spellings(void **state)
{
    whatsauth_text_t  none = text_of(""), number;
    whatsauth_text_t  list = text_of("16505551234,5511987654321,525512345678");

    (void) state;

    number = text_of("16505551234");
    assert_true(whatsauth_phone_is_listed(&list, &number));
    assert_false(whatsauth_phone_is_listed(&none, &number));

    number = text_of("551187654321");
    assert_true(whatsauth_phone_is_listed(&list, &number));

    number = text_of("5215512345678");
    assert_true(whatsauth_phone_is_listed(&list, &number));

    number = text_of("1650555123");
    assert_false(whatsauth_phone_is_listed(&list, &number));

    number = text_of("6505551234");
    assert_false(whatsauth_phone_is_listed(&list, &number));

    assert_false(whatsauth_phone_is_listed(&list, &none));
    assert_false(whatsauth_phone_is_listed(&none, &none));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(what_is_no_e164_number_is_refused),
        cmocka_unit_test(only_bare_digits_have_the_form_of_a_wa_id),
        cmocka_unit_test(spellings_of_one_persons_number_are_the_same),
        cmocka_unit_test(numbers_of_two_persons_differ),
        cmocka_unit_test(what_is_no_number_is_the_same_as_nothing),
        cmocka_unit_test(a_canonical_number_stays_as_it_is),
        cmocka_unit_test(a_list_is_read_into_digits_and_can_be_added_to),
        cmocka_unit_test(a_list_with_anything_but_numbers_is_invalid),
        cmocka_unit_test(
            a_list_holds_twenty_of_the_longest_numbers_and_no_more),
        cmocka_unit_test(a_number_is_listed_in_any_of_its_spellings)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

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
        number.data = numbers[i];
        number.len = strlen(numbers[i]);

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

    number.data = text;
    number.len = strlen(text);

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

    number.data = text;
    number.len = strlen(text);

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
        { "5493511234567", "543511234567" },

        { "2250700000012", "22500000012" },        /* Ivory Coast */
        { "2250101234567", "22501234567" },        /* Moov */
        { "2250143000012", "22543000012" },
        { "2250504000012", "22504000012" },        /* MTN */
        { "2250595000012", "22595000012" },
        { "2250707000012", "22507000012" },        /* Orange */
        { "2250789000012", "22589000012" },
        { "2252120800012", "22520800012" },        /* fixed */
        { "2252530000012", "22530000012" },
        { "2252720300012", "22520300012" },

        { "2290197000012", "22997000012" },        /* Benin */
        { "2290121300012", "22921300012" },

        { "24111720012", "24101720012" },          /* Gabon */
        { "24162160012", "24102160012" },
        { "24165160012", "24105160012" },
        { "24174160012", "24104160012" },
        { "24177160012", "24107160012" },

        { "237697000012", "23797000012" }          /* Cameroon */
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
        { "541123456789", "521123456789" },

        { "2250500000012", "22500000012" },        /* another operator's */
        { "2250101000012", "22507000012" },
        { "2250704000012", "22504000012" },
        { "2252520300012", "22520300012" },
        { "2250700000012", "2250500000012" },
        { "225070000012", "2250700000012" },

        { "2290181000012", "22981000012" },        /* a service */
        { "2290297000012", "22997000012" },
        { "24166160012", "24107160012" },
        { "24177160012", "24167160012" },
        { "24103160012", "24163160012" },
        { "237688000012", "23788000012" },
        { "237297000012", "23797000012" },

        { "23057000012", "2307000012" },           /* not known of WhatsApp */
        { "84389000012", "841689000012" }
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
        "5511997654321", "5219991234567", "5499112345678",
        "22500000012", "22507000012", "22520300012", "22997000012",
        "24107160012", "24101720012", "23797000012"
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


/*
 * Every digit at the places that the rules look at: two numbers that a
 * country had at the same time are never of one person.
 */
static void
no_two_numbers_of_one_form_are_of_one_person(void **state)
{
    char                      number[16], first[15], second[15];
    size_t                    i, n, m;
    unsigned                  head, other;
    whatsauth_text_t          a, b;
    static const char *const  forms[] = {
        "225%03u56789", "229%03u56789", "241%03u56789", "237%03u56789",
        "225%03u3456789", "229%03u3456789", "237%03u456789"
    };

    (void) state;

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        for (head = 0; head < 1000; head++) {
            snprintf(number, sizeof(number), forms[i], head);
            a = text_of(number);
            n = whatsauth_phone_canonical(&a, first);
            assert_true(n != 0);

            for (other = head + 1; other < 1000; other++) {
                if (i == 2 && (head < 100) != (other < 100)) {
                    continue;        /* Gabon's old and new are as long */
                }

                snprintf(number, sizeof(number), forms[i], other);
                b = text_of(number);
                m = whatsauth_phone_canonical(&b, second);

                if (n == m && memcmp(first, second, n) == 0) {
                    fail_msg("%s", number);
                }
            }
        }
    }
}


static whatsauth_phone_result_t
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

    assert_int_equal(add(&list, "+56 9 1111-1111"), WHATSAUTH_PHONE_OK);
    assert_list(&list, 1, "56911111111");

    assert_int_equal(add(&list, " 1 (650) 555-1234 , 4917612345678"),
                     WHATSAUTH_PHONE_OK);
    assert_list(&list, 3, "56911111111,16505551234,4917612345678");
}


static void
a_list_with_anything_but_numbers_is_refused(void **state)
{
    size_t                   i;
    whatsauth_phone_list_t   list;
    static const struct {
        const char                *text;
        size_t                     n;
        const char                *wrong;
        whatsauth_phone_result_t   result;
    } lists[] = {
        { "", 0, "", WHATSAUTH_PHONE_EMPTY },
        { " ", 0, " ", WHATSAUTH_PHONE_EMPTY },
        { ",", 0, "", WHATSAUTH_PHONE_EMPTY },
        { "16505551234,", 1, "", WHATSAUTH_PHONE_EMPTY },
        { ",16505551234", 0, "", WHATSAUTH_PHONE_EMPTY },
        { "16505551234, ,16505551235", 1, " ", WHATSAUTH_PHONE_EMPTY },
        { "16505551234;1", 0, "16505551234;1", WHATSAUTH_PHONE_CHARACTER },
        { "16505551234,x,y", 1, "x", WHATSAUTH_PHONE_CHARACTER },
        { "16505551234\n,1", 0, "16505551234\n",
          WHATSAUTH_PHONE_CHARACTER },
        { "16505551234,123", 1, "123", WHATSAUTH_PHONE_TOO_SHORT },
        { "1650555123416505551234", 0, "1650555123416505551234",
          WHATSAUTH_PHONE_TOO_LONG },
        { "16505551234, 0791 1", 1, " 0791 1", WHATSAUTH_PHONE_LOCAL }
    };

    (void) state;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        memset(&list, 0, sizeof(list));

        assert_int_equal(add(&list, lists[i].text), lists[i].result);
        assert_int_equal(list.n, lists[i].n);
        assert_int_equal(list.wrong.len, strlen(lists[i].wrong));
        assert_memory_equal(list.wrong.data, lists[i].wrong, list.wrong.len);
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
        assert_int_equal(add(&list, "+491234567890123"),
                         WHATSAUTH_PHONE_OK);
    }

    assert_int_equal(list.n, 20);
    assert_int_equal(list.len, 20 * 15 + 19);
    assert_true(list.len <= sizeof(list.data));

    assert_int_equal(add(&list, "2901234"), WHATSAUTH_PHONE_TOO_MANY);
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
        cmocka_unit_test(what_a_number_is_pasted_with_does_not_count),
        cmocka_unit_test(a_zero_that_is_not_dialled_from_abroad_is_left_out),
        cmocka_unit_test(a_zero_of_the_number_itself_is_kept),
        cmocka_unit_test(a_refused_number_is_told_why),
        cmocka_unit_test(a_number_that_its_country_cannot_have_is_refused),
        cmocka_unit_test(a_number_that_is_only_compared_may_be_any),
        cmocka_unit_test(a_short_code_has_3_to_8_digits_and_no_plus),
        cmocka_unit_test(only_bare_digits_have_the_form_of_a_wa_id),
        cmocka_unit_test(spellings_of_one_persons_number_are_the_same),
        cmocka_unit_test(numbers_of_two_persons_differ),
        cmocka_unit_test(what_is_no_number_is_the_same_as_nothing),
        cmocka_unit_test(a_canonical_number_stays_as_it_is),
        cmocka_unit_test(no_two_numbers_of_one_form_are_of_one_person),
        cmocka_unit_test(a_list_is_read_into_digits_and_can_be_added_to),
        cmocka_unit_test(a_list_with_anything_but_numbers_is_refused),
        cmocka_unit_test(
            a_list_holds_twenty_of_the_longest_numbers_and_no_more),
        cmocka_unit_test(a_number_is_listed_in_any_of_its_spellings)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

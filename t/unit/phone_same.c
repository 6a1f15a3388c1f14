
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Spellings of the number of one person. */


#include <stdio.h>

#include "text_help.h"
#include "protocol/phone.h"


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


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(spellings_of_one_persons_number_are_the_same),
        cmocka_unit_test(numbers_of_two_persons_differ),
        cmocka_unit_test(what_is_no_number_is_the_same_as_nothing),
        cmocka_unit_test(a_canonical_number_stays_as_it_is),
        cmocka_unit_test(no_two_numbers_of_one_form_are_of_one_person)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

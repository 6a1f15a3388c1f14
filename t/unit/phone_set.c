
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>

#include "text_help.h"
#include "protocol/phone_set.h"


#define MANY  1000


static uint64_t
number_of(const char *string)
{
    uint64_t          number;
    whatsauth_text_t  text;

    text = text_of(string);
    number = 0;

    assert_int_equal(whatsauth_phone_set_read(&text, &number),
                     WHATSAUTH_PHONE_OK);

    return number;
}


static void
assert_has(const whatsauth_phone_set_t *set, const char *digits, int expected)
{
    whatsauth_text_t  text;

    text = text_of(digits);

    assert_int_equal(whatsauth_phone_set_has(set, &text), expected);
}


static void
a_number_is_read_as_people_write_it(void **state)
{
    uint64_t          number;
    whatsauth_text_t  text;

    (void) state;

    assert_true(number_of("+56 9 1111-1111") == UINT64_C(56911111111));
    assert_true(number_of("+998 12345678 1234") == UINT64_C(998123456781234));

    text = text_of("0911111111");
    assert_int_equal(whatsauth_phone_set_read(&text, &number),
                     WHATSAUTH_PHONE_LOCAL);
    text = text_of("");
    assert_int_equal(whatsauth_phone_set_read(&text, &number),
                     WHATSAUTH_PHONE_EMPTY);
}


static void
a_set_has_its_numbers_and_no_other(void **state)
{
    uint64_t               numbers[4];
    whatsauth_phone_set_t  set;

    (void) state;

    numbers[0] = number_of("+56922222222");
    numbers[1] = number_of("+14155550100");
    numbers[2] = number_of("+56911111111");
    numbers[3] = number_of("+56922222222");

    set.numbers = numbers;
    set.n = 4;
    whatsauth_phone_set_order(&set);

    assert_int_equal(set.n, 3);
    assert_has(&set, "56911111111", 1);
    assert_has(&set, "56922222222", 1);
    assert_has(&set, "14155550100", 1);
    assert_has(&set, "56933333333", 0);
    assert_has(&set, "5692222222", 0);
    assert_has(&set, "1", 0);
    assert_has(&set, "", 0);
    assert_has(&set, "CL.56911111111", 0);
}


/* WhatsApp knows people in Brazil by a number that lacks its 9. */

static void
both_spellings_of_a_person_are_the_same(void **state)
{
    uint64_t               number;
    whatsauth_phone_set_t  set;

    (void) state;

    set.numbers = &number;
    set.n = 1;

    number = number_of("+55 11 91234-5678");
    whatsauth_phone_set_order(&set);
    assert_has(&set, "5511912345678", 1);
    assert_has(&set, "551112345678", 0);

    number = number_of("+55 11 99876-5432");
    assert_has(&set, "551198765432", 1);
    assert_has(&set, "5511998765432", 1);
}


static void
an_empty_set_has_nobody(void **state)
{
    whatsauth_phone_set_t  set;

    (void) state;

    set.numbers = NULL;
    set.n = 0;
    whatsauth_phone_set_order(&set);

    assert_int_equal(set.n, 0);
    assert_has(&set, "56911111111", 0);
    assert_has(&set, "", 0);
}


static void
each_of_many_is_found(void **state)
{
    char                   digits[WHATSAUTH_PHONE_DIGITS_MAX + 1];
    unsigned               i;
    uint64_t               numbers[MANY];
    whatsauth_phone_set_t  set;

    (void) state;

    for (i = 0; i < MANY; i++) {
        numbers[i] = UINT64_C(56900000000) + (i * 7919U) % MANY * 2U;
    }

    set.numbers = numbers;
    set.n = MANY;
    whatsauth_phone_set_order(&set);

    assert_int_equal(set.n, MANY);

    for (i = 0; i < 2 * MANY; i++) {
        (void) snprintf(digits, sizeof(digits), "5690000%04u", i);
        assert_has(&set, digits, i % 2 == 0);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_number_is_read_as_people_write_it),
        cmocka_unit_test(a_set_has_its_numbers_and_no_other),
        cmocka_unit_test(both_spellings_of_a_person_are_the_same),
        cmocka_unit_test(an_empty_set_has_nobody),
        cmocka_unit_test(each_of_many_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

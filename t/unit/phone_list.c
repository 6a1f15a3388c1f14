
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Lists of numbers. */


#include "text_help.h"
#include "protocol/phone.h"


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
        cmocka_unit_test(a_list_is_read_into_digits_and_can_be_added_to),
        cmocka_unit_test(a_list_with_anything_but_numbers_is_refused),
        cmocka_unit_test(
            a_list_holds_twenty_of_the_longest_numbers_and_no_more),
        cmocka_unit_test(a_number_is_listed_in_any_of_its_spellings)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

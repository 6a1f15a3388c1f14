
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/typed.h"


/* Those that read as 123456 if good, and not at all if not. */
static void
assert_all(const char *const *typed, int good)
{
    int               read;
    char              digits[7];
    whatsauth_text_t  text;

    for ( /* void */ ; *typed != NULL; typed++) {
        text = text_of(*typed);
        memset(digits, 'x', sizeof(digits));

        read = whatsauth_typed_digits(&text, digits, 6) == 0;

        if (read != good || (good && memcmp(digits, "123456x", 7) != 0)) {
            fail_msg("\"%s\" is read as %.7s", *typed, digits);
        }
    }
}


static void
six_digits_are_read_as_people_type_and_paste_them(void **state)
{
    static const char *const  typed[] = {
        "123456",
        "123 456",
        "  123-456 ",
        "1 2 3 4 5 6",
        "123\xc2\xa0" "456",                          /* no-break space */
        "123\xe2\x80\xaf" "456",                      /* the narrow one */
        "123\xe2\x80\x91" "456",                      /* no-break hyphen */
        "\xe2\x81\xa8" "123456" "\xe2\x81\xa9",       /* isolates */
        "\xe2\x80\x8f" "123456" "\xe2\x80\x8e",       /* marks of direction */
        "\xef\xbb\xbf" "123456",                      /* BOM */
        "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93"        /* fullwidth */
        "\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96",
        "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6",
        "\xdb\xb1\xdb\xb2\xdb\xb3\xdb\xb4\xdb\xb5\xdb\xb6",
        "\xe0\xa5\xa7\xe0\xa5\xa8\xe0\xa5\xa9\xe0\xa5\xaa\xe0\xa5\xab"
        "\xe0\xa5\xac",
        NULL
    };

    (void) state;

    assert_all(typed, 1);
}


static void
anything_else_is_no_number_of_six_digits(void **state)
{
    static const char *const  typed[] = {
        "", " ", "12345", "1234567", "123456 7", "12345a", "+123456",
        "123.456", "123,456", "0x1234", "PIN 123456", "123\n456", "123\t456",
        "123456\xff", "123\xe2\x80\xa8" "456",
        "\xef\xbd\x81" "123456",                      /* fullwidth a */
        NULL
    };

    (void) state;

    assert_all(typed, 0);
}


static void
a_character_stands_for_one_of_ascii_or_for_none(void **state)
{
    uint32_t  c;

    (void) state;

    for (c = '!'; c <= '~'; c++) {
        assert_int_equal(whatsauth_typed_ascii(c), c);
        assert_int_equal(whatsauth_typed_ascii(c + 0xfee0), c);
    }

    assert_int_equal(whatsauth_typed_ascii(0x966), '0');
    assert_int_equal(whatsauth_typed_ascii(0x96f), '9');
    assert_int_equal(whatsauth_typed_ascii(0x2212), '-');
    assert_int_equal(whatsauth_typed_ascii(0x3000), ' ');
    assert_int_equal(whatsauth_typed_ascii(0x970), 0);
    assert_int_equal(whatsauth_typed_ascii('\n'), 0);
    assert_int_equal(whatsauth_typed_ascii(0x85), 0);
    assert_int_equal(whatsauth_typed_ascii(0xe9), 0);
    assert_int_equal(whatsauth_typed_ascii(WHATSAUTH_UTF8_ILL_FORMED), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(six_digits_are_read_as_people_type_and_paste_them),
        cmocka_unit_test(anything_else_is_no_number_of_six_digits),
        cmocka_unit_test(a_character_stands_for_one_of_ascii_or_for_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

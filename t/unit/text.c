
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/text.h"


#define BAD  WHATSAUTH_UTF8_REPLACEMENT


typedef struct {
    whatsauth_text_t  text;
    whatsauth_text_t  clean;
} case_t;


static const case_t  cases[] = {
    { whatsauth_text(""), whatsauth_text("") },
    { whatsauth_text("John Doe"), whatsauth_text("John Doe") },
    { whatsauth_text("Zo\xc3\xab \xf0\x9f\x98\x80 \xe2\x82\xac"),
      whatsauth_text("Zo\xc3\xab \xf0\x9f\x98\x80 \xe2\x82\xac") },

    /* Control characters: C0, DEL, C1. */
    { whatsauth_text("a\0b\nc\x7f" "d\xc2\x9f" "e\xc2\xa0"),
      whatsauth_text("a" BAD "b" BAD "c" BAD "d" BAD "e\xc2\xa0") },

    /* A byte out of place, overlong forms, surrogates, beyond U+10FFFF. */
    { whatsauth_text("\x80" "a"), whatsauth_text(BAD "a") },
    { whatsauth_text("\xc0\xaf"), whatsauth_text(BAD BAD) },
    { whatsauth_text("\xe0\x80\xaf"), whatsauth_text(BAD BAD BAD) },
    { whatsauth_text("\xed\xa0\x80"), whatsauth_text(BAD BAD BAD) },
    { whatsauth_text("\xf4\x90\x80\x80"), whatsauth_text(BAD BAD BAD BAD) },
    { whatsauth_text("\xff"), whatsauth_text(BAD) },

    /* A maximal subpart is one: cut short by the end or by another byte. */
    { whatsauth_text("\xe2\x82"), whatsauth_text(BAD) },
    { whatsauth_text("\xf0\x9f\x98" "a"), whatsauth_text(BAD "a") },
    { whatsauth_text("\xc3\xc3\xab"), whatsauth_text(BAD "\xc3\xab") },

    /* The least and the greatest of every length. */
    { whatsauth_text("\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"
                     "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80"),
      whatsauth_text("\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"
                     "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80") }
};


static void
cleaning_replaces_controls_and_ill_formed_sequences(void **state)
{
    char    out[64];
    size_t  i, n;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        n = whatsauth_text_clean(&cases[i].text, out, sizeof(out));

        assert_int_equal(n, cases[i].clean.len);
        assert_memory_equal(out, cases[i].clean.data, n);
    }
}


static void
cleaning_cuts_at_a_whole_character(void **state)
{
    char              out[8];
    whatsauth_text_t  euro = whatsauth_text("a\xe2\x82\xac" "b");
    whatsauth_text_t  control = whatsauth_text("ab\n");

    (void) state;

    assert_int_equal(whatsauth_text_clean(&euro, out, 0), 0);
    assert_int_equal(whatsauth_text_clean(&euro, out, 3), 1);
    assert_int_equal(whatsauth_text_clean(&euro, out, 4), 4);
    assert_int_equal(whatsauth_text_clean(&euro, out, 5), 5);

    /* The replacement of a byte may be longer than the byte. */
    assert_int_equal(whatsauth_text_clean(&control, out, 3), 2);
}


static void
what_was_cleaned_is_utf8(void **state)
{
    char              in[4], out[3 * sizeof(in)];
    uint32_t          i;
    whatsauth_text_t  text, clean;

    (void) state;

    for (i = 0; i < 1 << 20; i += 7) {
        in[0] = (char) (0xc0 | (i & 0x3f));
        in[1] = (char) (i >> 6);
        in[2] = (char) (i >> 12);
        in[3] = (char) (0x80 | (i & 0x1f));

        text.data = in;
        text.len = sizeof(in);
        clean.data = out;
        clean.len = whatsauth_text_clean(&text, out, sizeof(out));

        assert_int_equal(whatsauth_text_is_utf8(&clean), 1);
    }
}


static void
utf8_is_told_from_ill_formed_bytes_and_nul(void **state)
{
    size_t                  i;
    static const whatsauth_text_t  good[] = {
        whatsauth_text(""),
        whatsauth_text("line\nline\x7f"),
        whatsauth_text("\xc3\xab\xe2\x82\xac\xf0\x9f\x98\x80")
    };
    static const whatsauth_text_t  bad[] = {
        whatsauth_text("a\0b"), whatsauth_text("\xc3"),
        whatsauth_text("\xed\xa0\x80"), whatsauth_text("\xc0\x80"),
        whatsauth_text("a\xff")
    };

    (void) state;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(whatsauth_text_is_utf8(&good[i]), 1);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(whatsauth_text_is_utf8(&bad[i]), 0);
    }
}


static void
hexadecimal_digits_of_either_case_have_their_value(void **state)
{
    int                c, value;
    const char        *digit;
    static const char  digits[] = "0123456789abcdefABCDEF";

    (void) state;

    for (c = 1; c < 256; c++) {
        digit = strchr(digits, c);
        value = (digit == NULL) ? -1 : (int) (digit - digits);

        if (value > 15) {
            value -= 6;
        }

        assert_int_equal(whatsauth_hex_value((char) c), value);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(cleaning_replaces_controls_and_ill_formed_sequences),
        cmocka_unit_test(cleaning_cuts_at_a_whole_character),
        cmocka_unit_test(what_was_cleaned_is_utf8),
        cmocka_unit_test(utf8_is_told_from_ill_formed_bytes_and_nul),
        cmocka_unit_test(hexadecimal_digits_of_either_case_have_their_value)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

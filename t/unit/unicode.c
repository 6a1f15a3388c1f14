
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/text.h"
#include "protocol/unicode.h"


#define CHARACTERS  0x110000


typedef struct {
    uint32_t   from;
    uint32_t   to;
} fold_t;


/* The ends of the ranges, and what lies beside them. */

static const uint32_t  ignorable[] = {
    0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e,
    0x180f, 0x200b, 0x200f, 0x202a, 0x202e, 0x2060, 0x2065, 0x206f, 0x3164,
    0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff0, 0xfff8, 0x1bca0, 0x1bca3, 0x1d173,
    0x1d17a, 0xe0000, 0xe0001, 0xe007f, 0xe01ef, 0xe0fff
};

static const uint32_t  not_ignorable[] = {
    0, ' ', 'a', 0xac, 0xae, 0x34e, 0x350, 0x115e, 0x1161, 0x180a, 0x1810,
    0x200a, 0x2010, 0x2028, 0x202f, 0x205f, 0x2070, 0x3165, 0xfe10, 0xfff9,
    0xfffd, 0x1d17b, 0xdffff, 0xe1000, 0x10ffff, CHARACTERS,
    WHATSAUTH_UTF8_ILL_FORMED
};

static const uint32_t  space[] = {
    '\t', '\n', '\r', ' ', 0x85, 0xa0, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029,
    0x202f, 0x205f, 0x3000
};

static const uint32_t  not_space[] = {
    0, 8, 0x0e, 0x1f, '!', '0', 0x7f, 0x84, 0x180e, 0x200b, 0x3001, 0xfeff,
    CHARACTERS, WHATSAUTH_UTF8_ILL_FORMED
};

static const uint32_t  quote[] = {
    '"', '\'', 0xab, 0xbb, 0x2018, 0x2019, 0x201a, 0x201c, 0x201d, 0x201e,
    0x201f, 0x2039, 0x203a, 0x300c, 0x300f, 0xff02, 0xff07
};

static const uint32_t  not_quote[] = {
    0, '!', '#', '<', '>', '`', 0xac, 0x2017, 0x2020, 0x300b, CHARACTERS,
    WHATSAUTH_UTF8_ILL_FORMED
};

static const fold_t  folds[] = {
    { 'A', 'a' },
    { 'Z', 'z' },
    { 'z', 'z' },
    { '@', '@' },
    { '[', '[' },
    { 0xc4, 0xe4 },            /* A with diaeresis */
    { 0xd7, 0xd7 },            /* between two ranges: the sign of times */
    { 0x100, 0x101 },          /* one of two is a capital letter */
    { 0x101, 0x101 },
    { 0x12e, 0x12f },
    { 0x12f, 0x12f },
    { 0x178, 0xff },           /* folds to what is less */
    { 0x17f, 's' },
    { 0x1e9e, 0xdf },          /* capital sharp s; "ss" is no single one */
    { 0xdf, 0xdf },
    { 0x130, 0x130 },          /* Turkish: not without knowing the language */
    { 0x3a3, 0x3c3 },          /* sigma, and as the last letter */
    { 0x3c2, 0x3c3 },
    { 0x416, 0x436 },          /* Cyrillic */
    { 0x531, 0x561 },          /* Armenian */
    { 0x13f8, 0x13f0 },        /* Cherokee folds to capital letters */
    { 0x212a, 'k' },           /* Kelvin */
    { 0x10400, 0x10428 },
    { 0x1e921, 0x1e943 },
    { 0x5d0, 0x5d0 },          /* Hebrew has no case */
    { 0x1f600, 0x1f600 },
    { CHARACTERS, CHARACTERS },
    { WHATSAUTH_UTF8_ILL_FORMED, WHATSAUTH_UTF8_ILL_FORMED }
};


static void
assert_each(int (*has)(uint32_t c), const uint32_t *c, size_t n, int expected)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (has(c[i]) != expected) {
            fail_msg("U+%04X", c[i]);
        }
    }
}


#define assert_all(has, list, expected)                                       \
    assert_each(has, list, sizeof(list) / sizeof(list[0]), expected)


static unsigned
count(int (*has)(uint32_t c))
{
    uint32_t  c;
    unsigned  n;

    n = 0;

    for (c = 0; c < CHARACTERS; c++) {
        n += (unsigned) has(c);
    }

    return n;
}


static void
what_nobody_sees_is_ignorable(void **state)
{
    (void) state;
    assert_all(whatsauth_unicode_is_ignorable, ignorable, 1);
    assert_all(whatsauth_unicode_is_ignorable, not_ignorable, 0);
}


static void
white_space_is_the_standards(void **state)
{
    (void) state;
    assert_all(whatsauth_unicode_is_space, space, 1);
    assert_all(whatsauth_unicode_is_space, not_space, 0);
}


static void
quotes_are_the_standards(void **state)
{
    (void) state;
    assert_all(whatsauth_unicode_is_quote, quote, 1);
    assert_all(whatsauth_unicode_is_quote, not_quote, 0);
}


static int
folds_to_another(uint32_t c)
{
    return whatsauth_unicode_fold(c) != c;
}


/* The totals in the files of the standard; of folds, its lines C and S. */

static void
as_many_characters_as_in_the_standard(void **state)
{
    (void) state;
    assert_int_equal(count(whatsauth_unicode_is_ignorable), 4174);
    assert_int_equal(count(whatsauth_unicode_is_space), 25);
    assert_int_equal(count(whatsauth_unicode_is_quote), 30);
    assert_int_equal(count(folds_to_another), 1454);
}


static void
letters_fold_to_one_of_their_cases(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
        if (whatsauth_unicode_fold(folds[i].from) != folds[i].to) {
            fail_msg("U+%04X folds to U+%04X", folds[i].from,
                     whatsauth_unicode_fold(folds[i].from));
        }
    }
}


static void
what_was_folded_folds_to_itself(void **state)
{
    uint32_t  c, to;

    (void) state;

    for (c = 0; c < CHARACTERS; c++) {
        to = whatsauth_unicode_fold(c);

        if (to >= CHARACTERS || whatsauth_unicode_fold(to) != to) {
            fail_msg("U+%04X folds to U+%04X", c, to);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(what_nobody_sees_is_ignorable),
        cmocka_unit_test(white_space_is_the_standards),
        cmocka_unit_test(quotes_are_the_standards),
        cmocka_unit_test(as_many_characters_as_in_the_standard),
        cmocka_unit_test(letters_fold_to_one_of_their_cases),
        cmocka_unit_test(what_was_folded_folds_to_itself)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

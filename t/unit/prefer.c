
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>

#include "protocol/prefer.h"


typedef struct {
    const char  *header;
    unsigned     seconds;
} case_t;


static const case_t  cases[] = {
    { "wait=10", 10 },
    { "WAIT=10", 10 },
    { "  wait=10\t", 10 },
    { "wait = 10", 10 },
    { "wait=\"10\"", 10 },
    { "wait=010", 10 },
    { "wait=55", 55 },
    { "wait=56", 55 },
    { "wait=4294967306", 55 },
    { "wait=99999999999999999999999999", 55 },

    { "respond-async, wait=10", 10 },
    { "respond-async,wait=10", 10 },
    { "wait=10, respond-async", 10 },
    { "wait=10; of=ours, respond-async", 10 },
    { "respond-async; of=\"a, b\"; c, wait=10", 10 },
    { ",, ,wait=10,,", 10 },
    { "of=\"a \\\" wait=9, \", wait=10", 10 },

    /* Of several the first one. */
    { "wait=10, wait=20", 10 },
    { "wait=x, wait=20", 0 },
    { "wait, wait=20", 0 },

    { "", 0 },
    { "wait", 0 },
    { "wait=", 0 },
    { "wait=\"\"", 0 },
    { "wait=\"", 0 },
    { "wait=0", 0 },
    { "wait=x", 0 },
    { "wait=10x", 0 },
    { "wait=-1", 0 },
    { "wait=+1", 0 },
    { "wait=1 0", 0 },
    { "wait==10", 0 },
    { "await=10", 0 },
    { "waits=10", 0 },
    { "wai=10", 0 },
    { "=10", 0 },

    /* Of another preference, or no preference at all. */
    { "respond-async; wait=10", 0 },
    { "of=wait=10", 0 },
    { "of=\"a, wait=10\"", 0 },
    { "of=\"a, wait=10", 0 },
    { "of=\"\\\", wait=10, \"", 0 },
    { "of=\"\\", 0 }
};


/* Each in a block of its own size, so that a byte too far is seen. */

static void
a_preference_is_found_among_others(void **state)
{
    char              *copy;
    size_t             i;
    unsigned           seconds;
    whatsauth_text_t   header;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        header.len = strlen(cases[i].header);
        copy = malloc(header.len + (header.len == 0));
        assert_non_null(copy);
        memcpy(copy, cases[i].header, header.len);
        header.data = copy;

        seconds = whatsauth_prefer_wait(&header, 55);

        if (seconds != cases[i].seconds) {
            fail_msg("\"%s\" is to wait %u s", cases[i].header, seconds);
        }

        free(copy);
    }
}


static void
no_number_is_too_great(void **state)
{
    static const whatsauth_text_t  most = whatsauth_text("4294967295");
    static const whatsauth_text_t  more = whatsauth_text("4294967296");
    static const whatsauth_text_t  nine = whatsauth_text("9");
    static const whatsauth_text_t  none = { 0, NULL };

    (void) state;

    assert_int_equal(UINT_MAX, 4294967295);

    assert_int_equal(whatsauth_prefer_seconds(&most, UINT_MAX), UINT_MAX);
    assert_int_equal(whatsauth_prefer_seconds(&more, UINT_MAX), UINT_MAX);
    assert_int_equal(whatsauth_prefer_seconds(&nine, 9), 9);
    assert_int_equal(whatsauth_prefer_seconds(&nine, 8), 8);
    assert_int_equal(whatsauth_prefer_seconds(&nine, 0), 0);
    assert_int_equal(whatsauth_prefer_seconds(&none, 55), 0);
    assert_int_equal(whatsauth_prefer_wait(&none, 55), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_preference_is_found_among_others),
        cmocka_unit_test(no_number_is_too_great),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

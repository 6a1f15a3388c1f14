
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>

#include "text_help.h"
#include "protocol/timestamp.h"
#include "protocol/verification.h"


static uint64_t
read_text(const char *s)
{
    whatsauth_text_t  t;

    t = text_of(s);

    return whatsauth_timestamp_text(&t);
}


static void
numbers_count_seconds_or_milliseconds(void **state)
{
    size_t  i;
    static const struct {
        double      number;
        uint64_t    ms;
    } cases[] = {
        { 1, 1000 },
        { 1749416383, UINT64_C(1749416383000) },
        { 1749416383.5, UINT64_C(1749416383500) },
        { 99999999999, UINT64_C(99999999999000) },
        { 100000000000, UINT64_C(100000000000) },
        { 1749416383123, UINT64_C(1749416383123) },
        { 99999999999999, UINT64_C(99999999999999) },
        { 100000000000000, 0 },
        { 1749416383123456, 0 },
        { 1e300, 0 },
        { 0, 0 },
        { 0.5, 0 },
        { -1749416383, 0 }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(whatsauth_timestamp_number(cases[i].number),
                         cases[i].ms);
    }
}


static void
texts_are_digits_or_dates(void **state)
{
    size_t  i;
    static const struct {
        const char  *text;
        uint64_t     ms;
    } cases[] = {
        { "1749416383",                     UINT64_C(1749416383000) },
        { "1749416383123",                  UINT64_C(1749416383123) },
        { "2025-06-08T20:59:43Z",           UINT64_C(1749416383000) },
        { "2025-06-08t20:59:43z",           UINT64_C(1749416383000) },
        { "2025-06-08 20:59:43Z",           UINT64_C(1749416383000) },
        { "2025-06-08T20:59:43.1Z",         UINT64_C(1749416383100) },
        { "2025-06-08T20:59:43.123Z",       UINT64_C(1749416383123) },
        { "2025-06-08T20:59:43.123456789Z", UINT64_C(1749416383123) },
        { "2025-06-08T22:59:43+02:00",      UINT64_C(1749416383000) },
        { "2025-06-08T15:29:43.5-05:30",    UINT64_C(1749416383500) },
        { "2025-06-09T00:59:43+04:00",      UINT64_C(1749416383000) },
        { "1970-01-01T00:00:01Z",           1000 },
        { "1970-01-01T00:00:00Z",           0 },
        { "1970-01-01T00:59:59+01:00",      0 },
        { "2024-02-29T00:00:00Z",           UINT64_C(1709164800000) },
        { "2000-02-29T00:00:00Z",           UINT64_C(951782400000) },
        { "2016-12-31T23:59:60Z",           UINT64_C(1483228800000) },
        { "2026-12-31T23:59:59Z",           UINT64_C(1798761599000) }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(read_text(cases[i].text), cases[i].ms);
    }
}


static void
other_texts_are_no_time(void **state)
{
    size_t  i;
    static const char *const  texts[] = {
        "", "0", "now", "-1749416383", "+1749416383", "1749416383.5",
        "1749416383123456", "2025-06-08", "20250608T205943Z",
        "2025-06-08T20:59:43", "2025-06-08T20:59Z", "2025-06-08T20:59:43.Z",
        "2025-06-08T20:59:43+", "2025-06-08T20:59:43+0200",
        "2025-06-08T20:59:43+24:00", "2025-06-08T20:59:43+02:60",
        "2025-06-08T20:59:43ZZ", "2025-06-08T20:59:43Z ",
        " 2025-06-08T20:59:43Z", "2025-06-08T24:00:00Z",
        "2025-06-08T20:60:43Z", "2025-06-08T20:59:61Z",
        "2025-00-08T20:59:43Z", "2025-13-08T20:59:43Z",
        "2025-06-00T20:59:43Z", "2025-06-31T20:59:43Z",
        "2025-02-29T20:59:43Z", "2100-02-29T20:59:43Z",
        "1969-12-31T23:59:59Z", "2025-06-08X20:59:43Z",
        "08/06/2025 20:59:43Z", "Sun, 08 Jun 2025 20:59:43 GMT"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(read_text(texts[i]), 0);
    }
}


/* A day and a bit, so that each time of the day comes. */

static void
what_we_write_is_read(void **state)
{
    char              buf[WHATSAUTH_TIME_LEN];
    uint64_t          ms;
    whatsauth_text_t  t;

    (void) state;

    t.data = buf;
    t.len = WHATSAUTH_TIME_LEN;

    for (ms = 1000; ms < UINT64_C(253402300799999); ms += 86523456789) {
        whatsauth_time_format(ms, buf);
        assert_int_equal(whatsauth_timestamp_text(&t), ms);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(numbers_count_seconds_or_milliseconds),
        cmocka_unit_test(texts_are_digits_or_dates),
        cmocka_unit_test(other_texts_are_no_time),
        cmocka_unit_test(what_we_write_is_read)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

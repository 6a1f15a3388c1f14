
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/etag.h"


static const struct {
    const char  *header;
    int          named;
} cases[] = {
    { "\"abc\"", 1 },
    { "W/\"abc\"", 1 },
    { " \"abc\"\t", 1 },
    { "\"xyz\", \"abc\"", 1 },
    { "\"xyz\",W/\"abc\",\"\"", 1 },
    { ",, \"abc\"", 1 },
    { "\"\", \"a,b\", \"abc\"", 1 },
    { "\"x\\\", \"abc\"", 1 },
    { "*", 1 },
    { " * ", 1 },

    { "", 0 },
    { ",", 0 },
    { "abc", 0 },
    { "\"abc", 0 },
    { "abc\"", 0 },
    { "\"", 0 },
    { "\"ab\"", 0 },
    { "\"abcd\"", 0 },
    { "\"ABC\"", 0 },
    { "w/\"abc\"", 0 },
    { "W/", 0 },
    { "W/W/\"abc\"", 0 },
    { "abc, \"abc\"", 0 },
    { "\"xyz, \"abc\"", 0 },
    { "\"*\"", 0 },
    { "*, \"xyz\"", 0 },
    { "**", 0 }
};


static void
a_header_names_a_tag_or_not(void **state)
{
    size_t            i;
    whatsauth_text_t  header;

    static const whatsauth_text_t  etag = whatsauth_text("\"abc\"");

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        header = text_of(cases[i].header);

        if (whatsauth_etag_is_named(&header, &etag) != cases[i].named) {
            fail_msg("%s", cases[i].header);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_header_names_a_tag_or_not)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "protocol/language.h"


static const whatsauth_text_t  codes[] = {
    whatsauth_text("en"), whatsauth_text("es"), whatsauth_text("id"),
    whatsauth_text("he")
};

#define EN    0
#define ES    1
#define ID    2
#define HE    3
#define NONE  WHATSAUTH_LANGUAGE_NONE


typedef struct {
    whatsauth_text_t  list;
    char              separator;
    size_t            language;
} case_t;


static const case_t  cases[] = {
    { whatsauth_text(""), ',', NONE },
    { whatsauth_text("es"), ',', ES },
    { whatsauth_text("ES-mx"), ',', ES },
    { whatsauth_text("es_MX"), ',', ES },
    { whatsauth_text("est"), ',', NONE },
    { whatsauth_text("e"), ',', NONE },
    { whatsauth_text("*"), ',', NONE },
    { whatsauth_text("fr, de"), ',', NONE },
    { whatsauth_text("iw"), ',', HE },
    { whatsauth_text("in-ID"), ',', ID },

    { whatsauth_text("es,en"), ',', ES },
    { whatsauth_text("fr-FR, es;q=0.8, en;q=0.9"), ',', EN },
    { whatsauth_text("en;q=0.8, es"), ',', ES },
    { whatsauth_text("en ; q=0.8 ,\tes ; q=0.81"), ',', ES },
    { whatsauth_text("en;q=0.123, es;q=0.1239"), ',', EN },
    { whatsauth_text("en;Q=1.000, es"), ',', EN },

    /* Not wanted, and no weight: neither counts. */
    { whatsauth_text("en;q=0"), ',', NONE },
    { whatsauth_text("en;q=0.000"), ',', NONE },
    { whatsauth_text("en;q="), ',', NONE },
    { whatsauth_text("en;q=2"), ',', NONE },
    { whatsauth_text("en;q"), ',', NONE },
    { whatsauth_text("en;"), ',', NONE },
    { whatsauth_text("en;level=1"), ',', NONE },
    { whatsauth_text(",,;,es,"), ',', ES },

    { whatsauth_text("fr-CA es en"), ' ', ES },
    { whatsauth_text("  en"), ' ', EN },
    { whatsauth_text("es,en"), ' ', NONE }
};


/* Each in a block of its own size, so that a byte too far is seen. */

static void
the_greatest_weight_counts_and_then_the_order(void **state)
{
    char              *copy;
    size_t             i, language;
    whatsauth_text_t   list;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        list.len = cases[i].list.len;
        copy = malloc(list.len + (list.len == 0));
        assert_non_null(copy);
        memcpy(copy, cases[i].list.data, list.len);
        list.data = copy;

        language = whatsauth_language_choose(&list, cases[i].separator, codes,
                                             4);

        if (language != cases[i].language) {
            fail_msg("\"%s\" is language %d", cases[i].list.data,
                     (int) language);
        }

        free(copy);
    }
}


static void
arabic_and_hebrew_are_written_from_right_to_left(void **state)
{
    unsigned  i;

    (void) state;

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        assert_int_equal(whatsauth_language_is_rtl(i),
                         i == WHATSAUTH_LANGUAGE_ar
                         || i == WHATSAUTH_LANGUAGE_he);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_greatest_weight_counts_and_then_the_order),
        cmocka_unit_test(arabic_and_hebrew_are_written_from_right_to_left)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "protocol/entity.h"
#include "protocol/text.h"


typedef struct {
    whatsauth_text_t  text;
    uint32_t          character;
    size_t            len;            /* of what was read */
} case_t;


static const case_t  cases[] = {
    { whatsauth_text("a"), 'a', 1 },
    { whatsauth_text("\xe2\x80\x9cx"), 0x201c, 3 },
    { whatsauth_text("\xff" "a"), WHATSAUTH_UTF8_ILL_FORMED, 1 },

    { whatsauth_text("&gt;x"), '>', 4 },
    { whatsauth_text("&GT;"), '>', 4 },
    { whatsauth_text("&amp;gt;"), '&', 5 },
    { whatsauth_text("&quot;"), '"', 6 },
    { whatsauth_text("&laquo;"), 0xab, 7 },
    { whatsauth_text("&nbsp;"), 0xa0, 6 },

    { whatsauth_text("&#62;"), '>', 5 },
    { whatsauth_text("&#0062;"), '>', 7 },
    { whatsauth_text("&#x3e;"), '>', 6 },
    { whatsauth_text("&#X3E;"), '>', 6 },
    { whatsauth_text("&#x1F600;"), 0x1f600, 9 },
    { whatsauth_text("&#1114111;"), 0x10ffff, 10 },

    /* No reference, or to no character: text. */
    { whatsauth_text("&"), '&', 1 },
    { whatsauth_text("&&gt;"), '&', 1 },
    { whatsauth_text("& gt;"), '&', 1 },
    { whatsauth_text("&gt"), '&', 1 },
    { whatsauth_text("&gtx"), '&', 1 },
    { whatsauth_text("&unknown;"), '&', 1 },
    { whatsauth_text("&#"), '&', 1 },
    { whatsauth_text("&#;"), '&', 1 },
    { whatsauth_text("&#x;"), '&', 1 },
    { whatsauth_text("&#x"), '&', 1 },
    { whatsauth_text("&#62"), '&', 1 },
    { whatsauth_text("&#6a;"), '&', 1 },
    { whatsauth_text("&#xg;"), '&', 1 },
    { whatsauth_text("&#-62;"), '&', 1 },
    { whatsauth_text("&#0;"), '&', 1 },
    { whatsauth_text("&#xd800;"), '&', 1 },
    { whatsauth_text("&#1114112;"), '&', 1 },
    { whatsauth_text("&#xffffffff;"), '&', 1 },
    { whatsauth_text("&#x10000003e;"), '&', 1 },
    { whatsauth_text("&#99999999;"), '&', 1 }
};


/* Each in a block of its own size, so that a byte too far is seen. */

static void
a_reference_is_one_character_and_all_else_is_text(void **state)
{
    char        *copy;
    size_t       i, len;
    uint32_t     c;
    const char  *p;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        len = cases[i].text.len;
        copy = malloc(len);
        assert_non_null(copy);
        memcpy(copy, cases[i].text.data, len);

        p = copy;
        c = whatsauth_entity_next(&p, copy + len);

        if (c != cases[i].character || (size_t) (p - copy) != cases[i].len) {
            fail_msg("\"%s\" is U+%04X of %u bytes", cases[i].text.data, c,
                     (unsigned) (p - copy));
        }

        free(copy);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_reference_is_one_character_and_all_else_is_text)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

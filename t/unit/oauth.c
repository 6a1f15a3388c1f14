
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Parameters of OAuth: each once, of a size, and of known characters. */


#include <stdlib.h>

#include "text_help.h"
#include "protocol/oauth.h"


static const whatsauth_oauth_parameter_t  parameters[] = {
    { whatsauth_text("a"), 4, 0 },
    { whatsauth_text("b"), 4, 1 },
};


typedef struct {
    const char                *form;
    const char                *a;
    whatsauth_oauth_result_t   a_result;
    const char                *b;
    whatsauth_oauth_result_t   b_result;
} case_t;

#define GOOD  WHATSAUTH_OAUTH_OK


static const case_t  cases[] = {
    { "", "", GOOD, "", GOOD },
    { "a=1&b=2", "1", GOOD, "2", GOOD },
    { "b=2&a=1&", "1", GOOD, "2", GOOD },
    { "a=", "", GOOD, "", GOOD },
    { "a", "", GOOD, "", GOOD },
    { "a=1+2&b=%26", "1 2", GOOD, "&", GOOD },
    { "%61=1", "1", GOOD, "", GOOD },

    { "A=1&c=2&a.=3&a%00=4&aa=5", "", GOOD, "", GOOD },
    { "c=1&c=2&a=3", "3", GOOD, "", GOOD },

    { "a=1&a=1", "", WHATSAUTH_OAUTH_REPEATED, "", GOOD },
    { "a=1&b=2&%61=3", "", WHATSAUTH_OAUTH_REPEATED, "2", GOOD },
    { "a=&a=1", "", WHATSAUTH_OAUTH_REPEATED, "", GOOD },
    { "a=1&a", "", WHATSAUTH_OAUTH_REPEATED, "", GOOD },
    { "a=1&a=2&a=3", "", WHATSAUTH_OAUTH_REPEATED, "", GOOD },

    { "a=1234&b=1234", "1234", GOOD, "1234", GOOD },
    { "a=%31%32%33%34", "1234", GOOD, "", GOOD },
    { "a=12345&b=12345", "", WHATSAUTH_OAUTH_TOO_LONG,
      "", WHATSAUTH_OAUTH_TOO_LONG },

    { "a=%20~&b=%0A%7F", " ~", GOOD, "\n\x7f", GOOD },
    { "a=%1F", "", WHATSAUTH_OAUTH_CHARACTER, "", GOOD },
    { "a=%7F", "", WHATSAUTH_OAUTH_CHARACTER, "", GOOD },
    { "a=%C3%A9&b=%C3%A9", "", WHATSAUTH_OAUTH_CHARACTER, "\xc3\xa9", GOOD },
    { "a=%00&b=%00", "", WHATSAUTH_OAUTH_CHARACTER,
      "", WHATSAUTH_OAUTH_CHARACTER },
    { "b=%C3", "", GOOD, "", WHATSAUTH_OAUTH_CHARACTER },
};


static void
a_known_parameter_comes_once(void **state)
{
    char                     *buf;
    size_t                    i;
    const case_t             *c;
    whatsauth_text_t          form, a, b;
    whatsauth_oauth_value_t   value[2];

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];
        form = text_of(c->form);
        a = text_of(c->a);
        b = text_of(c->b);

        buf = malloc(form.len + 1);
        assert_non_null(buf);
        whatsauth_oauth_read(&form, buf, parameters, 2, value);

        if (value[0].result != c->a_result || value[1].result != c->b_result
            || !whatsauth_text_equal(&value[0].text, &a)
            || !whatsauth_text_equal(&value[1].text, &b))
        {
            fail_msg("%s", c->form);
        }

        free(buf);
    }
}


typedef struct {
    const char  *list;
    unsigned     set;
    size_t       unknown;
} list_t;


static const list_t  lists[] = {
    { "", 0, 0 },
    { "   ", 0, 0 },
    { "one", 1, 0 },
    { "two", 2, 0 },
    { "two one", 3, 0 },
    { " one  two ", 3, 0 },
    { "one one", 1, 0 },
    { "on", 0, 1 },
    { "ones", 0, 1 },
    { "One", 0, 1 },
    { "one,two", 0, 1 },
    { "one x two y x", 3, 3 },
};


static void
words_stand_between_spaces(void **state)
{
    size_t            i;
    unsigned          set;
    whatsauth_text_t  list;

    static const whatsauth_text_t  words[] = {
        whatsauth_text("one"), whatsauth_text("two")
    };

    (void) state;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        list = text_of(lists[i].list);
        assert_int_equal(whatsauth_oauth_words(&list, words, 2, &set),
                         lists[i].unknown);
        assert_int_equal(set, lists[i].set);
    }
}


/* RFC 6749, 4.1.2.1: what may stand in an error_description. */

static void
each_refusal_has_a_word_and_a_sentence(void **state)
{
    int          result;
    const char  *p;

    (void) state;

    assert_string_equal(whatsauth_oauth_word(WHATSAUTH_OAUTH_OK), "");

    for (result = 1; result < WHATSAUTH_OAUTH_RESULTS_N; result++) {
        assert_true(whatsauth_oauth_word(result)[0] != '\0');

        p = whatsauth_oauth_strresult(result);
        assert_true(*p != '\0');

        for ( /* void */ ; *p != '\0'; p++) {
            assert_true(*p >= ' ' && *p <= '~' && *p != '"' && *p != '\\');
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_known_parameter_comes_once),
        cmocka_unit_test(words_stand_between_spaces),
        cmocka_unit_test(each_refusal_has_a_word_and_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>
#include <time.h>

#include "text_help.h"
#include "protocol/message_text.h"


#define CODE      "322c9a59dd"
#define ZWSP      "\xe2\x80\x8b"      /* U+200B zero-width space */
#define LRM       "\xe2\x80\x8e"      /* U+200E left-to-right mark */
#define ISOLATE   "\xe2\x81\xa6"      /* U+2066 left-to-right isolate */
#define POP       "\xe2\x81\xa9"      /* U+2069 pop directional isolate */
#define OVERRIDE  "\xe2\x80\xae"      /* U+202E right-to-left override */
#define BOM       "\xef\xbb\xbf"
#define SHY       "\xc2\xad"
#define CGJ       "\xcd\x8f"          /* U+034F combining grapheme joiner */
#define MVS       "\xe1\xa0\x8e"      /* U+180E Mongolian vowel separator */
#define FILLER    "\xe3\x85\xa4"      /* U+3164 Hangul filler */
#define VS16      "\xef\xb8\x8f"      /* U+FE0F variation selector */
#define TAG_A     "\xf3\xa0\x81\xa1"  /* U+E0061 tag letter a */
#define NEL       "\xc2\x85"          /* U+0085 next line */
#define NBSP      "\xc2\xa0"
#define BAD_BYTE  "\xff"
#define LAQUO     "\xc2\xab"
#define RAQUO     "\xc2\xbb"
#define LSAQUO    "\xe2\x80\xb9"
#define RSAQUO    "\xe2\x80\xba"
#define WIDE_GT   "\xef\xbc\x9e"
#define WIDE_3    "\xef\xbc\x93"
#define WIDE_LT   "\xef\xbc\x9c"


static const char *const  found[] = {
    ">>" CODE "<<",
    ">>" CODE "<<\nJust tap the \"send\" button.",
    "Hello! >>" CODE "<< thanks",
    ">>322C9A59DD<<",
    ">> " CODE " <<",
    ">>\r\n\t" CODE NBSP "\n<<",
    ">>>" CODE "<<<",
    ">>>>" CODE "<<<<",
    RAQUO CODE LAQUO,
    LAQUO CODE RAQUO,
    LAQUO " " CODE " " RAQUO,
    RSAQUO RSAQUO CODE LSAQUO LSAQUO,
    LSAQUO LSAQUO CODE RSAQUO RSAQUO,
    WIDE_GT WIDE_GT CODE WIDE_LT WIDE_LT,
    "&gt;&gt;" CODE "&lt;&lt;",
    "&GT;&gt;" CODE "&lt;&LT;",
    "&#62;&#x3E;" CODE "&#60;&#x3c;",
    "&#062;&#X03E;" CODE "&#0060;&#x0003c;",
    "&raquo;" CODE "&laquo;",
    ">" WIDE_GT CODE "&lt;<",
    RAQUO CODE "<<",
    ">>" CODE LAQUO,
    LRM ">" ZWSP ">" ISOLATE CODE POP "<" BOM "<",
    ">>322c" ZWSP "9a" SHY "59dd<<",
    ">>322c" BAD_BYTE "9a59dd<<",
    ">>" OVERRIDE CODE "<<",
    ">>322c9" CGJ "a59dd<<",
    ">>" MVS CODE "<<",
    ">" TAG_A ">" FILLER CODE VS16 "<" TAG_A "<",
    ">>" NEL CODE "<<",

    /* A code counts beside whatever else stands between marks. */
    ">>" CODE "<< >>" CODE "<<",
    ">>" CODE "<< >>322C9A59DD<<",
    ">>nonsense<< >>" CODE "<<",
    ">>" CODE "<< >>nonsense<<",
    ">>unclosed >>" CODE "<<",
    ">> >> " CODE "<<",
    ">>" CODE "<<>>x<<",
    LAQUO "salut" RAQUO " >>" CODE "<<",
    "a << b >>" CODE "<<",
    "1 > 0 >>" CODE "<< 0 < 1"
};

static const char *const  absent[] = {
    "",
    "hello",
    CODE,
    ">" CODE "<",
    "> >" CODE "< <",
    "<<" CODE ">>",
    ">>" CODE,
    ">>" CODE "<",
    CODE "<<",
    ">>" CODE "\xc2",
    ">><<",
    ">>   <<",
    ">>" ZWSP "<<",
    "&gt;&gt" CODE "&lt;&lt;",
    ">>this sentence is by far too long to have been meant for a code by "
    "anybody in the world<<"
};

static const char *const  malformed[] = {
    ">>322c9a59d<<",
    ">>322c9a59dd0<<",
    ">>322c9a59dg<<",
    ">>322c9 a59dd<<",
    ">>322c9-a59dd<<",
    ">>" CODE " " CODE "<<",
    ">>" CODE "x<<",
    ">>" CODE "><<<",
    ">>*" CODE "*<<",
    ">>CODE<<",
    ">>" WIDE_3 "22c9a59dd<<",
    ">>3<22c9a59dd<<",
    ">>a<< >>b<<"
};

static const char *const  ambiguous[] = {
    ">>" CODE "<< >>0123456789<<",
    ">>" CODE "<<>>0123456789<<",
    ">>" CODE "<< >>0123456789<< >>" CODE "<<",
    ">>" CODE "<< " RAQUO "abcdefabcd" LAQUO
};


typedef struct {
    whatsauth_text_t  text;
    whatsauth_text_t  before;
    whatsauth_text_t  after;
} surrounded_t;

static const surrounded_t  surrounded[] = {
    { whatsauth_text(">>" CODE "<<"), whatsauth_text(""),
      whatsauth_text("") },
    { whatsauth_text("a >>" CODE "<< b"), whatsauth_text("a "),
      whatsauth_text(" b") },
    { whatsauth_text(">>>>" CODE "<<<b"), whatsauth_text(""),
      whatsauth_text("b") },
    { whatsauth_text("a&gt;&gt; " CODE "\n&lt;&lt;&gt;"), whatsauth_text("a"),
      whatsauth_text("") },
    { whatsauth_text("a" RAQUO CODE LAQUO LRM "b"), whatsauth_text("a"),
      whatsauth_text("b") },
    { whatsauth_text("> a>>" CODE "<<b <"), whatsauth_text("> a"),
      whatsauth_text("b <") },
    { whatsauth_text(">>x<< >>" CODE "<< y"), whatsauth_text(">>x<< "),
      whatsauth_text(" y") },
    { whatsauth_text(">>" CODE "<<>>x<<"), whatsauth_text(""),
      whatsauth_text("x<<") },

    /* The first, if the same code is there twice. */
    { whatsauth_text(">>" CODE "<< >>" CODE "<<"), whatsauth_text(""),
      whatsauth_text(" >>" CODE "<<") }
};


/* Scans a copy of exact size, so that a byte too far is seen. */
static whatsauth_code_found_t
scan(const char *data, size_t len, char *code)
{
    char                      *copy;
    whatsauth_text_t           text;
    whatsauth_code_found_t     result;
    whatsauth_message_code_t   found_code;

    copy = malloc(len == 0 ? 1 : len);
    assert_non_null(copy);
    memcpy(copy, data, len);

    text.data = copy;
    text.len = len;

    memset(&found_code, 'x', sizeof(found_code));
    result = whatsauth_message_code(&text, &found_code);
    memcpy(code, found_code.code, WHATSAUTH_CODE_LEN);
    free(copy);

    return result;
}


static void
assert_each(const char *const *texts, size_t n,
    whatsauth_code_found_t expected)
{
    char    code[WHATSAUTH_CODE_LEN];
    size_t  i;

    for (i = 0; i < n; i++) {
        if (scan(texts[i], strlen(texts[i]), code) != expected) {
            fail_msg("\"%s\"", texts[i]);
        }

        assert_memory_equal(code, expected == WHATSAUTH_CODE_FOUND
                                  ? CODE : "xxxxxxxxxx", sizeof(code));
    }
}


#define assert_all(texts, expected)                                           \
    assert_each(texts, sizeof(texts) / sizeof(texts[0]), expected)


static void
a_code_between_marks_of_any_kind_is_found(void **state)
{
    (void) state;
    assert_all(found, WHATSAUTH_CODE_FOUND);
}


static void
a_text_without_anything_between_marks_has_no_code(void **state)
{
    (void) state;
    assert_all(absent, WHATSAUTH_CODE_ABSENT);
}


static void
anything_but_ten_digits_between_marks_is_malformed(void **state)
{
    (void) state;
    assert_all(malformed, WHATSAUTH_CODE_MALFORMED);
}


static void
two_distinct_codes_are_ambiguous(void **state)
{
    (void) state;
    assert_all(ambiguous, WHATSAUTH_CODE_AMBIGUOUS);
}


static void
what_surrounds_a_code_begins_beside_its_marks(void **state)
{
    size_t                    i;
    whatsauth_text_t          before, after;
    whatsauth_message_code_t  code;

    (void) state;

    for (i = 0; i < sizeof(surrounded) / sizeof(surrounded[0]); i++) {
        assert_int_equal(whatsauth_message_code(&surrounded[i].text, &code),
                         WHATSAUTH_CODE_FOUND);

        before = surrounded[i].before;
        after = surrounded[i].after;

        if (!whatsauth_text_equal(&code.before, &before)
            || !whatsauth_text_equal(&code.after, &after))
        {
            fail_msg("\"%s\"", surrounded[i].text.data);
        }

        assert_ptr_equal(code.before.data, surrounded[i].text.data);
        assert_ptr_equal(whatsauth_text_end(&code.after),
                         whatsauth_text_end(&surrounded[i].text));
    }
}


static void
what_follows_a_code_goes_beyond_the_limit(void **state)
{
    char                       text[WHATSAUTH_MESSAGE_SCAN_MAX + 100];
    whatsauth_text_t           all;
    whatsauth_message_code_t   code;

    (void) state;

    memset(text, 'y', sizeof(text));
    memcpy(text, ">>" CODE "<<", 14);

    all.data = text;
    all.len = sizeof(text);

    assert_int_equal(whatsauth_message_code(&all, &code),
                     WHATSAUTH_CODE_FOUND);
    assert_int_equal(code.after.len, sizeof(text) - 14);
}


static void
a_code_is_found_up_to_the_limit_and_not_beyond(void **state)
{
    char   code[WHATSAUTH_CODE_LEN];
    char   text[WHATSAUTH_MESSAGE_SCAN_MAX + 1];
    char  *last;

    (void) state;

    memset(text, ' ', sizeof(text));
    last = text + WHATSAUTH_MESSAGE_SCAN_MAX - 14;

    memcpy(last, ">>" CODE "<<", 14);
    assert_int_equal(scan(text, sizeof(text), code), WHATSAUTH_CODE_FOUND);

    memcpy(last, " >>" CODE "<<", 15);
    assert_int_equal(scan(text, sizeof(text), code), WHATSAUTH_CODE_ABSENT);
}


static void
hostile_texts_are_scanned_in_linear_time(void **state)
{
    char                      code[WHATSAUTH_CODE_LEN];
    char                      text[WHATSAUTH_MESSAGE_SCAN_MAX];
    size_t                    i, j, len;
    clock_t                   start;
    static const char *const  parts[] = {
        ">", "<", ">>a", ">><<", "&gt", "&gt;", RAQUO, RSAQUO "1", ZWSP,
        "\xe2", ">>0 "
    };

    (void) state;

    start = clock();

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        len = strlen(parts[i]);

        for (j = 0; j < sizeof(text); j++) {
            text[j] = parts[i][j % len];
        }

        assert_int_not_equal(scan(text, sizeof(text), code),
                             WHATSAUTH_CODE_FOUND);
    }

    assert_true(clock() - start < CLOCKS_PER_SEC);
}


static void
the_text_in_a_link_begins_with_the_encoded_code(void **state)
{
    char        out[WHATSAUTH_MESSAGE_HEAD_LEN + 1];
    const char  expected[] = "%3E%3E" CODE "%3C%3C%0A";

    (void) state;

    memset(out, '~', sizeof(out));

    assert_ptr_equal(whatsauth_message_head(CODE, out),
                     out + sizeof(expected) - 1);
    assert_memory_equal(out, expected, sizeof(expected) - 1);
    assert_int_equal(out[WHATSAUTH_MESSAGE_HEAD_LEN], '~');
}


static void
the_text_to_send_is_found_again(void **state)
{
    char        code[WHATSAUTH_CODE_LEN];
    const char  text[] = ">>" CODE "<<\na << b >> c";

    (void) state;

    assert_int_equal(scan(text, sizeof(text) - 1, code),
                     WHATSAUTH_CODE_FOUND);
    assert_memory_equal(code, CODE, sizeof(code));
}


static void
a_zero_alone_is_the_answer_of_who_has_not_logged_in(void **state)
{
    size_t            i;
    whatsauth_text_t  text;

    static const struct {
        const char  *text;
        int          is_zero;
    } cases[] = {
        { "0", 1 },
        { " 0\n", 1 },
        { "\u200f0\u200b", 1 },
        { "\u0660", 1 },
        { "\u06f0", 1 },
        { "\u0966", 1 },
        { "\uff10", 1 },
        { "", 0 },
        { " ", 0 },
        { "00", 0 },
        { "0 0", 0 },
        { "0.", 0 },
        { "10", 0 },
        { "O", 0 },
        { "zero", 0 },
        { "Call me at 0", 0 },
        { "\xc0\xb0", 0 }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = text_of(cases[i].text);

        assert_int_equal(whatsauth_message_is_zero(&text), cases[i].is_zero);
    }

    text.data = "0\0";
    text.len = 2;
    assert_int_equal(whatsauth_message_is_zero(&text), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_code_between_marks_of_any_kind_is_found),
        cmocka_unit_test(a_text_without_anything_between_marks_has_no_code),
        cmocka_unit_test(anything_but_ten_digits_between_marks_is_malformed),
        cmocka_unit_test(two_distinct_codes_are_ambiguous),
        cmocka_unit_test(what_surrounds_a_code_begins_beside_its_marks),
        cmocka_unit_test(what_follows_a_code_goes_beyond_the_limit),
        cmocka_unit_test(a_code_is_found_up_to_the_limit_and_not_beyond),
        cmocka_unit_test(hostile_texts_are_scanned_in_linear_time),
        cmocka_unit_test(the_text_in_a_link_begins_with_the_encoded_code),
        cmocka_unit_test(the_text_to_send_is_found_again),
        cmocka_unit_test(a_zero_alone_is_the_answer_of_who_has_not_logged_in)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "protocol/link_message.h"


#define CODE     "322c9a59dd"
#define MARK     ">>" CODE "<<"
#define DEFAULT  "Just tap the \"send\" button."

#define ZWSP     "\xe2\x80\x8b"
#define TAG_A    "\xf3\xa0\x81\xa1"
#define VS16     "\xef\xb8\x8f"
#define NBSP     "\xc2\xa0"
#define LINE     "\xe2\x80\xa8"          /* U+2028 line separator */
#define LQUOTE   "\xe2\x80\x9c"
#define RQUOTE   "\xe2\x80\x9d"
#define LOW      "\xe2\x80\x9e"
#define RSINGLE  "\xe2\x80\x99"
#define LAQUO    "\xc2\xab"
#define RAQUO    "\xc2\xbb"
#define LCORNER  "\xe3\x80\x8c"
#define RCORNER  "\xe3\x80\x8d"
#define BAD      "\xef\xbf\xbd"


typedef struct {
    const char  *message;
    const char  *text;
} case_t;


static const case_t  follows[] = {

    /* The code alone, as somebody types it. */
    { DEFAULT, MARK },
    { DEFAULT, ">>322C9A59DD<<" },
    { DEFAULT, " \n" MARK "\r\n\t" },
    { DEFAULT, RAQUO CODE LAQUO },
    { DEFAULT, "&gt;&gt;" CODE "&lt;&lt;" },
    { DEFAULT, "\"" MARK "\"" },
    { DEFAULT, LQUOTE MARK RQUOTE },
    { DEFAULT, ZWSP MARK VS16 },
    { DEFAULT, BAD MARK },
    { DEFAULT, "\xff" MARK "\xff" },
    { DEFAULT, ">>>> " CODE "<<<<" },

    /* White space. */
    { DEFAULT, MARK "\n" DEFAULT },
    { DEFAULT, MARK "\r\n" DEFAULT "\r\n" },
    { DEFAULT, MARK DEFAULT },
    { DEFAULT, MARK " " DEFAULT " " },
    { DEFAULT, MARK LINE "Just" NBSP "tap\nthe  \"send\"button." },

    /* Case. */
    { DEFAULT, MARK "\nJUST TAP THE \"SEND\" BUTTON." },
    { DEFAULT, MARK "\njust tap the \"send\" button." },
    { "\xc3\x84rger \xce\xa3 \xd0\x96", MARK "\n\xc3\xa4rger \xcf\x83 "
                                        "\xd0\xb6" },

    /* Quotes, typed and typographic, and guillemets. */
    { DEFAULT, MARK "\nJust tap the " LQUOTE "send" RQUOTE " button." },
    { DEFAULT, MARK "\nJust tap the " LOW "send" LQUOTE " button." },
    { DEFAULT, MARK "\nJust tap the " LAQUO NBSP "send" NBSP RAQUO
               " button." },
    { DEFAULT, MARK "\nJust tap the <<send>> button." },
    { DEFAULT, MARK "\nJust tap the ''send'' button." },
    { DEFAULT, MARK "\nJust tap the " LCORNER "send" RCORNER " button." },
    { "It's me", MARK "\nIt" RSINGLE "s me" },
    { "It" RSINGLE "s me", MARK "\nit`s me" },
    { "<- send \"it\" ->", MARK "<- send it ->" },

    /* Invisible characters. */
    { DEFAULT, MARK "\nJust t" ZWSP "ap the \"send\" but" TAG_A "ton." },
    { DEFAULT, MARK "\nJust tap\x01 the \"send\" button.\x7f\xc2\x85" },
    { "Log in \xe2\x9d\xa4" VS16, MARK "\nLog in \xe2\x9d\xa4" },
    { "Log in \xe2\x9d\xa4", MARK "\nLog in \xe2\x9d\xa4" VS16 },

    /* Entities that gateways write for HTML's signs. */
    { DEFAULT, MARK "\nJust tap the &quot;send&quot; button." },
    { "Tom & Ann's <shop>", MARK "\nTom &amp; Ann&#39;s &lt;shop&gt;" },
    { "caf\xc3\xa9", MARK "\ncaf&#233;" },
    { "Tom &amp; Ann", MARK "\nTom &amp; Ann" },

    /* Messages of which nothing counts, or that look like marks. */
    { "", MARK "\n" },
    { "\"\"", MARK },
    { "a << b >> c", MARK "\na << b >> c" }
};

static const case_t  other[] = {

    /* The coupon: words around the code, in each place. */
    { DEFAULT, "Claim your coupon: " MARK },
    { DEFAULT, MARK " is your 20% coupon, send it to claim!" },
    { DEFAULT, MARK "\n" DEFAULT " And win!" },
    { DEFAULT, MARK "\nWin! " DEFAULT },
    { DEFAULT, "Hi " MARK "\n" DEFAULT },
    { DEFAULT, "1 " MARK },
    { DEFAULT, MARK "." },
    { DEFAULT, "\xf0\x9f\x98\x80" MARK },
    { DEFAULT, MARK "\xf0\x9f\x98\x80" },

    /* The link message before the code, in part, twice, or another. */
    { DEFAULT, DEFAULT " " MARK },
    { DEFAULT, MARK "\nJust tap the \"send\" button" },
    { DEFAULT, MARK "\nJust tap the button." },
    { DEFAULT, MARK "\n" DEFAULT DEFAULT },
    { DEFAULT, MARK "\nLog in to mycompany.com" },
    { "Log in to mycompany.com", MARK "\n" DEFAULT },
    { "", MARK "\n" DEFAULT },
    { "\"\"", MARK "\n" DEFAULT },

    /* The code twice, or beside something between marks. */
    { DEFAULT, MARK " " MARK },
    { DEFAULT, MARK "\n" DEFAULT "\n" MARK "\n" DEFAULT },
    { DEFAULT, ">>x<<" MARK },
    { DEFAULT, MARK ">>x<<" },

    /* Characters that differ in more than their look. */
    { "Send 1", MARK "\nSend 2" },
    { "caf\xc3\xa9", MARK "\ncafe" },
    { "a-b", MARK "\nab" }
};


static int
compare(const case_t *c)
{
    char                      *copy;
    int                        result;
    uint64_t                   hash;
    whatsauth_text_t           text;
    whatsauth_message_code_t   code;

    text.data = c->message;
    text.len = strlen(c->message);
    assert_int_equal(whatsauth_link_message_hash(&text, &hash), 0);

    text.len = strlen(c->text);
    copy = malloc(text.len);
    assert_non_null(copy);
    memcpy(copy, c->text, text.len);
    text.data = copy;

    assert_int_equal(whatsauth_message_code(&text, &code),
                     WHATSAUTH_CODE_FOUND);
    result = whatsauth_link_message_follows(&code, hash);
    free(copy);

    return result;
}


static void
assert_each(const case_t *cases, size_t n, int expected)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (compare(&cases[i]) != expected) {
            fail_msg("\"%s\" of \"%s\"", cases[i].text, cases[i].message);
        }
    }
}


static void
a_code_alone_or_with_its_message_is_as_prefilled(void **state)
{
    (void) state;
    assert_each(follows, sizeof(follows) / sizeof(follows[0]), 1);
}


static void
any_other_words_are_another_text(void **state)
{
    (void) state;
    assert_each(other, sizeof(other) / sizeof(other[0]), 0);
}


static void
the_longest_message_is_compared_whole(void **state)
{
    char    message[WHATSAUTH_LINK_MESSAGE_MAX + 1];
    char    text[sizeof(MARK) + WHATSAUTH_LINK_MESSAGE_MAX + 1];
    case_t  c;

    (void) state;

    memset(message, 'a', WHATSAUTH_LINK_MESSAGE_MAX);
    message[WHATSAUTH_LINK_MESSAGE_MAX] = '\0';

    memcpy(text, MARK, sizeof(MARK) - 1);
    memcpy(text + sizeof(MARK) - 1, message, sizeof(message));

    c.message = message;
    c.text = text;
    assert_int_equal(compare(&c), 1);

    text[sizeof(MARK) - 1 + WHATSAUTH_LINK_MESSAGE_MAX] = 'a';
    text[sizeof(MARK) + WHATSAUTH_LINK_MESSAGE_MAX] = '\0';
    assert_int_equal(compare(&c), 0);

    text[sizeof(MARK) - 2 + WHATSAUTH_LINK_MESSAGE_MAX] = '\0';
    assert_int_equal(compare(&c), 0);
}


/* Enough of them can draw words without a single letter. */

static void
many_quotes_are_another_text(void **state)
{
    char    message[101], text[sizeof(MARK) + sizeof(message)];
    case_t  c;

    (void) state;

    c.message = DEFAULT;
    c.text = text;

    memcpy(text, MARK, sizeof(MARK));
    memset(text + sizeof(MARK) - 1, '"', 32);
    text[sizeof(MARK) - 1 + 32] = '\0';
    assert_int_equal(compare(&c), 1);

    strcat(text, "\"");
    assert_int_equal(compare(&c), 0);

    /* Unless the link has them. */

    memset(message, '"', sizeof(message) - 1);
    message[sizeof(message) - 1] = '\0';
    memcpy(text + sizeof(MARK) - 1, message, sizeof(message));
    c.message = message;
    assert_int_equal(compare(&c), 1);
}


static void
a_message_that_is_too_long_has_no_hash(void **state)
{
    char              message[WHATSAUTH_LINK_MESSAGE_MAX + 1];
    uint64_t          hash;
    whatsauth_text_t  text;

    (void) state;

    memset(message, 'a', sizeof(message));
    text.data = message;
    text.len = sizeof(message);

    assert_int_equal(whatsauth_link_message_hash(&text, &hash), -1);
}


/* Records keep it, so that it must not change with a version of ours. */

static void
the_hash_is_what_records_have(void **state)
{
    uint64_t                 hash;
    const whatsauth_text_t   message = whatsauth_text(DEFAULT);

    (void) state;

    assert_int_equal(whatsauth_link_message_hash(&message, &hash), 0);
    assert_true(hash == 0x74fea5247ca64451);
}


static void
megabytes_of_what_does_not_count_are_refused_at_once(void **state)
{
    char                      *text;
    size_t                     len;
    clock_t                    start;
    uint64_t                   hash;
    whatsauth_text_t           all, none;
    whatsauth_message_code_t   code;

    (void) state;

    len = 3 * 1024 * 1024;
    text = malloc(len);
    assert_non_null(text);
    memset(text, ' ', len);
    memcpy(text, MARK, sizeof(MARK) - 1);

    all.data = text;
    all.len = len;
    none.data = NULL;
    none.len = 0;

    assert_int_equal(whatsauth_link_message_hash(&none, &hash), 0);

    start = clock();

    assert_int_equal(whatsauth_message_code(&all, &code),
                     WHATSAUTH_CODE_FOUND);
    assert_int_equal(whatsauth_link_message_follows(&code, hash), 0);
    assert_true(clock() - start < CLOCKS_PER_SEC / 100);

    free(text);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_code_alone_or_with_its_message_is_as_prefilled),
        cmocka_unit_test(any_other_words_are_another_text),
        cmocka_unit_test(the_longest_message_is_compared_whole),
        cmocka_unit_test(many_quotes_are_another_text),
        cmocka_unit_test(a_message_that_is_too_long_has_no_hash),
        cmocka_unit_test(the_hash_is_what_records_have),
        cmocka_unit_test(megabytes_of_what_does_not_count_are_refused_at_once)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

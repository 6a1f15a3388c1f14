
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/chat.h"


#define ALL   ((1U << WHATSAUTH_CHAT_VALUES_N) - 1)
#define PIN   (1U << WHATSAUTH_CHAT_PIN)


static const whatsauth_text_t  values[WHATSAUTH_CHAT_VALUES_N] = {
    whatsauth_text("My {pin}"),
    whatsauth_text(""),
    whatsauth_text("Here"),
    whatsauth_text("now"),
    whatsauth_text("123456")
};


static void
assert_filled(const char *text, int rtl, const char *filled)
{
    char              out[256];
    size_t            len;
    whatsauth_text_t  source;

    memset(out, '#', sizeof(out));

    source = text_of(text);

    len = whatsauth_chat_fill(&source, values, rtl, NULL);

    assert_int_equal(len, strlen(filled));
    assert_int_equal(whatsauth_chat_fill(&source, values, rtl, out), len);
    assert_memory_equal(out, filled, len);
    assert_int_equal(out[len], '#');
}


static void
fill_puts_values_in(void **state)
{
    (void) state;

    assert_filled("", 0, "");
    assert_filled("no value", 0, "no value");
    assert_filled("{place}, {time}", 0, "Here, now");
    assert_filled("{pin}{pin}", 0, "123456123456");
    assert_filled("{p", 0, "{p");
}


/* A title or a place that looks like a name shows no PIN. */

static void
fill_looks_at_no_value_again(void **state)
{
    (void) state;

    assert_filled("{title}", 0, "My {pin}");
}


static void
fill_leaves_out_lines_without_a_value(void **state)
{
    (void) state;

    assert_filled("a\nDevice: {device}\nb", 0, "a\nb");
    assert_filled("{device}", 0, "");
    assert_filled("{place} {device}\n{time}", 0, "now");
    assert_filled("a\n\nb\n", 0, "a\n\nb\n");
}


static void
fill_isolates_values_in_text_from_right_to_left(void **state)
{
    (void) state;

    assert_filled("x {place}", 1, "x \xe2\x81\xa8Here\xe2\x81\xa9");
    assert_filled("*{pin}*", 1, "*123456*");
}


static void
assert_problem(const char *text, unsigned allowed, unsigned needed,
    const char *word, const char *problem)
{
    const char        *found;
    whatsauth_text_t   source, at;

    source = text_of(text);

    found = whatsauth_chat_check(&source, allowed, needed, &at);

    assert_non_null(found);
    assert_string_equal(found, problem);
    assert_int_equal(at.len, strlen(word));
    assert_memory_equal(at.data, word, at.len);
}


static void
check_names_the_word(void **state)
{
    (void) state;

    assert_problem("a {b} c", ALL, 0, "{b}", "is no value of this text");
    assert_problem("a {title", ALL, 0, "{title", "is no value of this text");
    assert_problem("a {", ALL, 0, "{", "is no value of this text");
    assert_problem("{pin}", ALL & ~PIN, 0, "{pin}",
                   "is no value of this text");
    assert_problem("{place}", ALL, PIN, "{pin}", "must be in this text");
}


static void
check_takes_what_is_right(void **state)
{
    whatsauth_text_t  word, text = whatsauth_text("{pin} } {title}{pin}");

    (void) state;

    assert_null(whatsauth_chat_check(&text, ALL, PIN, &word));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(fill_puts_values_in),
        cmocka_unit_test(fill_looks_at_no_value_again),
        cmocka_unit_test(fill_leaves_out_lines_without_a_value),
        cmocka_unit_test(fill_isolates_values_in_text_from_right_to_left),
        cmocka_unit_test(check_names_the_word),
        cmocka_unit_test(check_takes_what_is_right)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

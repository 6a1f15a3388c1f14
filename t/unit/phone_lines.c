
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/phone_lines.h"


static void
assert_next(whatsauth_phone_lines_t *lines, const char *expected, size_t line)
{
    whatsauth_text_t  text;

    assert_int_equal(whatsauth_phone_lines_next(lines, &text), 1);
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.data, expected, text.len);
    assert_int_equal(lines->line, line);
}


static void
assert_end(whatsauth_phone_lines_t *lines)
{
    whatsauth_text_t  text;

    assert_int_equal(whatsauth_phone_lines_next(lines, &text), 0);
    assert_int_equal(whatsauth_phone_lines_next(lines, &text), 0);
}


static whatsauth_phone_lines_t
lines_of(const char *file)
{
    whatsauth_phone_lines_t  lines;

    lines.rest = text_of(file);
    lines.line = 0;

    return lines;
}


static void
each_line_is_a_number(void **state)
{
    whatsauth_phone_lines_t  lines;

    (void) state;

    lines = lines_of("+56911111111\n+1 415 555 0100\nAna\n");

    assert_next(&lines, "+56911111111", 1);
    assert_next(&lines, "+1 415 555 0100", 2);
    assert_next(&lines, "Ana", 3);
    assert_end(&lines);
}


static void
comments_blanks_and_empty_lines_are_left_out(void **state)
{
    whatsauth_phone_lines_t  lines;

    (void) state;

    lines = lines_of("# staff\n\n \t\n  1 # one # two\n\t#\n2\t");

    assert_next(&lines, "1", 4);
    assert_next(&lines, "2", 6);
    assert_end(&lines);
}


static void
a_file_of_windows_is_read(void **state)
{
    whatsauth_phone_lines_t  lines;

    (void) state;

    lines = lines_of("\xef\xbb\xbf# staff\r\n1\r\n\r\n2\r\n");

    assert_next(&lines, "1", 2);
    assert_next(&lines, "2", 4);
    assert_end(&lines);
}


static void
the_mark_is_left_out_only_at_the_beginning(void **state)
{
    whatsauth_phone_lines_t  lines;

    (void) state;

    lines = lines_of("\xef\xbb\xbf" "1\n\xef\xbb\xbf" "2\n");

    assert_next(&lines, "1", 1);
    assert_next(&lines, "\xef\xbb\xbf" "2", 2);
    assert_end(&lines);
}


static void
an_empty_file_has_none(void **state)
{
    whatsauth_phone_lines_t  lines;

    (void) state;

    lines = lines_of("");
    assert_end(&lines);

    lines = lines_of("\xef\xbb\xbf");
    assert_end(&lines);

    lines.rest.data = NULL;
    lines.rest.len = 0;
    lines.line = 0;
    assert_end(&lines);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(each_line_is_a_number),
        cmocka_unit_test(comments_blanks_and_empty_lines_are_left_out),
        cmocka_unit_test(a_file_of_windows_is_read),
        cmocka_unit_test(the_mark_is_left_out_only_at_the_beginning),
        cmocka_unit_test(an_empty_file_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "protocol/form.h"


/* Writes what was read as "name|value;" for each field. */
static void
assert_fields(const char *form, size_t len, const char *expected,
    size_t expected_len)
{
    char              *copy, *buf, out[256];
    size_t             n;
    whatsauth_text_t   text;
    whatsauth_form_t   reader;
    whatsauth_field_t  field;

    /* Of exact size, so that a byte too far is seen. */
    copy = malloc(len == 0 ? 1 : len);
    buf = malloc(len == 0 ? 1 : len);
    assert_non_null(copy);
    assert_non_null(buf);
    memcpy(copy, form, len);

    text.data = copy;
    text.len = len;
    n = 0;

    whatsauth_form_start(&reader, &text, buf);

    while (whatsauth_form_next(&reader, &field)) {
        assert_true(n + field.name.len + field.value.len + 2 < sizeof(out));
        memcpy(out + n, field.name.data, field.name.len);
        n += field.name.len;
        out[n++] = '|';
        memcpy(out + n, field.value.data, field.value.len);
        n += field.value.len;
        out[n++] = ';';
    }

    assert_int_equal(n, expected_len);
    assert_memory_equal(out, expected, n);

    free(copy);
    free(buf);
}


#define assert_form(form, expected)                                           \
    assert_fields(form, sizeof(form) - 1, expected, sizeof(expected) - 1)


static void
fields_are_split_and_decoded_once(void **state)
{
    (void) state;

    assert_form("a=1&b=2", "a|1;b|2;");
    assert_form("a+b=c+d", "a b|c d;");
    assert_form("From=whatsapp:%2B14133881111", "From|whatsapp:+14133881111;");
    assert_form("x=%253E", "x|%3E;");
    assert_form("x=%00%ff%C3%ab", "x|\0\xff\xc3\xab;");
    assert_form("%61%3d=%26", "a=|&;");
    assert_form("hub.mode=subscribe", "hub.mode|subscribe;");
}


static void
empty_fields_are_passed_over_and_empty_parts_kept(void **state)
{
    (void) state;

    assert_form("", "");
    assert_form("&", "");
    assert_form("&&a=1&&&b=2&", "a|1;b|2;");
    assert_form("a", "a|;");
    assert_form("a=", "a|;");
    assert_form("=a", "|a;");
    assert_form("=", "|;");
    assert_form("a=b=c", "a|b=c;");
}


static void
a_percent_sign_without_two_digits_stands_for_itself(void **state)
{
    (void) state;

    assert_form("a=50%", "a|50%;");
    assert_form("a=%4", "a|%4;");
    assert_form("a=%zz%4g", "a|%zz%4g;");
    assert_form("a=%%41", "a|%A;");
    assert_form("%=%4&1=2", "%|%4;1|2;");
}


static void
a_form_can_be_decoded_over_itself(void **state)
{
    char               buf[] = "%61%62=%63&d+e=%2B";
    whatsauth_text_t   text;
    whatsauth_form_t   form;
    whatsauth_field_t  first, second, none;

    (void) state;

    text.data = buf;
    text.len = sizeof(buf) - 1;

    whatsauth_form_start(&form, &text, buf);

    assert_int_equal(whatsauth_form_next(&form, &first), 1);
    assert_int_equal(whatsauth_form_next(&form, &second), 1);
    assert_int_equal(whatsauth_form_next(&form, &none), 0);

    assert_int_equal(first.name.len, 2);
    assert_memory_equal(first.name.data, "ab", 2);
    assert_int_equal(first.value.len, 1);
    assert_memory_equal(first.value.data, "c", 1);
    assert_int_equal(second.name.len, 3);
    assert_memory_equal(second.name.data, "d e", 3);
    assert_int_equal(second.value.len, 1);
    assert_memory_equal(second.value.data, "+", 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(fields_are_split_and_decoded_once),
        cmocka_unit_test(empty_fields_are_passed_over_and_empty_parts_kept),
        cmocka_unit_test(a_percent_sign_without_two_digits_stands_for_itself),
        cmocka_unit_test(a_form_can_be_decoded_over_itself)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

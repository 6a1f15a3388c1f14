
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


static void
assert_encoded(whatsauth_encoding_t encoding, const char *data, size_t len,
    const char *expected)
{
    char              out[512];
    size_t            n;
    whatsauth_text_t  text;

    text.data = data;
    text.len = len;

    n = whatsauth_encode(&text, encoding, NULL);
    assert_int_equal(n, strlen(expected));

    assert_int_equal(whatsauth_encode(&text, encoding, out), n);
    assert_memory_equal(out, expected, n);
}


static void
a_value_of_a_form_is_encoded_as_whatwg_says(void **state)
{
    static const char  text[] = "aZ09*-._ +&=%~!'()\r\n\xc3\xa4";

    (void) state;

    assert_encoded(WHATSAUTH_ENCODE_FORM, text, sizeof(text) - 1,
                   "aZ09*-._+%2B%26%3D%25%7E%21%27%28%29%0D%0A%C3%A4");
    assert_encoded(WHATSAUTH_ENCODE_FORM, "\0\x7f\xff", 3, "%00%7F%FF");
    assert_encoded(WHATSAUTH_ENCODE_FORM, "", 0, "");
}


static void
a_component_is_encoded_as_ecma_262_says(void **state)
{
    static const char  text[] = "aZ09-_.!~*'() +&=%/?#\"<>\n\xc3\xa4";

    (void) state;

    assert_encoded(WHATSAUTH_ENCODE_COMPONENT, text, sizeof(text) - 1,
                   "aZ09-_.!~*'()%20%2B%26%3D%25%2F%3F%23%22%3C%3E%0A%C3%A4");
}


static void
nothing_is_encoded_on_request(void **state)
{
    (void) state;

    assert_encoded(WHATSAUTH_ENCODE_NOTHING, "a +&%\n\xc3\xa4", 8,
                   "a +&%\n\xc3\xa4");
}


static void
every_byte_of_an_encoded_form_is_read_back(void **state)
{
    char               all[256], out[3 * 256], back[3 * 256];
    size_t             i;
    whatsauth_text_t   text;
    whatsauth_form_t   form;
    whatsauth_field_t  field;

    (void) state;

    for (i = 0; i < sizeof(all); i++) {
        all[i] = (char) i;
    }

    text.data = all;
    text.len = sizeof(all);
    text.len = whatsauth_encode(&text, WHATSAUTH_ENCODE_FORM, out);
    text.data = out;

    whatsauth_form_start(&form, &text, back);
    assert_int_equal(whatsauth_form_next(&form, &field), 1);
    assert_int_equal(field.name.len, sizeof(all));
    assert_memory_equal(field.name.data, all, sizeof(all));
    assert_int_equal(whatsauth_form_next(&form, &field), 0);
}


/* It has no fields: what would part them is a part of it. */

static void
a_value_by_itself_is_decoded_whole(void **state)
{
    char              buf[16];
    whatsauth_text_t  text, decoded;

    (void) state;

    text.data = "&a=b+%26=%";
    text.len = strlen(text.data);
    whatsauth_form_decode(&text, buf, &decoded);

    assert_int_equal(decoded.len, 8);
    assert_memory_equal(decoded.data, "&a=b &=%", 8);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(fields_are_split_and_decoded_once),
        cmocka_unit_test(empty_fields_are_passed_over_and_empty_parts_kept),
        cmocka_unit_test(a_percent_sign_without_two_digits_stands_for_itself),
        cmocka_unit_test(a_form_can_be_decoded_over_itself),
        cmocka_unit_test(a_value_of_a_form_is_encoded_as_whatwg_says),
        cmocka_unit_test(a_component_is_encoded_as_ecma_262_says),
        cmocka_unit_test(nothing_is_encoded_on_request),
        cmocka_unit_test(every_byte_of_an_encoded_form_is_read_back),
        cmocka_unit_test(a_value_by_itself_is_decoded_whole)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/json_pointer.h"


static json_t *
get(json_t *document, const char *pointer)
{
    whatsauth_text_t  t = text_of(pointer);

    assert_int_equal(whatsauth_json_pointer_is_valid(&t), 1);

    return whatsauth_json_pointer_get(document, &t);
}


/* RFC 6901, section 5. */

static void
the_examples_of_the_rfc_name_their_values(void **state)
{
    size_t       i;
    json_t      *document;
    static const char  json[] =
        "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
        "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";
    static const char *const  pointers[] = {
        "/", "/a~1b", "/c%d", "/e^f", "/g|h", "/i\\j", "/k\"l", "/ ", "/m~0n"
    };

    (void) state;

    document = json_loads(json, 0, NULL);
    assert_non_null(document);

    assert_ptr_equal(get(document, ""), document);
    assert_ptr_equal(get(document, "/foo"), json_object_get(document, "foo"));
    assert_string_equal(json_string_value(get(document, "/foo/0")), "bar");
    assert_string_equal(json_string_value(get(document, "/foo/1")), "baz");

    for (i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
        assert_non_null(get(document, pointers[i]));
        assert_int_equal(json_integer_value(get(document, pointers[i])), i);
    }

    json_decref(document);
}


static void
what_is_not_there_is_null(void **state)
{
    size_t       i;
    json_t      *document;
    static const char *const  pointers[] = {
        "/b", "/a/2", "/a/-", "/a/00", "/a/01", "/a/+1", "/a/ 1", "/a/1x",
        "/a/", "/a/18446744073709551616", "/a/0/0", "/a/0/", "/s/0", "/n/x",
        "//", "/a//0", "/A", "/a/0a"
    };

    (void) state;

    document = json_loads("{\"a\":[1,2],\"s\":\"xyz\",\"n\":null}", 0, NULL);
    assert_non_null(document);

    for (i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
        assert_null(get(document, pointers[i]));
    }

    json_decref(document);
}


static void
escapes_are_undone_once(void **state)
{
    json_t  *document;

    (void) state;

    document = json_loads("{\"~1\":1,\"/\":2,\"~~//\":3}", 0, NULL);
    assert_non_null(document);

    assert_int_equal(json_integer_value(get(document, "/~01")), 1);
    assert_int_equal(json_integer_value(get(document, "/~1")), 2);
    assert_int_equal(json_integer_value(get(document, "/~0~0~1~1")), 3);

    json_decref(document);
}


static void
other_texts_are_no_pointers(void **state)
{
    size_t            i;
    char              longest[WHATSAUTH_JSON_POINTER_MAX + 2];
    whatsauth_text_t  t;
    static const char *const  texts[] = {
        "a", "a/b", " /a", "#/a", "/~", "/~2", "/a~", "/a~/b", "/~~0",
        "/\xff", "/\xc3"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        t = text_of(texts[i]);
        assert_int_equal(whatsauth_json_pointer_is_valid(&t), 0);
    }

    t.data = "/a\0b";
    t.len = 4;
    assert_int_equal(whatsauth_json_pointer_is_valid(&t), 0);

    memset(longest, '/', sizeof(longest));
    t.data = longest;
    t.len = WHATSAUTH_JSON_POINTER_MAX;
    assert_int_equal(whatsauth_json_pointer_is_valid(&t), 1);
    t.len++;
    assert_int_equal(whatsauth_json_pointer_is_valid(&t), 0);
}


static void
the_longest_name_fits(void **state)
{
    char              pointer[WHATSAUTH_JSON_POINTER_MAX + 1];
    json_t           *document;

    (void) state;

    memset(pointer, 'a', sizeof(pointer));
    pointer[0] = '/';
    pointer[WHATSAUTH_JSON_POINTER_MAX] = '\0';

    document = json_object();
    assert_int_equal(json_object_set_new(document, pointer + 1,
                                         json_integer(7)), 0);

    assert_int_equal(json_integer_value(get(document, pointer)), 7);

    json_decref(document);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_examples_of_the_rfc_name_their_values),
        cmocka_unit_test(what_is_not_there_is_null),
        cmocka_unit_test(escapes_are_undone_once),
        cmocka_unit_test(other_texts_are_no_pointers),
        cmocka_unit_test(the_longest_name_fits)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

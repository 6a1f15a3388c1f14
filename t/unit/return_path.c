
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdlib.h>

#include "text_help.h"
#include "protocol/return_path.h"


static int
may_follow(const char *s)
{
    whatsauth_text_t  text = text_of(s);

    return whatsauth_return_path(&text);
}


static void
test_paths_of_this_host(void **state)
{
    (void) state;

    assert_true(may_follow("/"));
    assert_true(may_follow("/a"));
    assert_true(may_follow("/a//b"));
    assert_true(may_follow("/a/../..//b"));
    assert_true(may_follow("/private/?a=b&c=%2F#d"));
    assert_true(may_follow("/a\\b"));
    assert_true(may_follow("/%2F/evil.test"));
    assert_true(may_follow("/%5Cevil.test"));
    assert_true(may_follow("/@evil.test"));
    assert_true(may_follow("/.//evil.test"));
    assert_true(may_follow("/ b"));
    assert_true(may_follow("/\xc3\xa9"));
}


static void
test_other_hosts(void **state)
{
    size_t  i;

    static const char  *others[] = {
        "", "a", "?a", "#a", "\\a", " /a", "\\\\evil.test", "//", "//evil.test",
        "///evil.test", "/\\evil.test", "/\\/evil.test", "https://evil.test/",
        "https:/evil.test", "javascript:alert(1)", "evil.test",
        "/\t/evil.test", "/\n/evil.test", "/\r/evil.test", "\t//evil.test",
        "\n/a", "/a\r\nSet-Cookie: a=b", "/a\x7f", "/a\x1b[31m", "/\x01"
    };

    (void) state;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(may_follow(others[i]));
    }
}


static void
test_length(void **state)
{
    char              *s;
    whatsauth_text_t   text;

    (void) state;

    s = malloc(WHATSAUTH_RETURN_PATH_MAX + 1);
    assert_non_null(s);
    memset(s, '/', WHATSAUTH_RETURN_PATH_MAX + 1);
    s[1] = 'a';

    text.data = s;
    text.len = WHATSAUTH_RETURN_PATH_MAX;
    assert_true(whatsauth_return_path(&text));

    text.len++;
    assert_false(whatsauth_return_path(&text));

    free(s);
}


static void
test_nul(void **state)
{
    whatsauth_text_t  text = whatsauth_text("/a\0b");

    (void) state;

    assert_false(whatsauth_return_path(&text));
}


static void
assert_written(const char *s, const char *expected)
{
    char              out[64];
    size_t            n;
    whatsauth_text_t  text = text_of(s);

    n = whatsauth_return_path_write(&text, NULL);
    assert_int_equal(n, strlen(expected));
    assert_int_equal(whatsauth_return_path_write(&text, out), n);
    assert_memory_equal(out, expected, n);
}


static void
test_written(void **state)
{
    (void) state;

    assert_written("/a?b=%20&c=d#e", "/a?b=%20&c=d#e");
    assert_written("/a b", "/a%20b");
    assert_written("/\xc3\xa9", "/%C3%A9");
    assert_written("/a\\b\"<>^`{|}", "/a%5Cb%22%3C%3E%5E%60%7B%7C%7D");
    assert_written("/!$&'()*+,;=:@-._~[]", "/!$&'()*+,;=:@-._~[]");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_paths_of_this_host),
        cmocka_unit_test(test_other_hosts),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* URLs compared: origins, paths, prefixes. */


#include "url_help.h"


static int
same_origin(const char *first, const char *second)
{
    whatsauth_url_t  a, b;

    a = parse(first);
    b = parse(second);

    return whatsauth_url_same_origin(&a, &b);
}


static void
an_origin_is_scheme_host_of_any_case_and_port(void **state)
{
    (void) state;

    assert_true(same_origin("https://a.com", "HTTPS://A.Com:443/b?c"));
    assert_true(same_origin("http://[::A]/", "http://[::a]:80/"));
    assert_true(same_origin("http://[0:0::a]/", "http://[::000A]:80/"));
    assert_true(same_origin("http://a.com:80", "http://A.COM"));

    assert_false(same_origin("https://a.com", "http://a.com"));
    assert_false(same_origin("https://a.com", "http://a.com:443"));
    assert_false(same_origin("https://a.com", "https://a.com:444"));
    assert_false(same_origin("https://a.com", "https://a.co"));
    assert_false(same_origin("https://a.com", "https://b.com"));
    assert_false(same_origin("https://a.com", "https://a.com.b"));
    assert_false(same_origin("http://[::a]", "http://[::b]"));
    assert_false(same_origin("http://10.0.0.1", "http://[::ffff:10.0.0.1]"));
}


static int
is_origin(const char *s)
{
    whatsauth_url_t   url;
    whatsauth_text_t  text;

    text = text_of(s);

    return whatsauth_url_origin(&text, &url);
}


static void
an_origin_has_nothing_after_the_port(void **state)
{
    (void) state;

    assert_true(is_origin("https://a.com"));
    assert_true(is_origin("HTTP://a.com:8080"));
    assert_true(is_origin("https://192.0.2.1"));
    assert_true(is_origin("https://[::1]:3000"));

    assert_false(is_origin(""));
    assert_false(is_origin("null"));
    assert_false(is_origin("*"));
    assert_false(is_origin("a.com"));
    assert_false(is_origin("https://a.com/"));
    assert_false(is_origin("https://a.com?"));
    assert_false(is_origin("https://a.com#"));
    assert_false(is_origin("https://u@a.com"));
    assert_false(is_origin("https://a.com https://b.com"));
    assert_false(is_origin("https://192.0.2.1/"));
}


static int
equal_but_query(const char *first, const char *second)
{
    whatsauth_url_t  a, b;

    a = parse(first);
    b = parse(second);

    return whatsauth_url_equal_but_query(&a, &b);
}


static void
urls_equal_but_for_the_query_have_one_path(void **state)
{
    (void) state;

    assert_true(equal_but_query("https://a.com/b?c", "https://a.com/b"));
    assert_true(equal_but_query("https://a.com?c", "https://a.com/?d"));

    assert_false(equal_but_query("https://a.com/b", "https://a.com/B"));
    assert_false(equal_but_query("https://a.com/b", "https://a.com/b/"));
    assert_false(equal_but_query("https://a.com/b", "https://a.com/bc"));
    assert_false(equal_but_query("https://a.com/b", "https://b.com/b"));
}


static int
within(const char *outer, const char *inner)
{
    whatsauth_url_t  prefix, url;

    prefix = parse(outer);
    url = parse(inner);

    return whatsauth_url_within(&prefix, &url);
}


static void
a_prefix_holds_paths_at_a_segment_boundary(void **state)
{
    (void) state;

    assert_true(within("https://a.com", "https://a.com"));
    assert_true(within("https://a.com", "https://a.com/b/c?d"));
    assert_true(within("https://a.com/", "https://A.com?d"));
    assert_true(within("https://a.com/a", "https://a.com/a"));
    assert_true(within("https://a.com/a", "https://a.com/a/b"));
    assert_true(within("https://a.com/a/", "https://a.com/a/b"));
    assert_true(within("https://a.com/a/", "https://a.com/a/"));

    assert_false(within("https://a.com/a", "https://a.com/ab"));
    assert_false(within("https://a.com/a/", "https://a.com/ab"));
    assert_false(within("https://a.com/a/", "https://a.com/a"));
    assert_false(within("https://a.com/a", "https://a.com/A/b"));
    assert_false(within("https://a.com/a", "https://a.com/"));
    assert_false(within("https://a.com/a", "https://a.com/%61/b"));
    assert_false(within("https://a.com/a", "https://a.com:8443/a/b"));
    assert_false(within("https://a.com/", "https://a.com.evil.com/"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(an_origin_is_scheme_host_of_any_case_and_port),
        cmocka_unit_test(an_origin_has_nothing_after_the_port),
        cmocka_unit_test(urls_equal_but_for_the_query_have_one_path),
        cmocka_unit_test(a_prefix_holds_paths_at_a_segment_boundary)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Where a relying party gets its users back. */


#include "text_help.h"
#include "protocol/redirect_uri.h"


typedef struct {
    const char                       *uri;
    whatsauth_redirect_uri_result_t   secret;       /* of a client with one */
    whatsauth_redirect_uri_result_t   is_public;
} case_t;

#define BOTH(result)                                                          \
    WHATSAUTH_REDIRECT_URI_##result, WHATSAUTH_REDIRECT_URI_##result


static const case_t  cases[] = {
    { "https://grafana.example.com/login/generic_oauth", BOTH(OK) },
    { "https://a.example", BOTH(OK) },
    { "https://a.example:8443/cb?tenant=1", BOTH(OK) },
    { "https://10.0.0.1/cb", BOTH(OK) },
    { "http://localhost:3000/cb", BOTH(OK) },
    { "http://app.localhost/cb", BOTH(OK) },
    { "http://127.0.0.1/cb", BOTH(OK) },
    { "http://[::1]:8080/cb", BOTH(OK) },

    { "com.example.app:/cb", WHATSAUTH_REDIRECT_URI_PUBLIC,
      WHATSAUTH_REDIRECT_URI_OK },
    { "com.example.app://cb", WHATSAUTH_REDIRECT_URI_PUBLIC,
      WHATSAUTH_REDIRECT_URI_OK },

    { "http://a.example/cb", BOTH(HTTP) },
    { "http://127.0.0.1.example/cb", BOTH(HTTP) },
    { "http://127.0.0.2/cb", BOTH(HTTP) },
    { "http://localhost.example/cb", BOTH(HTTP) },
    { "http://10.0.0.1/cb", BOTH(HTTP) },

    { "https://a.example/cb#", BOTH(FRAGMENT) },
    { "https://a.example/cb#x", BOTH(FRAGMENT) },
    { "com.example.app:/cb#x", BOTH(FRAGMENT) },

    { "https://*.example/cb", BOTH(WILDCARD) },
    { "https://a.example/*", BOTH(WILDCARD) },
    { "*", BOTH(WILDCARD) },
    { "com.example.app:/*", BOTH(WILDCARD) },

    { "https://user@a.example/cb", BOTH(URL) },
    { "https://a.example\\@b.example/cb", BOTH(URL) },
    { "https://a.example/../cb", BOTH(URL) },
    { "https://a.example/%2e%2e/cb", BOTH(URL) },
    { "https://a.example/c b", BOTH(URL) },
    { "https://a.example/cb\r\n", BOTH(URL) },
    { "https://a.example:0/cb", BOTH(URL) },
    { "https:///cb", BOTH(URL) },
    { "https:a.example/cb", BOTH(URL) },
    { "com.example.app:/c b", BOTH(URL) },
    { "com.example.app:/c\nb", BOTH(URL) },

    { "", BOTH(SCHEME) },
    { "/cb", BOTH(SCHEME) },
    { "//a.example/cb", BOTH(SCHEME) },
    { "a.example/cb", BOTH(SCHEME) },
    { "HTTPS://a.example/cb", BOTH(SCHEME) },
    { "javascript:alert(1)", BOTH(SCHEME) },
    { "data:text/html,a.b", BOTH(SCHEME) },
    { "file:///etc/passwd", BOTH(SCHEME) },
    { "about:blank", BOTH(SCHEME) },
    { "app:/cb", BOTH(SCHEME) },
    { "app://a.example/cb", BOTH(SCHEME) },
    { "com.example.app:", BOTH(SCHEME) },
    { ":/cb.d", BOTH(SCHEME) },
    { "9com.example:/cb", BOTH(SCHEME) },
    { ".com.example:/cb", BOTH(SCHEME) },
    { "Com.Example:/cb", BOTH(SCHEME) },
    { "com_example.app:/cb", BOTH(SCHEME) },
};


static void
a_uri_is_checked_at_configuration(void **state)
{
    size_t            i;
    whatsauth_text_t  uri;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uri = text_of(cases[i].uri);

        if (whatsauth_redirect_uri_check(&uri, 0) != cases[i].secret
            || whatsauth_redirect_uri_check(&uri, 1) != cases[i].is_public)
        {
            fail_msg("%s", cases[i].uri);
        }
    }
}


static void
each_refusal_has_a_sentence(void **state)
{
    int  result;

    (void) state;

    for (result = 0; result < WHATSAUTH_REDIRECT_URI_RESULTS_N; result++) {
        assert_int_equal(whatsauth_redirect_uri_strresult(result)[0] == '\0',
                         result == WHATSAUTH_REDIRECT_URI_OK);
    }
}


static void
a_uri_has_a_longest_length(void **state)
{
    char              uri[WHATSAUTH_REDIRECT_URI_MAX + 1];
    whatsauth_text_t  text;

    static const char  begin[] = "https://a.example/";

    (void) state;

    memset(uri, 'a', sizeof(uri));
    memcpy(uri, begin, sizeof(begin) - 1);
    text.data = uri;

    text.len = WHATSAUTH_REDIRECT_URI_MAX;
    assert_int_equal(whatsauth_redirect_uri_check(&text, 0),
                     WHATSAUTH_REDIRECT_URI_OK);

    text.len++;
    assert_int_equal(whatsauth_redirect_uri_check(&text, 0),
                     WHATSAUTH_REDIRECT_URI_TOO_LONG);
}


/* All of them lead to the same place in some browser. */

static const char *const  others[] = {
    "",
    "https://a.example/cb/",
    "https://a.example/c",
    "https://a.example/cb?",
    "https://a.example/cb#",
    "https://a.example:443/cb",
    "https://A.example/cb",
    "https://a.example/c%62",
    "https://a.example/cb/../cb",
    "https://a.example/cb@evil.example",
    "https://a.example.evil.example/cb",
    "http://a.example/cb",
    "https://b.example/cb?x",
};


static void
a_uri_is_compared_byte_for_byte(void **state)
{
    size_t            i;
    whatsauth_text_t  list[2], uri;

    (void) state;

    list[0] = text_of("https://b.example/cb");
    list[1] = text_of("https://a.example/cb");

    for (i = 0; i < 2; i++) {
        uri = list[i];
        assert_int_equal(whatsauth_redirect_uri_is_among(&uri, list, 2), 1);
        assert_int_equal(whatsauth_redirect_uri_is_among(&uri, list, 0), 0);
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        uri = text_of(others[i]);
        assert_int_equal(whatsauth_redirect_uri_is_among(&uri, list, 2), 0);
    }
}


static void
assert_written(const char *uri, const char *state, const char *expected)
{
    char               out[256];
    size_t             n;
    whatsauth_text_t   text;
    whatsauth_field_t  fields[3];

    text = text_of(uri);
    fields[0].name = text_of("code");
    fields[0].value = text_of("abc");
    fields[1].name = text_of("state");
    fields[1].value = text_of(state);
    fields[2].name = text_of("iss");
    fields[2].value = text_of("https://b");

    n = whatsauth_redirect_uri_write(&text, fields, 3, NULL);
    assert_true(n < sizeof(out));
    memset(out, '~', sizeof(out));
    assert_int_equal(whatsauth_redirect_uri_write(&text, fields, 3, out), n);
    assert_int_equal(out[n], '~');
    out[n] = '\0';
    assert_string_equal(out, expected);
}


static void
a_response_goes_behind_the_query(void **state)
{
    (void) state;

    assert_written("https://a/cb", "x", "https://a/cb?code=abc&state=x"
                                        "&iss=https%3A%2F%2Fb");
    assert_written("https://a/cb?t=1", "x", "https://a/cb?t=1&code=abc&state=x"
                                            "&iss=https%3A%2F%2Fb");
    assert_written("https://a", "", "https://a?code=abc&iss=https%3A%2F%2Fb");
    assert_written("com.example.app:/cb", "a&code=b#\r\n\xc3\xa9 +%",
                   "com.example.app:/cb?code=abc"
                   "&state=a%26code%3Db%23%0D%0A%C3%A9+%2B%25"
                   "&iss=https%3A%2F%2Fb");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_uri_is_checked_at_configuration),
        cmocka_unit_test(each_refusal_has_a_sentence),
        cmocka_unit_test(a_uri_has_a_longest_length),
        cmocka_unit_test(a_uri_is_compared_byte_for_byte),
        cmocka_unit_test(a_response_goes_behind_the_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* A URL and its parts. */


#include <stdlib.h>

#include "url_help.h"
#include "protocol/url_host.h"


typedef struct {
    const char              *url;
    whatsauth_url_result_t   result;
} case_t;


static const case_t  cases[] = {
    { "https://mycompany.com", WHATSAUTH_URL_OK },
    { "https://mycompany.com/", WHATSAUTH_URL_OK },
    { "HTTPS://MyCompany.com/Hooks", WHATSAUTH_URL_OK },
    { "https://my-company.com:8443/a/b?x=1&y[]=2/../3", WHATSAUTH_URL_OK },
    { "https://mycompany.com?x=1", WHATSAUTH_URL_OK },
    { "https://mycompany.com/a?x=50%&y=@", WHATSAUTH_URL_OK },
    { "https://mycompany.com/a@b", WHATSAUTH_URL_OK },
    { "https://xn--mgbh0fb.example/", WHATSAUTH_URL_OK },
    { "http://my_app:3000/hook", WHATSAUTH_URL_OK },
    { "http://localhost", WHATSAUTH_URL_OK },
    { "http://127.0.0.1:9999/hook", WHATSAUTH_URL_OK },
    { "http://[::1]:9999/hook", WHATSAUTH_URL_OK },
    { "http://[::ffff:127.0.0.1]/", WHATSAUTH_URL_OK },
    { "https://1.example/", WHATSAUTH_URL_OK },
    { "https://1.2.3.4.example/", WHATSAUTH_URL_OK },
    { "https://0x.example/", WHATSAUTH_URL_OK },
    { "https://a.com/...", WHATSAUTH_URL_OK },
    { "https://a.com/.well-known/a..b/c.", WHATSAUTH_URL_OK },
    { "https://a.com/a%20b%2fc", WHATSAUTH_URL_OK },
    { "https://a.com/50%25/%25%32", WHATSAUTH_URL_OK },
    { "https://a.com//b/", WHATSAUTH_URL_OK },
    { "https://a.com/b%C3%BCcher/%F0%9F%98%80/%e4%bd%a0", WHATSAUTH_URL_OK },
    { "https://a.com/a%20/%20b/a+b/+/%20/a..%20b", WHATSAUTH_URL_OK },
    { "https://a.com/a:b/:id/urn:x:1%3a2", WHATSAUTH_URL_OK },
    { "https://a.com/%E2%80%A6/a%EF%BC%8E", WHATSAUTH_URL_OK },
    { "https://a.com/?x=%ff%00%2e%2e/..", WHATSAUTH_URL_OK },

    { "http://127.0.0.1:9999/workflows/8/triggers/manual/paths/invoke"
      "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
      "&sig=6V3RlN2X_o-c", WHATSAUTH_URL_OK },
    { "http://127.0.0.1:9999/hook?session[id]=42&__xts__[0]=68.ARD",
      WHATSAUTH_URL_OK },
    { "http://127.0.0.1:9999/webapi/entry.cgi?api=Chat&token=%22A%2BW%22",
      WHATSAUTH_URL_OK },
    { "http://127.0.0.1:9999/problems;gf=all;pid=-8788V2?x=1;y=2",
      WHATSAUTH_URL_OK },
    { "http://127.0.0.1:9999/job/nodejs%20example%20app/build?token=",
      WHATSAUTH_URL_OK },

    { "https://a.com/a b", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/a\tb", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/a\r\nHost: b", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/\x7f", WHATSAUTH_URL_CHARACTER },
    { "https://a.com\\@b.com/", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/\"", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/?q=<b>", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/?q={b}", WHATSAUTH_URL_CHARACTER },
    { "https://b\xc3\xbc" "cher.example/", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%zz", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%4", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%00", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/a%01b", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/a%09", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%0d%0aHost:%20b", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%1f", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%7f", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%C2%80", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%c2%9f", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%250a", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/%25c2%2585", WHATSAUTH_URL_CHARACTER },

    { "https://a.com/%ff", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%80", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%e9t%e9", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%c3/%bc", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%c3%25bc", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%25ff", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%c0%ae%c0%ae/", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%c0%af", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%e0%80%ae", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%ed%a0%80", WHATSAUTH_URL_UTF8 },
    { "https://a.com/%f4%90%80%80", WHATSAUTH_URL_UTF8 },

    { "", WHATSAUTH_URL_SCHEME },
    { "mycompany.com/hook", WHATSAUTH_URL_SCHEME },
    { "//mycompany.com/hook", WHATSAUTH_URL_SCHEME },
    { "/hook", WHATSAUTH_URL_SCHEME },
    { "ftp://mycompany.com/", WHATSAUTH_URL_SCHEME },
    { "file:///etc/passwd", WHATSAUTH_URL_SCHEME },
    { "javascript:alert(1)", WHATSAUTH_URL_SCHEME },
    { "httpss://mycompany.com/", WHATSAUTH_URL_SCHEME },
    { "https:mycompany.com/", WHATSAUTH_URL_SCHEME },
    { "https:/mycompany.com/", WHATSAUTH_URL_SCHEME },
    { "http", WHATSAUTH_URL_SCHEME },

    { "https://user@a.com/", WHATSAUTH_URL_USERINFO },
    { "https://user:pw@a.com/", WHATSAUTH_URL_USERINFO },
    { "https://@a.com/", WHATSAUTH_URL_USERINFO },
    { "https://a.com@b.com:443", WHATSAUTH_URL_USERINFO },
    { "https://a.com/#x", WHATSAUTH_URL_FRAGMENT },
    { "https://a.com#@b.com/", WHATSAUTH_URL_FRAGMENT },
    { "https://a.com/?x#", WHATSAUTH_URL_FRAGMENT },

    { "https://", WHATSAUTH_URL_HOST },
    { "https:///a", WHATSAUTH_URL_HOST },
    { "https://?x", WHATSAUTH_URL_HOST },
    { "https://:443/", WHATSAUTH_URL_HOST },
    { "https://a..com/", WHATSAUTH_URL_HOST },
    { "https://.com/", WHATSAUTH_URL_HOST },
    { "https://a.com./", WHATSAUTH_URL_HOST },
    { "https://-a.com/", WHATSAUTH_URL_HOST },
    { "https://a-.com/", WHATSAUTH_URL_HOST },
    { "https://a%2ecom/", WHATSAUTH_URL_HOST },
    { "https://a.com,b.com/", WHATSAUTH_URL_HOST },
    { "https://a*.com/", WHATSAUTH_URL_HOST },
    { "http://127.1/", WHATSAUTH_URL_HOST },
    { "http://127.0.0.01/", WHATSAUTH_URL_HOST },
    { "http://0177.0.0.1/", WHATSAUTH_URL_HOST },
    { "http://127.0.0.256/", WHATSAUTH_URL_HOST },
    { "http://127.0.0.0.1/", WHATSAUTH_URL_HOST },
    { "http://0x7f000001/", WHATSAUTH_URL_HOST },
    { "http://127.0.0.0x1/", WHATSAUTH_URL_HOST },
    { "http://a.0X/", WHATSAUTH_URL_HOST },
    { "http://2130706433/", WHATSAUTH_URL_HOST },
    { "http://example.123/", WHATSAUTH_URL_HOST },
    { "http://[::1", WHATSAUTH_URL_HOST },
    { "http://[::1/", WHATSAUTH_URL_HOST },
    { "http://[]/", WHATSAUTH_URL_HOST },
    { "http://[127.0.0.1]/", WHATSAUTH_URL_HOST },
    { "http://[fe80::1%25eth0]/", WHATSAUTH_URL_HOST },
    { "http://[1:2:3:4:5:6:7:8:9]/", WHATSAUTH_URL_HOST },
    { "http://::1/", WHATSAUTH_URL_HOST },

    { "https://a.com:/", WHATSAUTH_URL_PORT },
    { "https://a.com:0/", WHATSAUTH_URL_PORT },
    { "https://a.com:0443/", WHATSAUTH_URL_PORT },
    { "https://a.com:65536/", WHATSAUTH_URL_PORT },
    { "https://a.com:4294967739/", WHATSAUTH_URL_PORT },
    { "https://a.com:44x/", WHATSAUTH_URL_PORT },
    { "https://a.com:+44/", WHATSAUTH_URL_PORT },
    { "https://a.com:443:443/", WHATSAUTH_URL_PORT },
    { "http://[::1]80/", WHATSAUTH_URL_PORT },

    { "https://a.com/..", WHATSAUTH_URL_PATH },
    { "https://a.com/.", WHATSAUTH_URL_PATH },
    { "https://a.com/a/../b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/./b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..?x", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%2e%2E/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/.%2e", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%2e", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%2fb", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%2e%2e%5Cb", WHATSAUTH_URL_PATH },
    { "https://a.com/a%2f..", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..;x=1/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%252e%252e/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/.%25252e%252fb", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%25%32%65%25%32e/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%25%32%35%%32%66b", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/a/..%25%32%66b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%252%35%30%30", WHATSAUTH_URL_CHARACTER },
    { "https://a.com/a/..%20/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%20../b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%20.%20/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/.%20./b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%20...", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..+/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%2520/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%C2%A0/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%E3%80%80/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/.%E2%80%8B./b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%EF%BB%BF", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%23/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%23x", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%23../b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%3Fx", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..:x/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%3a%3a$INDEX_ALLOCATION/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%EF%BC%8E%EF%BC%8E/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/.%EF%BC%8E/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%25EF%25BC%258E./b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%E2%80%A4%E2%80%A4/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%E2%80%A5/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%EF%B9%92%EF%B9%92/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/%E3%80%82%EF%BD%A1/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%EF%BC%8Fb", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%EF%BC%BCb", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%EF%BC%9Bx/b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%E2%88%95b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%E2%81%84b", WHATSAUTH_URL_PATH },
    { "https://a.com/a/..%E2%88%96b", WHATSAUTH_URL_PATH },

    { "https://127.0.0.1/", WHATSAUTH_URL_IP_HTTPS },
    { "https://[::1]:8443/", WHATSAUTH_URL_IP_HTTPS }
};


/* Parses a copy of exact size, so that a byte too far is seen. */
static whatsauth_url_result_t
result_of(const char *url)
{
    char                    *copy;
    whatsauth_url_t          parts;
    whatsauth_text_t         text;
    whatsauth_url_result_t   result;

    text.len = strlen(url);
    copy = malloc(text.len == 0 ? 1 : text.len);
    assert_non_null(copy);
    memcpy(copy, url, text.len);
    text.data = copy;

    result = whatsauth_url_parse(&text, &parts);
    free(copy);

    return result;
}


static void
assert_part(const whatsauth_text_t *part, const char *expected)
{
    assert_int_equal(part->len, strlen(expected));
    assert_memory_equal(part->data, expected, part->len);
}


static void
every_url_is_taken_or_refused_for_its_reason(void **state)
{
    size_t                   i;
    whatsauth_url_result_t   result;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        result = result_of(cases[i].url);

        if (result != cases[i].result) {
            fail_msg("\"%s\" %s", cases[i].url,
                     whatsauth_url_strresult(result));
        }
    }
}


static void
a_url_with_a_nul_is_refused(void **state)
{
    whatsauth_url_t   parts;
    whatsauth_text_t  url = whatsauth_text("https://a.com\0.b.com/");

    (void) state;

    assert_int_equal(whatsauth_url_parse(&url, &parts),
                     WHATSAUTH_URL_CHARACTER);
}


/* The system's own reader would stop there. */
static void
a_host_with_a_nul_is_no_address(void **state)
{
    int               ip;
    whatsauth_text_t  v4 = whatsauth_text("127.0.0.1\0");
    whatsauth_text_t  v6 = whatsauth_text("::1\0.example");

    (void) state;

    assert_false(whatsauth_url_host_is_name(&v4, &ip));
    assert_false(whatsauth_url_host_is_ipv6(&v6));

    v6.len = sizeof("::1") - 1;
    assert_true(whatsauth_url_host_is_ipv6(&v6));
}


static void
localhost_and_the_names_below_it_are_local(void **state)
{
    size_t  i;

    static const whatsauth_text_t  local[] = {
        whatsauth_text("localhost"), whatsauth_text("LocalHost"),
        whatsauth_text("a.localhost"), whatsauth_text("a.b.LOCALHOST")
    };
    static const whatsauth_text_t  other[] = {
        whatsauth_text(""), whatsauth_text("ocalhost"),
        whatsauth_text("mylocalhost"), whatsauth_text("my-localhost"),
        whatsauth_text("localhost.com"), whatsauth_text("localhosts"),
        whatsauth_text("127.0.0.1")
    };

    (void) state;

    for (i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
        assert_true(whatsauth_url_host_is_localhost(&local[i]));
    }

    for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        assert_false(whatsauth_url_host_is_localhost(&other[i]));
    }
}


static void
lengths_are_limited(void **state)
{
    char  url[WHATSAUTH_URL_MAX + 2];

    (void) state;

    memset(url, 'a', sizeof(url));
    memcpy(url, "https://a.com/", 14);

    url[WHATSAUTH_URL_MAX] = '\0';
    assert_int_equal(result_of(url), WHATSAUTH_URL_OK);

    url[WHATSAUTH_URL_MAX] = 'a';
    url[WHATSAUTH_URL_MAX + 1] = '\0';
    assert_int_equal(result_of(url), WHATSAUTH_URL_TOO_LONG);

    memset(url, 'a', sizeof(url));
    memcpy(url, "https://", 8);
    memcpy(url + 8 + 63, ".com", 5);
    assert_int_equal(result_of(url), WHATSAUTH_URL_OK);

    url[8 + 63] = 'a';
    memcpy(url + 8 + 64, ".com", 5);
    assert_int_equal(result_of(url), WHATSAUTH_URL_HOST);
}


static void
a_host_has_at_most_253_bytes(void **state)
{
    char    url[8 + 256];
    size_t  i;

    (void) state;

    memcpy(url, "https://", 8);

    for (i = 8; i < sizeof(url); i++) {
        url[i] = (i % 2 == 0) ? 'a' : '.';
    }

    url[8 + 253] = '\0';
    assert_int_equal(result_of(url), WHATSAUTH_URL_OK);

    url[8 + 253] = '.';
    url[8 + 255] = '\0';
    assert_int_equal(result_of(url), WHATSAUTH_URL_HOST);
}


static void
parts_are_the_bytes_of_the_url(void **state)
{
    whatsauth_url_t  url;

    (void) state;

    url = parse("https://MyCompany.com:8443/Hooks/a?Key=%41&b=c?d/..");
    assert_true(url.https && !url.ip && !url.default_port);
    assert_int_equal(url.port, 8443);
    assert_part(&url.host, "MyCompany.com");
    assert_part(&url.path, "/Hooks/a");
    assert_part(&url.query, "?Key=%41&b=c?d/..");

    url = parse("http://[2001:db8::1]?x=1");
    assert_true(!url.https && url.ip && url.default_port);
    assert_int_equal(url.port, 80);
    assert_part(&url.host, "2001:db8::1");
    assert_part(&url.path, "");
    assert_part(&url.query, "?x=1");

    url = parse("http://10.0.0.1:80/");
    assert_true(url.ip && url.default_port);
    assert_part(&url.host, "10.0.0.1");
    assert_part(&url.path, "/");
    assert_part(&url.query, "");
}


static void
a_host_header_has_brackets_and_an_odd_port(void **state)
{
    char             header[WHATSAUTH_URL_HOST_HEADER_MAX];
    size_t           i, len;
    whatsauth_url_t  url;

    static const struct {
        const char  *url;
        const char  *header;
    } hosts[] = {
        { "https://a.com/b?c",         "a.com" },
        { "https://A.com:443",         "A.com" },
        { "https://a.com:80/",         "a.com:80" },
        { "http://127.0.0.1:65535/b",  "127.0.0.1:65535" },
        { "http://[::1]/b",            "[::1]" },
        { "http://[::1]:8080",         "[::1]:8080" }
    };

    (void) state;

    for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        url = parse(hosts[i].url);
        len = whatsauth_url_host_header(&url, header);

        assert_int_equal(len, strlen(hosts[i].header));
        assert_memory_equal(header, hosts[i].header, len);
    }
}


static void
every_result_has_its_sentence(void **state)
{
    int  i;

    (void) state;

    assert_string_equal(whatsauth_url_strresult(WHATSAUTH_URL_OK), "");

    for (i = 1; i < WHATSAUTH_URL_RESULTS_N; i++) {
        assert_true(strlen(whatsauth_url_strresult(
                               (whatsauth_url_result_t) i)) > 0);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(every_url_is_taken_or_refused_for_its_reason),
        cmocka_unit_test(a_url_with_a_nul_is_refused),
        cmocka_unit_test(a_host_with_a_nul_is_no_address),
        cmocka_unit_test(localhost_and_the_names_below_it_are_local),
        cmocka_unit_test(lengths_are_limited),
        cmocka_unit_test(a_host_has_at_most_253_bytes),
        cmocka_unit_test(parts_are_the_bytes_of_the_url),
        cmocka_unit_test(a_host_header_has_brackets_and_an_odd_port),
        cmocka_unit_test(every_result_has_its_sentence)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

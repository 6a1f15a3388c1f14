
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The URL of a store on other hosts. */


#include <stdio.h>

#include "text_help.h"
#include "protocol/store_url.h"


typedef struct {
    const char  *url;
    const char  *expected;     /* as write_down() writes it */
} good_t;


static const good_t  good[] = {
    { "valkey://10.0.0.1:6379,10.0.0.2:6380,c.example:1",
      "10.0.0.1 6379,10.0.0.2 6380,c.example 1," },
    { "valkey://a", "a 6379," },
    { "redis://a:65535", "a 65535," },
    { "valkeys://a", "tls a 6379," },
    { "rediss://localhost", "tls localhost 6379," },
    { "valkey://[::1],[2001:db8::1]:7000", "[::1] 6379,[2001:db8::1] 7000," },
    { "valkey://a:1,a:2", "a 1,a 2," },
    { "valkey+sentinel://a,b:1?name=wa", "sentinel a 26379,b 1,wa" },
    { "valkeys+sentinel://a?name=My.wa-1_x",
      "tls sentinel a 26379,My.wa-1_x" },
    { "redis+sentinel://[::1]?name=0", "sentinel [::1] 26379,0" },
    { "rediss+sentinel://a?name=wa", "tls sentinel a 26379,wa" },
    { "valkey://a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p",
      "a 6379,b 6379,c 6379,d 6379,e 6379,f 6379,g 6379,h 6379,i 6379,"
      "j 6379,k 6379,l 6379,m 6379,n 6379,o 6379,p 6379," },
};


static void
write_down(char *out, const whatsauth_store_url_t *url)
{
    size_t                             i;
    const whatsauth_store_url_host_t  *host;

    out += sprintf(out, "%s%s", url->tls ? "tls " : "",
                   url->sentinel ? "sentinel " : "");

    for (i = 0; i < url->hosts; i++) {
        host = &url->host[i];
        out += sprintf(out, "%s%.*s%s %u,", host->ipv6 ? "[" : "",
                       (int) host->name.len, host->name.data,
                       host->ipv6 ? "]" : "", host->port);
    }

    sprintf(out, "%.*s", (int) url->name.len,
            url->name.len ? url->name.data : "");
}


static void
a_url_has_hosts_and_what_they_are(void **state)
{
    char                   out[512];
    size_t                 i;
    whatsauth_text_t       text, wrong;
    whatsauth_store_url_t  url;

    (void) state;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        text = text_of(good[i].url);
        assert_int_equal(whatsauth_store_url_parse(&text, &url, &wrong),
                         WHATSAUTH_STORE_URL_OK);
        write_down(out, &url);
        assert_string_equal(out, good[i].expected);
    }
}


typedef struct {
    const char                    *url;
    whatsauth_store_url_result_t   result;
    const char                    *wrong;
} bad_t;


static const bad_t  bad[] = {
    { "", WHATSAUTH_STORE_URL_SCHEME, "" },
    { "a:6379", WHATSAUTH_STORE_URL_SCHEME, "a:6379" },
    { "valkey:", WHATSAUTH_STORE_URL_SCHEME, "valkey:" },
    { "valkey:/a", WHATSAUTH_STORE_URL_SCHEME, "valkey:/a" },
    { "Valkey://a", WHATSAUTH_STORE_URL_SCHEME, NULL },
    { "http://a", WHATSAUTH_STORE_URL_SCHEME, NULL },
    { "valkey+tls://a", WHATSAUTH_STORE_URL_SCHEME, NULL },
    { "valkey+sentinels://a", WHATSAUTH_STORE_URL_SCHEME, NULL },

    { "valkey://user:secret@a", WHATSAUTH_STORE_URL_USERINFO, "" },
    { "valkey://:secret@a:99999", WHATSAUTH_STORE_URL_USERINFO, "" },
    { "valkey://a,:secret@b", WHATSAUTH_STORE_URL_USERINFO, "" },
    { "http://secret@a", WHATSAUTH_STORE_URL_USERINFO, "" },
    { "valkey://:sec#ret/?@a", WHATSAUTH_STORE_URL_USERINFO, "" },

    { "valkey://", WHATSAUTH_STORE_URL_HOST, "" },
    { "valkey://a,", WHATSAUTH_STORE_URL_HOST, "" },
    { "valkey://,a", WHATSAUTH_STORE_URL_HOST, "" },
    { "valkey://a,,b", WHATSAUTH_STORE_URL_HOST, "" },
    { "valkey://:6379", WHATSAUTH_STORE_URL_HOST, ":6379" },
    { "valkey://a, b", WHATSAUTH_STORE_URL_HOST, " b" },
    { "valkey://a_-", WHATSAUTH_STORE_URL_HOST, "a_-" },
    { "valkey://a,127.1:1", WHATSAUTH_STORE_URL_HOST, "127.1:1" },
    { "valkey://[::1", WHATSAUTH_STORE_URL_HOST, "[::1" },
    { "valkey://[]", WHATSAUTH_STORE_URL_HOST, "[]" },
    { "valkey://[127.0.0.1]", WHATSAUTH_STORE_URL_HOST, "[127.0.0.1]" },
    { "valkey://[::1]6379", WHATSAUTH_STORE_URL_HOST, "[::1]6379" },

    { "valkey://::1", WHATSAUTH_STORE_URL_HOST, "::1" },
    { "valkey://a:", WHATSAUTH_STORE_URL_PORT, "a:" },
    { "valkey://a:0", WHATSAUTH_STORE_URL_PORT, "a:0" },
    { "valkey://a:06379", WHATSAUTH_STORE_URL_PORT, "a:06379" },
    { "valkey://a:65536", WHATSAUTH_STORE_URL_PORT, "a:65536" },
    { "valkey://a:1:2", WHATSAUTH_STORE_URL_PORT, "a:1:2" },
    { "valkey://b,a:x", WHATSAUTH_STORE_URL_PORT, "a:x" },
    { "valkey://[::1]:", WHATSAUTH_STORE_URL_PORT, "[::1]:" },

    { "valkey://a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q",
      WHATSAUTH_STORE_URL_HOSTS, "q" },
    { "valkey://a,A:6379", WHATSAUTH_STORE_URL_TWICE, "A:6379" },
    { "valkey://[::1],[0:0::1]", WHATSAUTH_STORE_URL_TWICE, "[0:0::1]" },

    { "valkey://a/", WHATSAUTH_STORE_URL_PATH, "/" },
    { "redis://a:6379/0", WHATSAUTH_STORE_URL_PATH, "/0" },
    { "valkey+sentinel://a/wa?name=wa", WHATSAUTH_STORE_URL_PATH, "/wa" },
    { "valkey://a#x", WHATSAUTH_STORE_URL_FRAGMENT, "#x" },

    { "valkey://a?name=wa", WHATSAUTH_STORE_URL_PARAMETER, "?name=wa" },
    { "valkey://a?", WHATSAUTH_STORE_URL_PARAMETER, "?" },
    { "valkey+sentinel://a?db=0", WHATSAUTH_STORE_URL_PARAMETER, "?db=0" },
    { "valkey+sentinel://a?name=a&b=c", WHATSAUTH_STORE_URL_PARAMETER,
      "?name=a&b=c" },
    { "valkey+sentinel://a", WHATSAUTH_STORE_URL_NAME, "" },
    { "valkey+sentinel://a?name=", WHATSAUTH_STORE_URL_NAME, "?name=" },
    { "valkey+sentinel://a?name=a b", WHATSAUTH_STORE_URL_NAME,
      "?name=a b" },
    { "valkey+sentinel://a?name=a%20", WHATSAUTH_STORE_URL_NAME, NULL },
};


static void
an_error_names_the_part_that_is_wrong(void **state)
{
    size_t                        i;
    const char                   *part;
    whatsauth_text_t              text, wrong;
    whatsauth_store_url_t         url;
    whatsauth_store_url_result_t  result;

    (void) state;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        text = text_of(bad[i].url);
        result = whatsauth_store_url_parse(&text, &url, &wrong);
        assert_int_equal(result, bad[i].result);
        assert_int_not_equal(strlen(whatsauth_store_url_strresult(result)), 0);

        part = bad[i].wrong;

        if (part != NULL) {
            assert_int_equal(wrong.len, strlen(part));
            assert_true(wrong.len == 0
                        || memcmp(wrong.data, part, wrong.len) == 0);
        }
    }
}


static void
a_byte_that_ends_strings_is_in_no_url(void **state)
{
    whatsauth_text_t       wrong;
    whatsauth_store_url_t  url;
    whatsauth_text_t       host = whatsauth_text("valkey://a\0b");
    whatsauth_text_t       name = whatsauth_text("redis+sentinel://a?name=a\0");

    (void) state;

    assert_int_equal(whatsauth_store_url_parse(&host, &url, &wrong),
                     WHATSAUTH_STORE_URL_HOST);
    assert_int_equal(whatsauth_store_url_parse(&name, &url, &wrong),
                     WHATSAUTH_STORE_URL_NAME);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_url_has_hosts_and_what_they_are),
        cmocka_unit_test(an_error_names_the_part_that_is_wrong),
        cmocka_unit_test(a_byte_that_ends_strings_is_in_no_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

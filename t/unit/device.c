
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "text_help.h"
#include "protocol/device.h"


static const struct {
    const char  *user_agent;
    const char  *device;
} cases[] = {
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
      "like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
      "like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
      "Edge on Windows" },
    { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0", "Opera on Linux" },
    { "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like "
      "Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android" },
    { "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like "
      "Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
      "Samsung Internet on Android" },
    { "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Firefox on Linux" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) "
      "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 "
      "Safari/604.1", "Safari on iPhone" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) "
      "AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 "
      "Mobile/15E148 Safari/604.1", "Chrome on iPhone" },
    { "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
      "(KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
      "Firefox on iPad" },
    { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
      "(KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari on Mac" },
    { "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, "
      "like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on ChromeOS" },
    { "curl/8.0", "a browser" },
    { "Linux", "a browser on Linux" },
    { "", "a browser" },
    { "Your bank: tell them the PIN", "a browser" }
};


static void
a_user_agent_has_words_of_our_tables_alone(void **state)
{
    char              out[WHATSAUTH_DEVICE_MAX];
    size_t            i, len;
    whatsauth_text_t  text;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = text_of(cases[i].user_agent);

        len = whatsauth_device(&text, out);

        assert_int_equal(len, strlen(cases[i].device));
        assert_memory_equal(out, cases[i].device, len);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_user_agent_has_words_of_our_tables_alone)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

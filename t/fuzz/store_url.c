
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The URL of a store: its parts, put together with all ports, are a URL of the
 * same parts; an error shows a part of the URL, and none that may have a
 * password in it.
 */


#include "fuzz.h"
#include "protocol/store_url.h"


static whatsauth_text_t
put_together(const whatsauth_store_url_t *url, size_t size)
{
    char                              *out, *p;
    size_t                             i;
    whatsauth_text_t                   whole;
    const whatsauth_store_url_host_t  *host;

    /* A scheme, and of each host a comma, brackets, colon and port. */

    size += 32 + url->hosts * 16;
    p = out = fuzz_alloc(size);
    p += sprintf(p, "redis%s%s://", url->tls ? "s" : "",
                 url->sentinel ? "+sentinel" : "");

    for (i = 0; i < url->hosts; i++) {
        host = &url->host[i];
        p += sprintf(p, "%s%s%.*s%s:%u", i ? "," : "", host->ipv6 ? "[" : "",
                     (int) host->name.len, host->name.data,
                     host->ipv6 ? "]" : "", host->port);
    }

    if (url->sentinel) {
        p += sprintf(p, "?name=%.*s", (int) url->name.len, url->name.data);
    }

    whole.data = out;
    whole.len = (size_t) (p - out);
    fuzz_check(whole.len < size);

    return whole;
}


static void
check_url(const whatsauth_store_url_t *url, const whatsauth_text_t *text)
{
    size_t                 i;
    whatsauth_text_t       whole, wrong;
    whatsauth_store_url_t  again;

    fuzz_check(url->hosts != 0 && url->hosts <= WHATSAUTH_STORE_URL_HOSTS_MAX);
    fuzz_check(fuzz_is_within(&url->name, text));
    fuzz_check((url->name.len != 0) == url->sentinel);

    whole = put_together(url, text->len);
    fuzz_check(whatsauth_store_url_parse(&whole, &again, &wrong)
               == WHATSAUTH_STORE_URL_OK);

    fuzz_check(again.tls == url->tls && again.sentinel == url->sentinel);
    fuzz_check(again.hosts == url->hosts);
    fuzz_check(whatsauth_text_equal(&again.name, &url->name));

    for (i = 0; i < url->hosts; i++) {
        fuzz_check(fuzz_is_within(&url->host[i].name, text));
        fuzz_check(url->host[i].port != 0);
        fuzz_check(again.host[i].port == url->host[i].port);
        fuzz_check(again.host[i].ipv6 == url->host[i].ipv6);
        fuzz_check(whatsauth_text_equal(&again.host[i].name,
                                        &url->host[i].name));
    }

    fuzz_free(&whole);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    whatsauth_text_t              text, wrong;
    whatsauth_store_url_t         url;
    whatsauth_store_url_result_t  result;

    text = fuzz_copy(data, size);
    result = whatsauth_store_url_parse(&text, &url, &wrong);

    fuzz_check((*whatsauth_store_url_strresult(result) == '\0')
               == (result == WHATSAUTH_STORE_URL_OK));
    fuzz_check(fuzz_is_within(&wrong, &text));
    fuzz_check(wrong.len == 0 || memchr(wrong.data, '@', wrong.len) == NULL);

    if (result == WHATSAUTH_STORE_URL_OK) {
        check_url(&url, &text);
    }

    fuzz_free(&text);

    return 0;
}

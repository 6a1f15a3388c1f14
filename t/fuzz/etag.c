
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * If-None-Match: a tag is found in any place that whole tags lead to, weak or
 * strong, and nowhere where its quotes are not its own.
 */


#include "fuzz.h"
#include "protocol/etag.h"


static const whatsauth_text_t  tag = whatsauth_text("\"tag of ours\"");


static int
named(const char *before, const whatsauth_text_t *header, const char *after)
{
    int               named;
    whatsauth_text_t  whole;

    whole = fuzz_between(before, header, after);
    named = whatsauth_etag_is_named(&whole, &tag);
    fuzz_free(&whole);

    return named;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int               is_named;
    whatsauth_text_t  header;

    header = fuzz_copy(data, size);
    is_named = whatsauth_etag_is_named(&header, &tag);

    fuzz_check(named("\"tag of ours\", ", &header, "") == 1);
    fuzz_check(named("W/\"tag of ours\",", &header, "") == 1);
    fuzz_check(named("x, \"tag of ours\", ", &header, "") == 0);
    fuzz_check(named("\"tag of \", ", &header, "") == is_named
               || memchr(header.data, '*', header.len) != NULL);

    if (memchr(header.data, '"', header.len) == NULL) {
        fuzz_check(named("\"", &header, "\", \"tag of ours\"") == 1);
        fuzz_check(named("\"", &header, "\"") == 0
                   || header.len == tag.len - 2);
    }

    fuzz_free(&header);

    return 0;
}

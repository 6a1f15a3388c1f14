
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Prefer: nobody waits longer than allowed, the first wish counts whatever
 * follows it, and a wish after whole others is found.
 */


#include "fuzz.h"
#include "protocol/prefer.h"


#define MOST  55


static unsigned
wait_of(const char *before, const whatsauth_text_t *header, const char *after)
{
    unsigned          seconds;
    whatsauth_text_t  whole;

    whole = fuzz_between(before, header, after);
    seconds = whatsauth_prefer_wait(&whole, MOST);

    fuzz_free(&whole);

    return seconds;
}


/* Without quotes a comma is what it seems. */
static int
is_simple(const whatsauth_text_t *header)
{
    size_t  i;

    for (i = 0; i < header->len; i++) {
        if (header->data[i] == '"' || (header->data[i] | 0x20) == 'w') {
            return 0;
        }
    }

    return 1;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned          seconds;
    whatsauth_text_t  header;

    header = fuzz_copy(data, size);
    seconds = whatsauth_prefer_wait(&header, MOST);

    fuzz_check(seconds <= MOST);
    fuzz_check(whatsauth_prefer_seconds(&header, MOST) <= MOST);

    fuzz_check(wait_of("", &header, "") == seconds);
    fuzz_check(wait_of("of; a=\"b, wait=7\", ", &header, "") == seconds);
    fuzz_check(wait_of("wait=7, ", &header, "") == 7);

    if (seconds != 0) {
        fuzz_check(wait_of("", &header, ", wait=7") == seconds);
    }

    if (is_simple(&header)) {
        fuzz_check(seconds == 0);
        fuzz_check(wait_of("", &header, ", wait=7") == 7);
        fuzz_check(wait_of("of=\"", &header, ", wait=7\"") == 0);
    }

    fuzz_free(&header);

    return 0;
}

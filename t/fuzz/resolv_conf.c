
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * resolv.conf: each server stands on a line of its own after its keyword, and
 * the lines made of what was read give the same servers again.
 */


#include "fuzz.h"
#include "protocol/resolv_conf.h"


static void
check_again(const whatsauth_text_t *server)
{
    char               *p, *buf;
    const char         *pos;
    whatsauth_text_t    line, again;

    buf = fuzz_alloc(sizeof("nameserver ") + server->len);
    memcpy(buf, "nameserver ", 11);
    p = whatsauth_text_put(buf + 11, server);

    line = fuzz_copy(buf, (size_t) (p - buf));
    free(buf);
    pos = line.data;

    fuzz_check(whatsauth_resolv_conf_next(&pos, line.data + line.len,
                                          &again) == 1);
    fuzz_check(whatsauth_text_equal(server, &again));
    fuzz_check(whatsauth_resolv_conf_next(&pos, line.data + line.len,
                                          &again) == 0);
    fuzz_free(&line);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             i;
    const char        *pos, *last;
    whatsauth_text_t   text, server;

    text = fuzz_copy(data, size);
    pos = text.data;
    last = pos;

    while (whatsauth_resolv_conf_next(&pos, text.data + size, &server)) {
        fuzz_check(fuzz_is_within(&server, &text) && server.len != 0);
        fuzz_check(server.data >= last + sizeof("nameserver"));
        fuzz_check(memcmp(last, "nameserver", 10) == 0
                   || memchr(last, '\n', (size_t) (server.data - last))
                      != NULL);

        for (i = 0; i < server.len; i++) {
            fuzz_check(memchr(" \t\r\n#%", server.data[i], 6) == NULL);
        }

        check_again(&server);
        last = pos;
    }

    fuzz_check(pos == text.data + size);
    fuzz_free(&text);

    return 0;
}

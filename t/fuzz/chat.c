
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A text of an operator for the chat: what the check allows is filled with no
 * value but the allowed ones, and in no more bytes than announced.
 */


#include "fuzz.h"
#include "protocol/chat.h"


#define PIN  (1U << WHATSAUTH_CHAT_PIN)


static const whatsauth_text_t  values[WHATSAUTH_CHAT_VALUES_N] = {
    whatsauth_text("title"),
    whatsauth_text(""),
    whatsauth_text("{pin}"),
    whatsauth_text("time"),
    whatsauth_text("\x01")
};


static int
has_pin(const whatsauth_text_t *text, int rtl)
{
    int                has;
    char              *out;
    size_t             len;
    whatsauth_text_t   filled;

    len = whatsauth_chat_fill(text, values, rtl, NULL);
    filled.data = out = fuzz_alloc(len);
    filled.len = len;

    fuzz_check(whatsauth_chat_fill(text, values, rtl, out) == len);

    has = memchr(out, '\x01', len) != NULL;
    fuzz_free(&filled);

    return has;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned           all;
    whatsauth_text_t   text, word;

    if (memchr(data, '\x01', size) != NULL) {
        return 0;
    }

    text = fuzz_copy(data, size);
    all = (1U << WHATSAUTH_CHAT_VALUES_N) - 1;

    if (whatsauth_chat_check(&text, all & ~PIN, 0, &word) == NULL) {
        fuzz_check(!has_pin(&text, 0) && !has_pin(&text, 1));

    } else {
        fuzz_check(word.len != 0 && word.data >= text.data
                   && word.data + word.len <= text.data + text.len);
    }

    (void) has_pin(&text, 0);
    (void) has_pin(&text, 1);

    fuzz_free(&text);

    return 0;
}

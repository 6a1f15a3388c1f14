
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Meta's webhook body: what is read of it is sound text, is the same each
 * time and with blanks around it, and nothing is read of a body with a
 * neighbour that is no JSON.
 */


#include "fuzz_message.h"
#include "protocol/meta.h"


#define TIME_MAX  UINT64_C(99999999999000)
#define BOM       "\xef\xbb\xbf"


static whatsauth_batch_result_t
read_around(const char *before, const whatsauth_text_t *body,
    const char *after, whatsauth_message_batch_t *batch, char *reason)
{
    char                      *p;
    size_t                     len;
    whatsauth_text_t           text;
    whatsauth_batch_result_t   result;

    len = strlen(before) + body->len + strlen(after);

    p = fuzz_alloc(len);
    text.data = p;
    text.len = len;

    memcpy(p, before, strlen(before));
    memcpy(whatsauth_text_put(p + strlen(before), body), after,
           strlen(after));

    memset(reason, 0, WHATSAUTH_BATCH_REASON_MAX);
    result = whatsauth_meta_read(text.data, text.len, batch, reason);
    fuzz_free(&text);

    fuzz_check(result != WHATSAUTH_BATCH_NO_MEMORY);

    if (result == WHATSAUTH_BATCH_INVALID) {
        fuzz_check_reason(reason);
    }

    return result;
}


static void
check_message(const whatsauth_message_t *message)
{
    unsigned  k;

    fuzz_check_message(message);

    fuzz_check(message->channel == WHATSAUTH_CHANNEL_WHATSAPP);
    fuzz_check(message->sent_at % 1000 == 0 && message->sent_at <= TIME_MAX);
    fuzz_check(!message->bad_timestamp || message->sent_at == 0);

    for (k = 0; k < FUZZ_MESSAGE_TEXTS; k++) {
        fuzz_check(whatsauth_text_is_utf8(fuzz_message_text(message, k)));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    size_t                      i;
    whatsauth_text_t            body;
    whatsauth_batch_result_t    result;
    whatsauth_message_batch_t   batch, again;

    body = fuzz_copy(data, size);
    result = read_around("", &body, "", &batch, reason);

    if (size < 3 || memcmp(data, BOM, 3) != 0) {
        fuzz_check(read_around(BOM, &body, "\n", &again, reason) == result);

        if (result == WHATSAUTH_BATCH_OK) {
            fuzz_check_same(&batch, &again);
            whatsauth_meta_free(&again);
        }
    }

    if (result == WHATSAUTH_BATCH_OK) {
        for (i = 0; i < batch.n; i++) {
            check_message(&batch.messages[i]);
        }

        whatsauth_meta_free(&batch);
    }

    fuzz_check(read_around("", &body, "x", &again, reason)
               == WHATSAUTH_BATCH_INVALID);
    fuzz_free(&body);

    return 0;
}

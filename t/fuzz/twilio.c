
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Twilio's form: at most one message, of no more than the body's bytes, the
 * same each time; and a form that says everything twice is never trusted.
 */


#include "fuzz_message.h"
#include "protocol/twilio.h"


static whatsauth_batch_result_t
read_body(const whatsauth_text_t *body, whatsauth_message_batch_t *batch)
{
    char                      reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_batch_result_t  result;

    memset(reason, 0, sizeof(reason));
    result = whatsauth_twilio_read(body->data, body->len, batch, reason);

    fuzz_check(result != WHATSAUTH_BATCH_NO_MEMORY);

    if (result == WHATSAUTH_BATCH_INVALID) {
        fuzz_check_reason(reason);
    }

    return result;
}


static void
check_message(const whatsauth_message_t *message, size_t size)
{
    size_t    len;
    unsigned  k;

    fuzz_check_message(message);

    len = 0;

    for (k = 0; k < FUZZ_MESSAGE_TEXTS; k++) {
        len += fuzz_message_text(message, k)->len;
    }

    /* From may be read as the user's id, but not as a number besides. */
    fuzz_check(len <= size);

    fuzz_check(message->account.len != 0 && message->message_id.len != 0);
    fuzz_check(message->kind <= WHATSAUTH_MESSAGE_OWN_NUMBER
               && message->kind != WHATSAUTH_MESSAGE_GROUP
               && message->kind != WHATSAUTH_MESSAGE_EDIT);
    fuzz_check(message->channel == WHATSAUTH_CHANNEL_WHATSAPP
               || message->user_id.len == 0);
}


static void
check_twice(const whatsauth_text_t *body)
{
    char                        *p;
    char                         reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_text_t             twice;
    whatsauth_twilio_signed_t    content;
    whatsauth_twilio_request_t   request;

    p = fuzz_alloc(2 * body->len + 6);
    twice.data = p;
    twice.len = 2 * body->len + 6;

    p = whatsauth_text_put(p, body);
    memcpy(p, "&Body=", 6);
    (void) whatsauth_text_put(p + 6, body);

    memset(&request, 0, sizeof(request));
    request.body = twice;

    fuzz_check(whatsauth_twilio_signed(&request, &content) == 0);
    fuzz_check(!whatsauth_twilio_is_one_reading(&content, reason));
    fuzz_check_reason(reason);

    whatsauth_twilio_signed_free(&content);
    fuzz_free(&twice);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    whatsauth_text_t            body;
    whatsauth_batch_result_t    result;
    whatsauth_message_batch_t   batch, again;

    body = fuzz_copy(data, size);
    result = read_body(&body, &batch);

    fuzz_check(read_body(&body, &again) == result);

    if (result == WHATSAUTH_BATCH_OK) {
        fuzz_check(batch.n + batch.statuses + batch.skipped == 1);
        fuzz_check_same(&batch, &again);

        if (batch.n != 0) {
            check_message(&batch.messages[0], size);
            check_twice(&body);
        }

        whatsauth_twilio_free(&batch);
        whatsauth_twilio_free(&again);
    }

    fuzz_free(&body);

    return 0;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The text that Twilio signs, cut again into other fields, is never another
 * message.  The input: on a line of its own, how long the next name, value,
 * name, ... are, a byte each from "!" on, the last of them taking the rest;
 * then the form that Twilio sent.
 */


#include "fuzz.h"
#include "protocol/twilio.h"
#include "protocol/twilio_fields.h"


#define FIELDS_MAX  64


static void
lay_out(const whatsauth_text_t *body, whatsauth_twilio_signed_t *content)
{
    whatsauth_twilio_request_t     request;
    static const whatsauth_text_t  scheme = whatsauth_text("https");
    static const whatsauth_text_t  host = whatsauth_text("a.example");
    static const whatsauth_text_t  target = whatsauth_text("/messages");

    memset(&request, 0, sizeof(request));
    request.scheme = scheme;
    request.host = host;
    request.target = target;
    request.body = *body;

    fuzz_check(whatsauth_twilio_signed(&request, content) == 0);
}


static int
read_message(const whatsauth_text_t *body, whatsauth_message_batch_t *batch)
{
    char  reason[WHATSAUTH_BATCH_REASON_MAX];

    memset(batch, 0, sizeof(whatsauth_message_batch_t));

    if (whatsauth_twilio_read(body->data, body->len, batch, reason)
        != WHATSAUTH_BATCH_OK)
    {
        return 0;
    }

    if (batch->n == 0) {
        whatsauth_twilio_free(batch);
        return 0;
    }

    return 1;
}


static char *
put(char *out, const whatsauth_text_t *text, char end)
{
    out += whatsauth_encode(text, WHATSAUTH_ENCODE_FORM, out);
    *out++ = end;

    return out;
}


/* The fields that the lengths make of the text, as a body. */
static whatsauth_text_t
cut(const whatsauth_text_t *lengths, const whatsauth_text_t *text)
{
    char              *out;
    size_t             i, left;
    whatsauth_text_t   body, part;

    out = fuzz_alloc(3 * text->len + lengths->len + 3);
    body.data = out;
    part.data = text->data;

    for (i = 0; i < lengths->len && i < 2 * FIELDS_MAX; i++) {
        left = (size_t) (whatsauth_text_end(text) - part.data);
        part.len = (size_t) (uint8_t) lengths->data[i];
        part.len = (part.len < '!') ? 0 : part.len - '!';
        part.len = (part.len < left) ? part.len : left;

        out = put(out, &part, (i % 2 == 0) ? '=' : '&');
        part.data += part.len;
    }

    part.len = (size_t) (whatsauth_text_end(text) - part.data);
    out += whatsauth_encode(&part, WHATSAUTH_ENCODE_FORM, out);
    body.len = (size_t) (out - body.data);

    return body;
}


static void
check_same(const whatsauth_message_t *a, const whatsauth_message_t *b)
{
    fuzz_check(a->kind == b->kind && a->channel == b->channel);
    fuzz_check(whatsauth_text_equal(&a->account, &b->account));
    fuzz_check(whatsauth_text_equal(&a->message_id, &b->message_id));
    fuzz_check(whatsauth_text_equal(&a->sender, &b->sender));
    fuzz_check(whatsauth_text_equal(&a->user_id, &b->user_id));
    fuzz_check(whatsauth_text_equal(&a->to, &b->to));
}


/* One of them may have lost its end to a field that nobody knows. */
static void
check_text(const whatsauth_text_t *a, const whatsauth_text_t *b)
{
    size_t  n;

    n = (a->len < b->len) ? a->len : b->len;
    fuzz_check(n == 0 || memcmp(a->data, b->data, n) == 0);
}


static void
check_cut(const whatsauth_twilio_signed_t *content,
    const whatsauth_message_t *message, const whatsauth_text_t *other)
{
    char                       reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_message_batch_t  batch;
    whatsauth_twilio_signed_t  again;

    lay_out(other, &again);

    if (again.n != 0
        && whatsauth_text_equal(&again.contents[0], &content->contents[0])
        && whatsauth_twilio_is_one_reading(&again, reason)
        && read_message(other, &batch))
    {
        check_same(&batch.messages[0], message);
        check_text(&batch.messages[0].text, &message->text);
        whatsauth_twilio_free(&batch);
    }

    whatsauth_twilio_signed_free(&again);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    fuzz_input_t                in;
    whatsauth_text_t            lengths, body, text, other;
    whatsauth_message_batch_t   batch;
    whatsauth_twilio_signed_t   content;

    in = fuzz_input(data, size);
    lengths = fuzz_line(&in);
    body = fuzz_rest(&in);

    lay_out(&body, &content);

    if (content.n != 0 && content.fields_n != 0
        && whatsauth_twilio_is_one_reading(&content, reason)
        && read_message(&body, &batch))
    {
        text.data = content.fields[0].name.data;
        text.len = (size_t) (whatsauth_text_end(&content.contents[0])
                             - text.data);

        other = cut(&lengths, &text);
        check_cut(&content, &batch.messages[0], &other);
        fuzz_free(&other);
        whatsauth_twilio_free(&batch);
    }

    whatsauth_twilio_signed_free(&content);
    fuzz_free(&lengths);
    fuzz_free(&body);

    return 0;
}

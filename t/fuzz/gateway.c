
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A gateway: what is read of a body is sound text and the same each time, and
 * a reply's text stays in the string of the template that it is put into.
 * The input: the pointers of text, sender, id, time, profile and to on lines
 * of their own, a template, a text, and then the body.
 */


#define _GNU_SOURCE

#include <jansson.h>

#include "fuzz_message.h"
#include "protocol/gateway.h"
#include "protocol/json_pointer.h"


#define POINTERS   6
#define TIME_MAX   UINT64_C(253402300799999)
#define PHONE      "16505551234"


/* A pointer that the configuration refuses counts as one left out. */
static whatsauth_text_t
pointer_line(fuzz_input_t *in)
{
    whatsauth_text_t  line;

    line = fuzz_line(in);

    if (!whatsauth_json_pointer_is_valid(&line)) {
        line.len = 0;
    }

    return line;
}


static void
check_body(const whatsauth_gateway_format_t *format,
    const whatsauth_text_t *body)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    unsigned                    k;
    const whatsauth_message_t  *message;
    whatsauth_batch_result_t    result;
    whatsauth_message_batch_t   batch, again;

    result = whatsauth_gateway_read(format, body->data, body->len, &batch,
                                    reason);
    fuzz_check(result != WHATSAUTH_BATCH_NO_MEMORY);

    if (result == WHATSAUTH_BATCH_INVALID) {
        fuzz_check_reason(reason);
        return;
    }

    fuzz_check(batch.n == 1);
    message = &batch.messages[0];

    fuzz_check_message(message);
    fuzz_check(message->user_id.len == 0);
    fuzz_check(message->kind != WHATSAUTH_MESSAGE_CONTACT
               && message->kind != WHATSAUTH_MESSAGE_CHANGED);
    fuzz_check(message->channel == WHATSAUTH_CHANNEL_WHATSAPP);
    fuzz_check(message->sent_at <= TIME_MAX);
    fuzz_check(!message->bad_timestamp || message->sent_at == 0);
    fuzz_check(message->kind != WHATSAUTH_MESSAGE_NO_TEXT
               || message->text.len == 0);

    for (k = 0; k < FUZZ_MESSAGE_TEXTS; k++) {
        fuzz_check(whatsauth_text_is_utf8(fuzz_message_text(message, k)));
    }

    fuzz_check(whatsauth_gateway_read(format, body->data, body->len, &again,
                                      reason) == WHATSAUTH_BATCH_OK);
    fuzz_check_same(&batch, &again);

    whatsauth_gateway_free(&again);
    whatsauth_gateway_free(&batch);
}


/* Text with each "$to" and "$text" replaced as a reader of it would. */
static whatsauth_text_t
expected(const char *s, size_t len, const whatsauth_text_t *value)
{
    char              *p, *out;
    size_t             i;
    whatsauth_text_t   filled;

    out = fuzz_alloc(len * (value->len + sizeof(PHONE)) + 1);
    p = out;

    for (i = 0; i < len; i++) {
        if (len - i >= 5 && memcmp(s + i, "$text", 5) == 0) {
            p = whatsauth_text_put(p, value);
            i += 4;

        } else if (len - i >= 3 && memcmp(s + i, "$to", 3) == 0) {
            p = memcpy(p, PHONE, sizeof(PHONE) - 1);
            p += sizeof(PHONE) - 1;
            i += 2;

        } else {
            *p++ = s[i];
        }
    }

    filled.data = out;
    filled.len = (size_t) (p - out);

    return filled;
}


/* The strings of both documents, in order, in the arrays given. */
static void
check_same_shape(json_t *template, json_t *body, const whatsauth_text_t *value)
{
    size_t             i;
    json_t            *member;
    void              *a, *b;
    whatsauth_text_t   text;

    fuzz_check(json_typeof(template) == json_typeof(body));

    if (json_is_string(template)) {
        text = expected(json_string_value(template),
                        json_string_length(template), value);
        fuzz_check(text.len == json_string_length(body)
                   && memcmp(text.data, json_string_value(body), text.len)
                      == 0);
        fuzz_free(&text);

    } else if (json_is_array(template)) {
        fuzz_check(json_array_size(template) == json_array_size(body));

        json_array_foreach(template, i, member) {
            check_same_shape(member, json_array_get(body, i), value);
        }

    } else if (json_is_object(template)) {
        fuzz_check(json_object_size(template) == json_object_size(body));
        b = json_object_iter(body);

        for (a = json_object_iter(template); a != NULL;
             a = json_object_iter_next(template, a))
        {
            check_same_shape(json_object_iter_value(a),
                             json_object_iter_value(b), value);
            b = json_object_iter_next(body, b);
        }
    }
}


static void
check_template(const whatsauth_text_t *template, const whatsauth_text_t *text)
{
    char               *body;
    size_t              len;
    json_t             *was, *is;
    whatsauth_reply_t   reply;

    if (whatsauth_gateway_template_problem(template) != NULL
        || !whatsauth_text_is_utf8(text))
    {
        return;
    }

    memset(&reply, 0, sizeof(whatsauth_reply_t));
    reply.phone.data = PHONE;
    reply.phone.len = sizeof(PHONE) - 1;
    reply.text = *text;

    body = whatsauth_gateway_reply(template, &reply, &len);
    fuzz_check(body != NULL && strlen(body) == len);

    was = json_loadb(template->data, template->len, 0, NULL);
    is = json_loadb(body, len, 0, NULL);
    fuzz_check(was != NULL && is != NULL);

    /* An escaped dollar is none to be replaced, but looks like one here. */
    if (memmem(template->data, template->len, "u0024", 5) == NULL) {
        check_same_shape(was, is, text);
    }

    json_decref(was);
    json_decref(is);
    free(body);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                      i;
    fuzz_input_t                in;
    whatsauth_text_t            pointers[POINTERS], template, text, body;
    whatsauth_gateway_format_t  format;

    in = fuzz_input(data, size);

    for (i = 0; i < POINTERS; i++) {
        pointers[i] = pointer_line(&in);
    }

    template = fuzz_line(&in);
    text = fuzz_line(&in);
    body = fuzz_rest(&in);

    memcpy(&format, pointers, sizeof(format));

    check_body(&format, &body);
    check_template(&template, &text);

    for (i = 0; i < POINTERS; i++) {
        fuzz_free(&pointers[i]);
    }

    fuzz_free(&template);
    fuzz_free(&text);
    fuzz_free(&body);

    return 0;
}

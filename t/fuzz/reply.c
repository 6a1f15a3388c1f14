
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Replies: what an API answers gives its code or none, and a part of it no
 * other; what is sent says what it was to say.  The input: recipient,
 * message id and user id on lines of their own, then the text or answer.
 */


#include <jansson.h>

#include "fuzz.h"
#include "protocol/form.h"
#include "protocol/reply.h"


#define CODE_MAX  999999999


static uint32_t
code_of(json_t *object)
{
    json_int_t  code;

    code = json_integer_value(json_object_get(object, "code"));

    return (code > 0 && code <= CODE_MAX) ? (uint32_t) code : 0;
}


static void
check_error(const whatsauth_text_t *body)
{
    json_t             *root, *error;
    size_t              len;
    uint32_t            code, part;
    whatsauth_text_t    cut;

    code = whatsauth_reply_error(body);
    fuzz_check(code <= CODE_MAX);

    len = body->len;
    cut = fuzz_copy(body->data, len / 2);
    part = whatsauth_reply_error(&cut);
    fuzz_check(part == 0 || part == code);
    fuzz_free(&cut);

    root = json_loadb(body->data, len, JSON_REJECT_DUPLICATES, NULL);

    /* Escaped keys are not looked at, and jansson loses a zero byte. */
    if (root != NULL && memchr(body->data, '\\', len) == NULL
        && memchr(body->data, '\0', len) == NULL)
    {
        error = json_object_get(root, "error");

        if (json_object_get(root, "code") == NULL) {
            fuzz_check(code == code_of(error));

        } else if (json_object_get(error, "code") == NULL) {
            fuzz_check(code == code_of(root));

        } else {
            fuzz_check(code == code_of(root) || code == code_of(error));
        }
    }

    json_decref(root);
}


static int
is(json_t *value, const whatsauth_text_t *text)
{
    return json_string_length(value) == text->len
           && memcmp(json_string_value(value), text->data, text->len) == 0;
}


static void
check_meta(const whatsauth_reply_t *reply)
{
    char    *body;
    size_t   len;
    json_t  *root;

    body = whatsauth_reply_meta_text(reply, &len);
    fuzz_check(body != NULL && strlen(body) == len);
    root = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
    free(body);

    fuzz_check(is(json_object_get(json_object_get(root, "text"), "body"),
                  &reply->text));

    if (reply->phone.len == 0) {
        fuzz_check(is(json_object_get(root, "recipient"), &reply->user_id));
    }

    if (reply->message_id.len != 0) {
        fuzz_check(is(json_object_get(json_object_get(root, "context"),
                                      "message_id"), &reply->message_id));
    }

    json_decref(root);

    body = whatsauth_reply_meta_contact_request(reply,
                                WHATSAUTH_REPLY_REQUEST_CONTACT_INFO, &len);
    fuzz_check(body != NULL && strlen(body) == len);
    free(body);
}


static void
check_twilio(const whatsauth_reply_t *reply)
{
    char               *body, *decoded;
    size_t              len;
    unsigned            i;
    whatsauth_form_t    form;
    whatsauth_text_t    text;
    whatsauth_field_t   field;
    static const char  *const  names[] = { "From", "To", "Body" };

    body = whatsauth_reply_twilio_text(reply, &len);
    fuzz_check(body != NULL && strlen(body) == len);

    decoded = fuzz_alloc(len);
    text.data = body;
    text.len = len;
    whatsauth_form_start(&form, &text, decoded);

    for (i = 0; i < 3; i++) {
        fuzz_check(whatsauth_form_next(&form, &field) == 1);
        fuzz_check(field.name.len == strlen(names[i])
                   && memcmp(field.name.data, names[i], field.name.len) == 0);
    }

    fuzz_check(whatsauth_text_equal(&field.value, &reply->text));
    fuzz_check(whatsauth_form_next(&form, &field) == 0);

    free(decoded);
    free(body);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t        in;
    whatsauth_reply_t   reply;

    memset(&reply, 0, sizeof(reply));

    in = fuzz_input(data, size);
    reply.phone = fuzz_line(&in);
    reply.message_id = fuzz_line(&in);
    reply.user_id = fuzz_line(&in);
    reply.text = fuzz_rest(&in);
    reply.channel = reply.text.len % 2
                    ? WHATSAUTH_CHANNEL_WHATSAPP : WHATSAUTH_CHANNEL_SMS;

    check_error(&reply.text);

    if (whatsauth_text_is_utf8(&reply.text)
        && whatsauth_text_is_utf8(&reply.message_id)
        && whatsauth_text_is_utf8(&reply.user_id)
        && whatsauth_text_is_utf8(&reply.phone) && reply.phone.len <= 15)
    {
        check_meta(&reply);
        check_twilio(&reply);
    }

    fuzz_free(&reply.phone);
    fuzz_free(&reply.message_id);
    fuzz_free(&reply.user_id);
    fuzz_free(&reply.text);

    return 0;
}

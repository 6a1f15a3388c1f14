
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <stdlib.h>

#include "gateway.h"
#include "jansson_text.h"
#include "json_body.h"
#include "json_pointer.h"
#include "phone.h"
#include "timestamp.h"


#define WHATSAUTH_GATEWAY_INTEGER_MAX  19     /* digits of a positive one */


/* The memory of a batch, one block. */
typedef struct {
    json_t               *root;
    whatsauth_message_t   message;
    char                  to[WHATSAUTH_PHONE_DIGITS_MAX];

    /* Of integers where texts were expected: sender, to and id. */
    unsigned              integers;
    char                  integer[3][WHATSAUTH_GATEWAY_INTEGER_MAX + 1];
} whatsauth_gateway_owner_t;


/* The value at a pointer, or NULL. */
static json_t *
whatsauth_gateway_value(whatsauth_gateway_owner_t *owner,
    const whatsauth_text_t *pointer)
{
    return pointer->len == 0
           ? NULL : whatsauth_json_pointer_get(owner->root, pointer);
}


/*
 * A string, or a positive integer in digits.  Zero is none: it stands for all
 * numbers that are too large, and one id must not stand for many.
 */
static whatsauth_text_t
whatsauth_gateway_id(whatsauth_gateway_owner_t *owner,
    const whatsauth_text_t *pointer)
{
    char              *digits;
    json_t            *value;
    whatsauth_text_t   text;

    value = whatsauth_gateway_value(owner, pointer);

    if (json_integer_value(value) <= 0) {
        return whatsauth_jansson_text(value);
    }

    digits = owner->integer[owner->integers++];
    text.data = digits;
    text.len = (size_t) snprintf(digits, WHATSAUTH_GATEWAY_INTEGER_MAX + 1,
                                 "%" JSON_INTEGER_FORMAT,
                                 json_integer_value(value));

    return text;
}


/* Takes suffix off the end of text and returns 1, or returns 0. */
static int
whatsauth_gateway_cut_end(whatsauth_text_t *text,
    const whatsauth_text_t *suffix)
{
    if (text->len < suffix->len
        || memcmp(whatsauth_text_end(text) - suffix->len, suffix->data,
                  suffix->len) != 0)
    {
        return 0;
    }

    text->len -= suffix->len;

    return 1;
}


static void
whatsauth_gateway_cut_start(whatsauth_text_t *text,
    const whatsauth_text_t *prefix)
{
    if (text->len >= prefix->len
        && memcmp(text->data, prefix->data, prefix->len) == 0)
    {
        text->data += prefix->len;
        text->len -= prefix->len;
    }
}


/* Leaves the number of an address of one person, "+" and all. */
static whatsauth_text_t
whatsauth_gateway_number(whatsauth_text_t address)
{
    static const whatsauth_text_t  prefix = whatsauth_text("whatsapp:");
    static const whatsauth_text_t  web = whatsauth_text("@c.us");
    static const whatsauth_text_t  phone = whatsauth_text("@s.whatsapp.net");

    whatsauth_gateway_cut_start(&address, &prefix);

    if (!whatsauth_gateway_cut_end(&address, &web)) {
        (void) whatsauth_gateway_cut_end(&address, &phone);
    }

    return address;
}


static int
whatsauth_gateway_is_group(whatsauth_text_t address)
{
    static const whatsauth_text_t  group = whatsauth_text("@g.us");
    static const whatsauth_text_t  status = whatsauth_text("@broadcast");

    return whatsauth_gateway_cut_end(&address, &group)
           || whatsauth_gateway_cut_end(&address, &status);
}


/* Only an absent time means now, see whatsauth_meta_read_time(). */
static void
whatsauth_gateway_read_time(whatsauth_message_t *message, json_t *value)
{
    whatsauth_text_t  text;

    if (value == NULL || json_is_null(value)) {
        return;
    }

    text = whatsauth_jansson_text(value);

    message->sent_at = json_is_number(value)
                       ? whatsauth_timestamp_number(json_number_value(value))
                       : whatsauth_timestamp_text(&text);

    message->bad_timestamp = (message->sent_at == 0);
}


static void
whatsauth_gateway_read_numbers(whatsauth_gateway_owner_t *owner,
    const whatsauth_gateway_format_t *format)
{
    whatsauth_text_t               address, to;
    whatsauth_message_t           *message;
    static const whatsauth_text_t  plus = whatsauth_text("+");

    message = &owner->message;

    to = whatsauth_gateway_id(owner, &format->to);
    to = whatsauth_gateway_number(to);
    message->to.data = owner->to;
    message->to.len = whatsauth_phone_digits(&to, owner->to);

    address = whatsauth_gateway_id(owner, &format->sender);
    message->sender = whatsauth_gateway_number(address);
    whatsauth_gateway_cut_start(&message->sender, &plus);

    if (!whatsauth_phone_is_digits(&message->sender)) {
        message->sender = whatsauth_jansson_text(NULL);
    }

    if (whatsauth_gateway_is_group(address)) {
        message->kind = WHATSAUTH_MESSAGE_GROUP;

    } else if (whatsauth_phone_same(&message->sender, &message->to)) {
        message->kind = WHATSAUTH_MESSAGE_OWN_NUMBER;
    }
}


static void
whatsauth_gateway_read_message(whatsauth_gateway_owner_t *owner,
    const whatsauth_gateway_format_t *format)
{
    json_t               *text;
    whatsauth_message_t  *message;

    message = &owner->message;
    text = whatsauth_gateway_value(owner, &format->text);

    whatsauth_gateway_read_numbers(owner, format);
    whatsauth_gateway_read_time(message,
                                whatsauth_gateway_value(owner, &format->time));

    message->message_id = whatsauth_gateway_id(owner, &format->id);
    message->profile_name = whatsauth_jansson_text(
                            whatsauth_gateway_value(owner, &format->profile));
    message->text = whatsauth_jansson_text(text);

    if (message->kind == WHATSAUTH_MESSAGE_TEXT && !json_is_string(text)) {
        message->kind = WHATSAUTH_MESSAGE_NO_TEXT;
    }
}


whatsauth_batch_result_t
whatsauth_gateway_read(const whatsauth_gateway_format_t *format,
    const char *body, size_t len, whatsauth_message_batch_t *batch,
    char *reason)
{
    json_t                     *root;
    whatsauth_batch_result_t    result;
    whatsauth_gateway_owner_t  *owner;

    if (len > WHATSAUTH_GATEWAY_BODY_MAX) {
        return whatsauth_json_body_invalid(reason, "too long", len);
    }

    result = whatsauth_json_body(body, len, &root, reason);

    if (result != WHATSAUTH_BATCH_OK) {
        return result;
    }

    owner = calloc(1, sizeof(whatsauth_gateway_owner_t));

    if (owner == NULL) {
        json_decref(root);
        return WHATSAUTH_BATCH_NO_MEMORY;
    }

    owner->root = root;
    whatsauth_gateway_read_message(owner, format);

    memset(batch, 0, sizeof(whatsauth_message_batch_t));
    batch->messages = &owner->message;
    batch->n = 1;
    batch->owner = owner;

    return WHATSAUTH_BATCH_OK;
}


void
whatsauth_gateway_free(whatsauth_message_batch_t *batch)
{
    whatsauth_gateway_owner_t  *owner;

    owner = batch->owner;

    if (owner != NULL) {
        json_decref(owner->root);
        free(owner);
    }

    memset(batch, 0, sizeof(whatsauth_message_batch_t));
}

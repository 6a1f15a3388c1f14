
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "form.h"
#include "phone.h"
#include "twilio.h"


/* The fields that we look at; data is NULL where one is absent. */
typedef struct {
    whatsauth_text_t   account_sid;
    whatsauth_text_t   message_sid;
    whatsauth_text_t   from;
    whatsauth_text_t   to;
    whatsauth_text_t   body;
    whatsauth_text_t   profile_name;
    whatsauth_text_t   external_user_id;
    whatsauth_text_t   forwarded;
    whatsauth_text_t   frequently_forwarded;
    whatsauth_text_t   num_media;
    whatsauth_text_t   message_type;
    whatsauth_text_t   button_text;
    whatsauth_text_t   button_payload;
    whatsauth_text_t   message_status;
    whatsauth_text_t   replied_message_sid;
} whatsauth_twilio_fields_t;


typedef struct {
    const char  *name;
    size_t       offset;
} whatsauth_twilio_field_t;


#define whatsauth_twilio_field(name, member)                                  \
    { name, offsetof(whatsauth_twilio_fields_t, member) }

static const whatsauth_twilio_field_t  whatsauth_twilio_names[] = {
    whatsauth_twilio_field("AccountSid",               account_sid),
    whatsauth_twilio_field("MessageSid",               message_sid),
    whatsauth_twilio_field("From",                     from),
    whatsauth_twilio_field("To",                       to),
    whatsauth_twilio_field("Body",                     body),
    whatsauth_twilio_field("ProfileName",              profile_name),
    whatsauth_twilio_field("ExternalUserId",           external_user_id),
    whatsauth_twilio_field("Forwarded",                forwarded),
    whatsauth_twilio_field("FrequentlyForwarded",      frequently_forwarded),
    whatsauth_twilio_field("NumMedia",                 num_media),
    whatsauth_twilio_field("MessageType",              message_type),
    whatsauth_twilio_field("ButtonText",               button_text),
    whatsauth_twilio_field("ButtonPayload",            button_payload),
    whatsauth_twilio_field("MessageStatus",            message_status),
    whatsauth_twilio_field("OriginalRepliedMessageSid", replied_message_sid),
    { NULL, 0 }
};


/* What a batch owns, in one block. */
typedef struct {
    whatsauth_message_t   message;
    char                  decoded[];
} whatsauth_twilio_owner_t;


/* "whatsapp:+1..." or "+1..." taken apart. */
typedef struct {
    unsigned              known:1;
    whatsauth_channel_t   channel;
    whatsauth_text_t      id;
} whatsauth_twilio_address_t;


static whatsauth_text_t *
whatsauth_twilio_find(whatsauth_twilio_fields_t *fields,
    const whatsauth_text_t *name, const char **known)
{
    const whatsauth_twilio_field_t  *f;

    for (f = whatsauth_twilio_names; f->name != NULL; f++) {
        if (name->len == strlen(f->name)
            && memcmp(name->data, f->name, name->len) == 0)
        {
            *known = f->name;
            return (whatsauth_text_t *) (void *) ((char *) fields + f->offset);
        }
    }

    return NULL;
}


/* The signature does not tell the order of repeats: none may be chosen. */
static int
whatsauth_twilio_read_fields(whatsauth_twilio_fields_t *fields,
    const whatsauth_text_t *body, char *decoded, char *reason)
{
    const char         *name;
    whatsauth_form_t    form;
    whatsauth_text_t   *member;
    whatsauth_field_t   field;

    memset(fields, 0, sizeof(whatsauth_twilio_fields_t));
    whatsauth_form_start(&form, body, decoded);

    while (whatsauth_form_next(&form, &field)) {
        member = whatsauth_twilio_find(fields, &field.name, &name);

        if (member == NULL) {
            continue;
        }

        if (member->data != NULL) {
            snprintf(reason, WHATSAUTH_BATCH_REASON_MAX,
                     "more than one field \"%s\"", name);
            return -1;
        }

        *member = field.value;
    }

    return 0;
}


static int
whatsauth_twilio_has_fields(const whatsauth_twilio_fields_t *fields,
    char *reason)
{
    const char  *lacks;

    lacks = (fields->account_sid.len == 0) ? "AccountSid"
            : (fields->message_sid.len == 0) ? "MessageSid"
            : (fields->to.len == 0) ? "To"
            : (fields->body.data == NULL) ? "Body"
            : (fields->from.len == 0 && fields->external_user_id.len == 0)
              ? "From" : NULL;

    if (lacks == NULL) {
        return 1;
    }

    snprintf(reason, WHATSAUTH_BATCH_REASON_MAX, "no field \"%s\"", lacks);

    return 0;
}


static whatsauth_twilio_address_t
whatsauth_twilio_address(const whatsauth_text_t *text)
{
    whatsauth_twilio_address_t     address;
    static const whatsauth_text_t  prefix = whatsauth_text("whatsapp:");

    address.known = 1;
    address.channel = WHATSAUTH_CHANNEL_SMS;
    address.id = *text;

    if (text->len >= prefix.len
        && memcmp(text->data, prefix.data, prefix.len) == 0)
    {
        address.channel = WHATSAUTH_CHANNEL_WHATSAPP;
        address.id.data += prefix.len;
        address.id.len -= prefix.len;

    } else if (text->len != 0 && memchr(text->data, ':', text->len) != NULL) {
        address.known = 0;
    }

    return address;
}


/* The digits of "+1...", or an empty text. */
static whatsauth_text_t
whatsauth_twilio_phone(const whatsauth_text_t *id)
{
    whatsauth_text_t  digits, none = whatsauth_text("");

    digits = *id;

    if (digits.len != 0 && digits.data[0] == '+') {
        digits.data++;
        digits.len--;
    }

    return whatsauth_phone_is_digits(&digits) ? digits : none;
}


/* Our own number; for SMS it may be a short code, which has no plus. */
static whatsauth_text_t
whatsauth_twilio_to(const whatsauth_twilio_address_t *to)
{
    char    digits[WHATSAUTH_PHONE_SHORT_CODE_MAX];
    size_t  n;

    if (to->channel == WHATSAUTH_CHANNEL_SMS) {
        n = whatsauth_phone_short_code(&to->id, digits);

        if (n == to->id.len && memcmp(digits, to->id.data, n) == 0) {
            return to->id;
        }
    }

    return whatsauth_twilio_phone(&to->id);
}


static int
whatsauth_twilio_is_one_of(const whatsauth_text_t *text, const char *a,
    const char *b)
{
    return text->len == 0
           || (text->len == strlen(a) && memcmp(text->data, a, text->len) == 0)
           || (text->len == strlen(b) && memcmp(text->data, b, text->len) == 0);
}


static whatsauth_message_kind_t
whatsauth_twilio_kind(const whatsauth_twilio_fields_t *fields,
    const whatsauth_message_t *message)
{
    if (whatsauth_phone_same(&message->sender, &message->to)) {
        return WHATSAUTH_MESSAGE_OWN_NUMBER;
    }

    if (!whatsauth_twilio_is_one_of(&fields->forwarded, "false", "0")
        || !whatsauth_twilio_is_one_of(&fields->frequently_forwarded, "false",
                                       "0"))
    {
        return WHATSAUTH_MESSAGE_FORWARDED;
    }

    if (!whatsauth_twilio_is_one_of(&fields->num_media, "0", "0")
        || fields->button_text.len != 0 || fields->button_payload.len != 0
        || (message->channel == WHATSAUTH_CHANNEL_WHATSAPP
            && !whatsauth_twilio_is_one_of(&fields->message_type, "text",
                                           "text")))
    {
        return WHATSAUTH_MESSAGE_OTHER_TYPE;
    }

    return WHATSAUTH_MESSAGE_TEXT;
}


/* A user who hides the phone has a user id in From, or nothing. */
static void
whatsauth_twilio_fill_message(whatsauth_message_t *message,
    const whatsauth_twilio_fields_t *fields,
    const whatsauth_twilio_address_t *from,
    const whatsauth_twilio_address_t *to)
{
    memset(message, 0, sizeof(whatsauth_message_t));

    message->channel = to->channel;
    message->account_sid = fields->account_sid;
    message->to = whatsauth_twilio_to(to);
    message->message_id = fields->message_sid;
    message->sender = whatsauth_twilio_phone(&from->id);
    message->profile_name = fields->profile_name;
    message->text = fields->body;
    message->in_reply_to = fields->replied_message_sid;

    if (to->channel == WHATSAUTH_CHANNEL_WHATSAPP) {
        message->user_id = whatsauth_twilio_address(&fields->external_user_id)
                           .id;

        if (message->user_id.len == 0 && message->sender.len == 0) {
            message->user_id = from->id;
        }
    }

    message->kind = whatsauth_twilio_kind(fields, message);
}


static whatsauth_batch_result_t
whatsauth_twilio_read_message(const whatsauth_twilio_fields_t *fields,
    whatsauth_message_batch_t *batch, char *reason)
{
    whatsauth_twilio_owner_t    *owner;
    whatsauth_twilio_address_t   from, to;

    if (fields->message_status.len != 0 && fields->body.data == NULL) {
        batch->statuses = 1;
        return WHATSAUTH_BATCH_OK;
    }

    if (!whatsauth_twilio_has_fields(fields, reason)) {
        return WHATSAUTH_BATCH_INVALID;
    }

    from = whatsauth_twilio_address(&fields->from);
    to = whatsauth_twilio_address(&fields->to);

    if (!from.known || !to.known) {
        batch->skipped = 1;
        return WHATSAUTH_BATCH_OK;
    }

    if (fields->from.len != 0 && from.channel != to.channel) {
        snprintf(reason, WHATSAUTH_BATCH_REASON_MAX,
                 "From and To are of different channels");
        return WHATSAUTH_BATCH_INVALID;
    }

    owner = batch->owner;
    batch->messages = &owner->message;
    batch->n = 1;

    whatsauth_twilio_fill_message(&owner->message, fields, &from, &to);

    return WHATSAUTH_BATCH_OK;
}


whatsauth_batch_result_t
whatsauth_twilio_read(const char *body, size_t len,
    whatsauth_message_batch_t *batch, char *reason)
{
    whatsauth_text_t            text;
    whatsauth_batch_result_t    result;
    whatsauth_twilio_owner_t   *owner;
    whatsauth_twilio_fields_t   fields;

    if (len > WHATSAUTH_TWILIO_BODY_MAX) {
        snprintf(reason, WHATSAUTH_BATCH_REASON_MAX, "too long");
        return WHATSAUTH_BATCH_INVALID;
    }

    owner = malloc(sizeof(whatsauth_twilio_owner_t) + len + 1);

    if (owner == NULL) {
        return WHATSAUTH_BATCH_NO_MEMORY;
    }

    text.data = body;
    text.len = len;

    memset(batch, 0, sizeof(whatsauth_message_batch_t));
    batch->owner = owner;

    result = WHATSAUTH_BATCH_INVALID;

    if (whatsauth_twilio_read_fields(&fields, &text, owner->decoded, reason)
        == 0)
    {
        result = whatsauth_twilio_read_message(&fields, batch, reason);
    }

    if (result != WHATSAUTH_BATCH_OK) {
        whatsauth_twilio_free(batch);
    }

    return result;
}


void
whatsauth_twilio_free(whatsauth_message_batch_t *batch)
{
    free(batch->owner);
    memset(batch, 0, sizeof(whatsauth_message_batch_t));
}

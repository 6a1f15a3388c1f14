
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <stdio.h>
#include <stdlib.h>

#include "phone.h"
#include "twilio.h"
#include "twilio_fields.h"


/* data is NULL where a field is absent. */
typedef struct {
    whatsauth_text_t   values[WHATSAUTH_TWILIO_FIELDS_N];
} whatsauth_twilio_values_t;


/* The memory of a batch, one block. */
typedef struct {
    whatsauth_message_t   message;
    char                  decoded[];
} whatsauth_twilio_owner_t;


/* Lists unknown names, each once, as far as there is room. */
static void
whatsauth_twilio_tell(whatsauth_message_batch_t *batch,
    const whatsauth_text_t *name)
{
    unsigned  i;

    for (i = 0; i < batch->unknown_n; i++) {
        if (whatsauth_text_equal(&batch->unknown[i], name)) {
            return;
        }
    }

    if (i < WHATSAUTH_BATCH_UNKNOWN_MAX) {
        batch->unknown[batch->unknown_n++] = *name;
    }
}


static void
whatsauth_twilio_read_fields(whatsauth_twilio_values_t *fields,
    const whatsauth_text_t *body, whatsauth_message_batch_t *batch)
{
    whatsauth_form_t            form;
    whatsauth_field_t           field;
    whatsauth_twilio_id_t       id;
    whatsauth_twilio_owner_t   *owner;

    owner = batch->owner;

    memset(fields, 0, sizeof(whatsauth_twilio_values_t));
    whatsauth_form_start(&form, body, owner->decoded);

    while (whatsauth_form_next(&form, &field)) {
        id = whatsauth_twilio_id(&field.name);

        if (id < WHATSAUTH_TWILIO_FIELDS_N) {
            fields->values[id] = field.value;

        } else if (id == WHATSAUTH_TWILIO_UNKNOWN) {
            whatsauth_twilio_tell(batch, &field.name);
        }
    }
}


static int
whatsauth_twilio_has_fields(const whatsauth_text_t *values, char *reason)
{
    const char  *lacks;

    lacks = (values[WHATSAUTH_TWILIO_ACCOUNT_SID].len == 0) ? "AccountSid"
            : (values[WHATSAUTH_TWILIO_MESSAGE_SID].len == 0) ? "MessageSid"
            : (values[WHATSAUTH_TWILIO_TO].len == 0) ? "To"
            : (values[WHATSAUTH_TWILIO_FROM].len == 0
               && values[WHATSAUTH_TWILIO_EXTERNAL_USER_ID].len == 0)
              ? "From" : NULL;

    if (lacks == NULL) {
        return 1;
    }

    snprintf(reason, WHATSAUTH_BATCH_REASON_MAX, "no field \"%s\"", lacks);

    return 0;
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
whatsauth_twilio_kind(const whatsauth_text_t *values,
    const whatsauth_message_t *message)
{
    if (whatsauth_phone_same(&message->sender, &message->to)) {
        return WHATSAUTH_MESSAGE_OWN_NUMBER;
    }

    if (!whatsauth_twilio_is_one_of(&values[WHATSAUTH_TWILIO_FORWARDED],
                                    "false", "0")
        || !whatsauth_twilio_is_one_of(
                               &values[WHATSAUTH_TWILIO_FREQUENTLY_FORWARDED],
                               "false", "0"))
    {
        return WHATSAUTH_MESSAGE_FORWARDED;
    }

    if (!whatsauth_twilio_is_one_of(&values[WHATSAUTH_TWILIO_NUM_MEDIA],
                                    "0", "0")
        || values[WHATSAUTH_TWILIO_BUTTON_TEXT].data != NULL
        || values[WHATSAUTH_TWILIO_BUTTON_PAYLOAD].data != NULL
        || (message->channel == WHATSAUTH_CHANNEL_WHATSAPP
            && !whatsauth_twilio_is_one_of(
                                   &values[WHATSAUTH_TWILIO_MESSAGE_TYPE],
                                   "text", "text")))
    {
        return WHATSAUTH_MESSAGE_OTHER_TYPE;
    }

    return WHATSAUTH_MESSAGE_TEXT;
}


/* Our own number; for SMS it may be a short code, which has no plus. */
static whatsauth_text_t
whatsauth_twilio_to(const whatsauth_text_t *to, whatsauth_channel_t channel)
{
    char    digits[WHATSAUTH_PHONE_SHORT_CODE_MAX];
    size_t  n;

    if (channel == WHATSAUTH_CHANNEL_SMS) {
        n = whatsauth_phone_short_code(to, digits);

        if (n == to->len && memcmp(digits, to->data, n) == 0) {
            return *to;
        }
    }

    return whatsauth_twilio_phone(to);
}


/*
 * A user who hides the phone has a user id in From, or nothing.  Only then
 * ExternalUserId counts: the end of a Body could pretend to be one.
 */
static void
whatsauth_twilio_fill_message(whatsauth_message_t *message,
    const whatsauth_text_t *values, whatsauth_channel_t channel)
{
    memset(message, 0, sizeof(whatsauth_message_t));

    message->channel = channel;
    message->account = values[WHATSAUTH_TWILIO_ACCOUNT_SID];
    message->to = whatsauth_twilio_to(&values[WHATSAUTH_TWILIO_TO], channel);
    message->message_id = values[WHATSAUTH_TWILIO_MESSAGE_SID];
    message->sender = whatsauth_twilio_phone(&values[WHATSAUTH_TWILIO_FROM]);
    message->profile_name = values[WHATSAUTH_TWILIO_PROFILE_NAME];
    message->text = values[WHATSAUTH_TWILIO_BODY];
    message->in_reply_to = values[WHATSAUTH_TWILIO_REPLIED_SID];

    if (channel == WHATSAUTH_CHANNEL_WHATSAPP && message->sender.len == 0) {
        message->user_id = values[WHATSAUTH_TWILIO_FROM];

        if (message->user_id.len == 0) {
            message->user_id = values[WHATSAUTH_TWILIO_EXTERNAL_USER_ID];
        }

        (void) whatsauth_twilio_is_whatsapp(&message->user_id);
    }

    message->kind = whatsauth_twilio_kind(values, message);
}


static whatsauth_channel_t
whatsauth_twilio_channel(const whatsauth_text_t *address)
{
    whatsauth_text_t  id;

    id = *address;

    return whatsauth_twilio_is_whatsapp(&id) ? WHATSAUTH_CHANNEL_WHATSAPP
                                             : WHATSAUTH_CHANNEL_SMS;
}


static whatsauth_batch_result_t
whatsauth_twilio_read_message(const whatsauth_text_t *values,
    whatsauth_message_batch_t *batch, char *reason)
{
    whatsauth_channel_t        channel;
    const whatsauth_text_t    *from, *to;
    whatsauth_twilio_owner_t  *owner;

    from = &values[WHATSAUTH_TWILIO_FROM];
    to = &values[WHATSAUTH_TWILIO_TO];

    if (values[WHATSAUTH_TWILIO_BODY].data == NULL) {

        if (values[WHATSAUTH_TWILIO_MESSAGE_STATUS].len != 0) {
            batch->statuses = 1;

        } else {
            batch->skipped = 1;
        }

        return WHATSAUTH_BATCH_OK;
    }

    if (!whatsauth_twilio_has_fields(values, reason)) {
        return WHATSAUTH_BATCH_INVALID;
    }

    if (whatsauth_twilio_is_foreign(from) || whatsauth_twilio_is_foreign(to)) {
        batch->skipped = 1;
        return WHATSAUTH_BATCH_OK;
    }

    channel = whatsauth_twilio_channel(to);

    if (from->len != 0 && whatsauth_twilio_channel(from) != channel) {
        snprintf(reason, WHATSAUTH_BATCH_REASON_MAX,
                 "From and To are of different channels");
        return WHATSAUTH_BATCH_INVALID;
    }

    owner = batch->owner;
    batch->messages = &owner->message;
    batch->n = 1;

    whatsauth_twilio_fill_message(&owner->message, values, channel);

    return WHATSAUTH_BATCH_OK;
}


whatsauth_batch_result_t
whatsauth_twilio_read(const char *body, size_t len,
    whatsauth_message_batch_t *batch, char *reason)
{
    whatsauth_text_t            text;
    whatsauth_batch_result_t    result;
    whatsauth_twilio_owner_t   *owner;
    whatsauth_twilio_values_t   fields;

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

    whatsauth_twilio_read_fields(&fields, &text, batch);
    result = whatsauth_twilio_read_message(fields.values, batch, reason);

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

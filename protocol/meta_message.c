
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "jansson_text.h"
#include "meta_message.h"
#include "phone.h"


#define WHATSAUTH_META_SECONDS_MAX  99999999999    /* beyond is no time */


/* "+1 650..." and "1650..." are the same number. */
static whatsauth_text_t
whatsauth_meta_id(json_t *object, const char *key)
{
    whatsauth_text_t  text;

    text = whatsauth_jansson_get(object, key);

    if (text.len != 0 && text.data[0] == '+') {
        text.data++;
        text.len--;
    }

    return text;
}


static int
whatsauth_meta_index(json_t *contacts, const whatsauth_text_t *id,
    json_t *contact)
{
    if (id->len == 0 || json_object_getn(contacts, id->data, id->len) != NULL)
    {
        return 0;
    }

    return json_object_setn(contacts, id->data, id->len, contact);
}


int
whatsauth_meta_add_contact(json_t *contacts, json_t *contact)
{
    whatsauth_text_t  wa_id, user_id;

    wa_id = whatsauth_meta_id(contact, "wa_id");
    user_id = whatsauth_jansson_get(contact, "user_id");

    if (whatsauth_meta_index(contacts, &wa_id, contact) != 0
        || whatsauth_meta_index(contacts, &user_id, contact) != 0)
    {
        return -1;
    }

    return 0;
}


/* By id, never by index: one value may speak of many senders. */
static void
whatsauth_meta_match_contact(whatsauth_message_t *message, json_t *contacts,
    const whatsauth_text_t *from)
{
    json_t  *contact;

    contact = json_object_getn(contacts, from->data, from->len);

    if (contact == NULL) {
        contact = json_object_getn(contacts, message->user_id.data,
                                   message->user_id.len);
    }

    message->profile_name = whatsauth_jansson_get(
                                json_object_get(contact, "profile"), "name");

    if (message->user_id.len == 0) {
        message->user_id = whatsauth_jansson_get(contact, "user_id");
    }
}


static void
whatsauth_meta_read_sender(whatsauth_message_t *message, json_t *value,
    json_t *contacts)
{
    whatsauth_text_t  from;

    from = whatsauth_meta_id(value, "from");

    message->user_id = whatsauth_jansson_get(value, "from_user_id");
    whatsauth_meta_match_contact(message, contacts, &from);

    /* Gateways have been seen to put a user id into "from". */

    message->sender = whatsauth_phone_is_digits(&from)
                      ? from : whatsauth_jansson_text(NULL);
}


static uint64_t
whatsauth_meta_time(json_t *value)
{
    size_t             i;
    uint64_t           seconds;
    whatsauth_text_t   text;

    seconds = 0;

    if (json_is_integer(value)) {
        if (json_integer_value(value) > 0) {
            seconds = (uint64_t) json_integer_value(value);
        }

        return seconds > WHATSAUTH_META_SECONDS_MAX ? 0 : seconds * 1000;
    }

    text = whatsauth_jansson_text(value);

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }

        seconds = seconds * 10 + (uint64_t) (text.data[i] - '0');

        if (seconds > WHATSAUTH_META_SECONDS_MAX) {
            return 0;
        }
    }

    return seconds * 1000;
}


/* The member that is named by the object's own "type". */
static json_t *
whatsauth_meta_typed_part(json_t *object)
{
    whatsauth_text_t  type;

    type = whatsauth_jansson_get(object, "type");

    return json_object_getn(object, type.data, type.len);
}


/* What was written: a body, a caption, the title of a button. */
static whatsauth_text_t
whatsauth_meta_words(json_t *message)
{
    size_t                    i;
    json_t                   *part, *words;
    static const char *const  keys[] = { "body", "caption", "text", "title" };

    if (whatsauth_jansson_is(message, "type", "edit")) {
        message = json_object_get(whatsauth_meta_typed_part(message),
                                  "message");
    }

    part = whatsauth_meta_typed_part(message);

    if (whatsauth_jansson_is(message, "type", "interactive")) {
        part = whatsauth_meta_typed_part(part);
    }

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        words = json_object_get(part, keys[i]);

        if (json_is_string(words)) {
            return whatsauth_jansson_text(words);
        }
    }

    return whatsauth_jansson_text(NULL);
}


static whatsauth_message_kind_t
whatsauth_meta_kind(const whatsauth_message_t *message, json_t *value)
{
    json_t  *context;

    context = json_object_get(value, "context");

    if (message->sender.len != 0
        && whatsauth_text_equal(&message->sender, &message->display_number))
    {
        return WHATSAUTH_MESSAGE_OWN_NUMBER;
    }

    if (whatsauth_jansson_is_set(value, "group_id")) {
        return WHATSAUTH_MESSAGE_GROUP;
    }

    if (whatsauth_jansson_is_set(context, "forwarded")
        || whatsauth_jansson_is_set(context, "frequently_forwarded"))
    {
        return WHATSAUTH_MESSAGE_FORWARDED;
    }

    if (whatsauth_jansson_is(value, "type", "edit")) {
        return WHATSAUTH_MESSAGE_EDIT;
    }

    if (whatsauth_jansson_is(value, "type", "contacts")) {
        return WHATSAUTH_MESSAGE_CONTACT;
    }

    return whatsauth_jansson_is(value, "type", "text")
           ? WHATSAUTH_MESSAGE_TEXT : WHATSAUTH_MESSAGE_OTHER_TYPE;
}


/*
 * A card of any number can be shared, and a modified client can write what it
 * likes into one; only where WhatsApp itself says that the user has answered
 * our request with the own number may it count.
 */
static whatsauth_text_t
whatsauth_meta_contact_phone(const whatsauth_message_t *message, json_t *value)
{
    char               buf[WHATSAUTH_PHONE_DIGITS_MAX];
    json_t            *cards, *card, *phones, *phone;
    whatsauth_text_t   wa_id, written, digits;

    cards = json_object_get(value, "contacts");
    card = json_array_get(cards, 0);
    phones = json_object_get(card, "phones");
    phone = json_array_get(phones, 0);

    wa_id = whatsauth_meta_id(phone, "wa_id");
    written = whatsauth_jansson_get(phone, "phone");
    digits.data = buf;
    digits.len = whatsauth_phone_digits(&written, buf);

    if (json_array_size(cards) != 1 || json_array_size(phones) != 1
        || !whatsauth_jansson_is(card, "origin", "contact_request")
        || whatsauth_jansson_get(value, "from_user_id").len == 0
        || !whatsauth_phone_same(&wa_id, &digits)
        || (message->sender.len != 0
            && !whatsauth_phone_same(&wa_id, &message->sender)))
    {
        return whatsauth_jansson_text(NULL);
    }

    return wa_id;
}


int
whatsauth_meta_is_message(json_t *value)
{
    json_t  *text;

    if (!json_is_string(json_object_get(value, "type"))) {
        return 0;
    }

    text = json_object_get(value, "text");

    return !whatsauth_jansson_is(value, "type", "text")
           || json_is_string(json_object_get(text, "body"));
}


void
whatsauth_meta_fill_message(whatsauth_message_t *message, json_t *value,
    json_t *contacts)
{
    message->message_id = whatsauth_jansson_get(value, "id");
    message->sent_at = whatsauth_meta_time(json_object_get(value,
                                                           "timestamp"));

    whatsauth_meta_read_sender(message, value, contacts);

    message->kind = whatsauth_meta_kind(message, value);
    message->text = whatsauth_meta_words(value);
    message->in_reply_to = whatsauth_jansson_get(
                               json_object_get(value, "context"), "id");

    if (message->kind == WHATSAUTH_MESSAGE_CONTACT) {
        message->contact_phone = whatsauth_meta_contact_phone(message, value);
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "jansson_text.h"
#include "meta_message.h"
#include "phone.h"


#define WHATSAUTH_META_SECONDS_MAX  99999999999    /* beyond is no time */


/* "+1650..." and "1650..." are the same number. */
static int
whatsauth_meta_message_number(json_t *object, const char *key,
    whatsauth_text_t *number)
{
    if (whatsauth_jansson_id(object, key, number) != 0) {
        return -1;
    }

    if (number->len != 0 && number->data[0] == '+') {
        number->data++;
        number->len--;
    }

    return 0;
}


static int
whatsauth_meta_message_index(json_t *contacts, const whatsauth_text_t *id,
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
    char              digits[WHATSAUTH_PHONE_DIGITS_MAX];
    whatsauth_text_t  wa_id, canonical, user_id;

    if (whatsauth_meta_message_number(contact, "wa_id", &wa_id) != 0
        || whatsauth_jansson_id(contact, "user_id", &user_id) != 0)
    {
        return -1;
    }

    canonical.data = digits;
    canonical.len = whatsauth_phone_canonical(&wa_id, digits);

    if (whatsauth_meta_message_index(contacts, &wa_id, contact) != 0
        || whatsauth_meta_message_index(contacts, &canonical, contact) != 0
        || whatsauth_meta_message_index(contacts, &user_id, contact) != 0)
    {
        return -1;
    }

    return 0;
}


/*
 * By id, never by index: one value may have many senders.  A value with one
 * sender needs no id, so an unknown spelling of it does no harm there.
 */
static json_t *
whatsauth_meta_message_find_contact(const whatsauth_message_t *message,
    json_t *contacts, json_t *only, const whatsauth_text_t *from)
{
    char               digits[WHATSAUTH_PHONE_DIGITS_MAX];
    size_t             n;
    json_t            *contact;

    contact = json_object_getn(contacts, from->data, from->len);

    if (contact == NULL) {
        n = whatsauth_phone_canonical(from, digits);
        contact = json_object_getn(contacts, digits, n);
    }

    if (contact == NULL) {
        contact = json_object_getn(contacts, message->user_id.data,
                                   message->user_id.len);
    }

    if (contact == NULL
        && (message->user_id.len == 0
            || whatsauth_jansson_get(only, "user_id").len == 0))
    {
        contact = only;
    }

    return contact;
}


static void
whatsauth_meta_message_match_contact(whatsauth_message_t *message,
    json_t *contacts, json_t *only, const whatsauth_text_t *from)
{
    json_t  *contact;

    contact = whatsauth_meta_message_find_contact(message, contacts, only,
                                                  from);

    message->profile_name = whatsauth_jansson_get(
                                json_object_get(contact, "profile"), "name");

    if (message->user_id.len == 0) {
        message->user_id = whatsauth_jansson_get(contact, "user_id");
    }
}


static int
whatsauth_meta_message_read_sender(whatsauth_message_t *message, json_t *value,
    json_t *contacts, json_t *only)
{
    whatsauth_text_t  from;

    if (whatsauth_meta_message_number(value, "from", &from) != 0
        || whatsauth_jansson_id(value, "from_user_id", &message->user_id) != 0)
    {
        return -1;
    }

    whatsauth_meta_message_match_contact(message, contacts, only, &from);

    /* Some gateways put a user id into "from". */

    message->sender = whatsauth_phone_is_digits(&from)
                      ? from : whatsauth_jansson_text(NULL);

    return 0;
}


/* The value of text as a number, or 0 if it is none. */
static uint64_t
whatsauth_meta_message_seconds(const whatsauth_text_t *text)
{
    size_t    i;
    uint64_t  seconds;

    seconds = 0;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }

        seconds = seconds * 10 + (uint64_t) (text->data[i] - '0');

        if (seconds > WHATSAUTH_META_SECONDS_MAX) {
            return 0;
        }
    }

    return seconds;
}


/*
 * Only an absent time means now.  If a time that cannot be read meant now, an
 * old message could validate a new code.
 */
static void
whatsauth_meta_message_read_time(whatsauth_message_t *message, json_t *value)
{
    double             real;
    uint64_t           seconds;
    whatsauth_text_t   text;

    if (value == NULL || json_is_null(value)) {
        return;
    }

    if (json_is_number(value)) {
        real = json_number_value(value);
        seconds = (real >= 1 && real <= WHATSAUTH_META_SECONDS_MAX)
                  ? (uint64_t) real : 0;

    } else {
        text = whatsauth_jansson_text(value);
        seconds = whatsauth_meta_message_seconds(&text);
    }

    message->sent_at = seconds * 1000;
    message->bad_timestamp = (seconds == 0);
}


/* The member that the object's own "type" names. */
static json_t *
whatsauth_meta_message_typed_part(json_t *object)
{
    whatsauth_text_t  type;

    type = whatsauth_jansson_get(object, "type");

    return json_object_getn(object, type.data, type.len);
}


/* The user's text: a body, a caption, the title of a button. */
static whatsauth_text_t
whatsauth_meta_message_words(json_t *message)
{
    size_t                    i;
    json_t                   *part, *words;
    static const char *const  keys[] = { "body", "caption", "text", "title" };

    if (whatsauth_jansson_is(message, "type", "edit")) {
        message = json_object_get(whatsauth_meta_message_typed_part(message),
                                  "message");
    }

    part = whatsauth_meta_message_typed_part(message);

    if (whatsauth_jansson_is(message, "type", "interactive")) {
        part = whatsauth_meta_message_typed_part(part);
    }

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        words = json_object_get(part, keys[i]);

        if (json_is_string(words)) {
            return whatsauth_jansson_text(words);
        }
    }

    return whatsauth_jansson_text(NULL);
}


/*
 * The number, the device that has it, or the user id that Meta knows its owner
 * by: Meta makes a new one when the number becomes another's.
 */

static int
whatsauth_meta_message_is_change(json_t *system)
{
    size_t  i;

    static const char *const  types[] = {
        "user_changed_number",
        "user_changed_user_id",
        "customer_identity_changed"
    };

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {

        if (whatsauth_jansson_is(system, "type", types[i])) {
            return 1;
        }
    }

    return 0;
}


static whatsauth_message_kind_t
whatsauth_meta_message_kind(const whatsauth_message_t *message, json_t *value)
{
    json_t  *context;

    context = json_object_get(value, "context");

    if (whatsauth_phone_same(&message->sender, &message->to)) {
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

    if (whatsauth_jansson_is(value, "type", "system")
        && whatsauth_meta_message_is_change(json_object_get(value, "system")))
    {
        return WHATSAUTH_MESSAGE_CHANGED;
    }

    return whatsauth_jansson_is(value, "type", "text")
           ? WHATSAUTH_MESSAGE_TEXT : WHATSAUTH_MESSAGE_OTHER_TYPE;
}


/*
 * Anyone can share a card of any number, and a modified client can write
 * anything into one.  A card counts only if WhatsApp itself says that the user
 * has answered our request with the user's own number.
 */
static int
whatsauth_meta_message_read_contact_phone(whatsauth_message_t *message,
    json_t *value)
{
    char               buf[WHATSAUTH_PHONE_DIGITS_MAX];
    json_t            *cards, *card, *phones, *phone;
    whatsauth_text_t   wa_id, written, digits;

    cards = json_object_get(value, "contacts");
    card = json_array_get(cards, 0);
    phones = json_object_get(card, "phones");
    phone = json_array_get(phones, 0);

    if (whatsauth_meta_message_number(phone, "wa_id", &wa_id) != 0
        || whatsauth_jansson_id(phone, "phone", &written) != 0)
    {
        return -1;
    }

    digits.data = buf;
    digits.len = whatsauth_phone_digits(&written, buf);

    if (json_array_size(cards) == 1 && json_array_size(phones) == 1
        && whatsauth_jansson_is(card, "origin", "contact_request")
        && whatsauth_jansson_get(value, "from_user_id").len != 0
        && whatsauth_phone_same(&wa_id, &digits)
        && (message->sender.len == 0
            || whatsauth_phone_same(&wa_id, &message->sender)))
    {
        message->contact_phone = wa_id;
    }

    return 0;
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


int
whatsauth_meta_fill_message(whatsauth_message_t *message, json_t *value,
    json_t *contacts, json_t *only)
{
    json_t  *context;

    context = json_object_get(value, "context");

    if (whatsauth_jansson_id(value, "id", &message->message_id) != 0
        || whatsauth_jansson_id(context, "id", &message->in_reply_to) != 0
        || whatsauth_meta_message_read_sender(message, value, contacts, only)
           != 0)
    {
        return -1;
    }

    whatsauth_meta_message_read_time(message,
                                     json_object_get(value, "timestamp"));

    message->kind = whatsauth_meta_message_kind(message, value);
    message->text = whatsauth_meta_message_words(value);

    return message->kind == WHATSAUTH_MESSAGE_CONTACT
           ? whatsauth_meta_message_read_contact_phone(message, value) : 0;
}

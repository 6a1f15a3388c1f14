
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Twilio signs URL, name, value, name, value, ... without separators.  An
 * attacker who has a signed request can cut its text at other places, and most
 * of the text is the sender's: a message ">>CODE<<From+1555...MessageSid"
 * becomes three fields, and the attacker is logged in as somebody else.
 *
 * So a text counts only if it can be cut in one way.  If this file accepts a
 * signed text as a message, Twilio has signed this very message, because:
 *
 * 1. It begins with AccountSid, directly after the URL, and has no other
 *    AccountSid.  All of Twilio's webhooks have one, so this one is Twilio's.
 *    A name before it could be the "A" of "Author".
 * 2. ApiVersion follows.  Names ascend, so between the two stand no names, or
 *    names from "AccountSid" to "ApiVersion".  Only Twilio's webhooks for
 *    messages and calls have such fields with a text (AddOns, Address), and
 *    they have an ApiVersion of their own.  In all others the next name is
 *    already beyond it: Attributes and Author (Conversations, Chat),
 *    AssistantSid, BundleSid, CallSid, EventType (TaskRouter), Level
 *    (Debugger), ...; an "ApiVersion" in a sender's text comes too late.
 * 3. So the webhook has AccountSid and ApiVersion.  It is about a message, or
 *    about a call: there the next name is CallSid, which is beyond Body.
 * 4. AccountSid, ApiVersion, From, MessageSid and the other fields of a strict
 *    form are accepted only if they stand at every place in the text where
 *    their name and the beginning of their form occur.  Twilio's own fields
 *    are such places, so the accepted fields are Twilio's.
 * 5. Their values end where Twilio's do: a SID has its length; after digits
 *    and small letters comes the capital of the next name; after a user id
 *    come a capital and a small letter.
 * 6. Names ascend.  A name cut out of a field before Forwarded or From cannot
 *    stand after it.
 * 7. Body begins at the first "Body" after AccountSid, for no field before it
 *    may hold that word; after From there is no other "From" before
 *    MessageSid, where a sender without a strict form might hide; ProfileName
 *    is the first of its name after MessageSid.
 *
 * ExternalUserId is no such anchor: a Body may end with one of the sender's
 * choice.  So twilio.c reads it only if From is empty.
 *
 * One gap remains: an unknown field may have any name, so one that directly
 * follows Body or ProfileName may be the end of that text.  Sender, number,
 * account, message id and kind stay the same, and a text without its end is
 * worth no more than the bare code, which counts too.
 */


#include <stdio.h>

#include "twilio.h"
#include "twilio_fields.h"


typedef struct {
    whatsauth_text_t   values[WHATSAUTH_TWILIO_FIELDS_N];
    const char        *end;              /* of all that is signed */
    char              *reason;
} whatsauth_twilio_reading_t;


/*
 * A name that must not occur in the fields between two others, in the order
 * of names, with any value.
 */
typedef struct {
    whatsauth_twilio_id_t  id;
    whatsauth_text_t       after;
    whatsauth_text_t       before;
} whatsauth_twilio_alone_t;

static const whatsauth_twilio_alone_t  whatsauth_twilio_alone[] = {
    { WHATSAUTH_TWILIO_BODY, whatsauth_text(""), whatsauth_text("Body") },
    { WHATSAUTH_TWILIO_FROM, whatsauth_text("From"),
      whatsauth_text("MessageSid") },
    { WHATSAUTH_TWILIO_PROFILE_NAME, whatsauth_text("MessageSid"),
      whatsauth_text("ProfileName") },
};

#define WHATSAUTH_TWILIO_ALONE_N                                              \
    (sizeof(whatsauth_twilio_alone) / sizeof(whatsauth_twilio_alone[0]))


static int
whatsauth_twilio_reading_starts_with(const char *p, const char *end,
    const whatsauth_text_t *name)
{
    return (size_t) (end - p) >= name->len
           && memcmp(p, name->data, name->len) == 0;
}


static int
whatsauth_twilio_reading_is_before(const whatsauth_text_t *a,
    const whatsauth_text_t *b)
{
    int     rc;
    size_t  n;

    n = (a->len < b->len) ? a->len : b->len;
    rc = (n == 0) ? 0 : memcmp(a->data, b->data, n);

    return (rc != 0) ? rc < 0 : a->len < b->len;
}


/* An unknown field may be made of the beginning of a name without a field. */
static int
whatsauth_twilio_reading_is_alone(const whatsauth_twilio_reading_t *reading,
    const whatsauth_twilio_alone_t *alone, const whatsauth_text_t *field)
{
    if (!whatsauth_twilio_reading_is_before(&alone->after, field)) {
        return 0;
    }

    return whatsauth_twilio_reading_is_before(field, &alone->before)
           || (reading->values[alone->id].data == NULL
               && whatsauth_twilio_reading_starts_with(field->data,
                                     whatsauth_text_end(field),
                                     &whatsauth_twilio_known[alone->id].name));
}


/* The known field that may begin at p within a field of that name, or NULL. */
static const whatsauth_twilio_known_t *
whatsauth_twilio_reading_at(const whatsauth_twilio_reading_t *reading,
    const char *p, const whatsauth_text_t *field)
{
    size_t                           i;
    const char                      *end;
    const whatsauth_twilio_known_t  *known;

    end = reading->end;

    for (i = 0; i < WHATSAUTH_TWILIO_FIELDS_N; i++) {
        known = &whatsauth_twilio_known[i];

        if (known->begins != NULL
            && *p == known->name.data[0]
            && whatsauth_twilio_reading_starts_with(p, end, &known->name)
            && known->begins(p + known->name.len, end))
        {
            return known;
        }
    }

    for (i = 0; i < WHATSAUTH_TWILIO_ALONE_N && field->len != 0; i++) {
        known = &whatsauth_twilio_known[whatsauth_twilio_alone[i].id];

        if (whatsauth_twilio_reading_starts_with(p, end, &known->name)
            && whatsauth_twilio_reading_is_alone(reading,
                                                 &whatsauth_twilio_alone[i],
                                                 field))
        {
            return known;
        }
    }

    return NULL;
}


/*
 * Searches a part of the text: a field of that name, or the URL, which has no
 * name.
 */
static int
whatsauth_twilio_reading_look(const whatsauth_twilio_reading_t *reading,
    const char *p, const char *end, const whatsauth_text_t *field)
{
    const whatsauth_twilio_known_t  *known;

    for ( /* void */ ; p < end; p++) {
        if (*p < 'A' || *p > 'Z') {
            continue;
        }

        known = whatsauth_twilio_reading_at(reading, p, field);

        if (known != NULL) {
            snprintf(reading->reason, WHATSAUTH_BATCH_REASON_MAX,
                     "a second \"%s\" in %s%.*s", known->name.data,
                     field->len == 0 ? "the URL" : "",
                     (int) field->len, field->data);
            return -1;
        }
    }

    return 0;
}


/* A known name stands where it belongs, and its value holds no other. */
static int
whatsauth_twilio_reading_look_everywhere(
    const whatsauth_twilio_reading_t *reading,
    const whatsauth_twilio_signed_t *content)
{
    size_t                          i;
    const char                     *p;
    const whatsauth_field_t        *field;
    static const whatsauth_text_t   url = whatsauth_text("");

    p = (content->fields_n == 0) ? reading->end : content->fields[0].name.data;

    if (whatsauth_twilio_reading_look(reading, content->contents[0].data, p,
                                      &url)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < content->fields_n; i++) {
        field = &content->fields[i];

        p = (whatsauth_twilio_id(&field->name) == WHATSAUTH_TWILIO_UNKNOWN)
            ? field->name.data : field->value.data;

        if (whatsauth_twilio_reading_look(reading, p, field->value.data
                                          + field->value.len,
                                  &field->name)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* An empty value has every form, unless it was cut off its field. */
static int
whatsauth_twilio_reading_fits(const whatsauth_twilio_reading_t *reading,
    const whatsauth_twilio_known_t *known, const whatsauth_text_t *value)
{
    return known->fits(value)
           || (value->len == 0 && !known->begins(value->data, reading->end));
}


/* The form of one field. */
static int
whatsauth_twilio_reading_keep(whatsauth_twilio_reading_t *reading,
    const whatsauth_field_t *field)
{
    const char             *fault;
    whatsauth_twilio_id_t   id;

    if (!whatsauth_twilio_is_name(&field->name)) {
        snprintf(reading->reason, WHATSAUTH_BATCH_REASON_MAX,
                 "a field of an odd name");
        return -1;
    }

    id = whatsauth_twilio_id(&field->name);

    if (id >= WHATSAUTH_TWILIO_FIELDS_N) {
        return 0;
    }

    fault = (reading->values[id].data != NULL) ? "comes twice"
            : !whatsauth_twilio_reading_fits(reading,
                                             &whatsauth_twilio_known[id],
                                             &field->value)
              ? "is malformed" : NULL;

    if (fault != NULL) {
        snprintf(reading->reason, WHATSAUTH_BATCH_REASON_MAX, "%s %s",
                 whatsauth_twilio_known[id].name.data, fault);
        return -1;
    }

    reading->values[id] = field->value;

    return 0;
}


static int
whatsauth_twilio_reading_differ(const whatsauth_text_t *a,
    const whatsauth_text_t *b)
{
    return a->len != 0 && b->len != 0 && !whatsauth_text_equal(a, b);
}


/* Fields with which Twilio repeats itself must agree. */
static int
whatsauth_twilio_reading_agree(whatsauth_twilio_reading_t *reading)
{
    const char              *fault;
    whatsauth_text_t         phone;
    const whatsauth_text_t  *sid, *values;

    values = reading->values;
    phone = whatsauth_twilio_phone(&values[WHATSAUTH_TWILIO_FROM]);

    sid = &values[WHATSAUTH_TWILIO_MESSAGE_SID];

    fault = whatsauth_twilio_reading_differ(sid,
                                    &values[WHATSAUTH_TWILIO_SMS_MESSAGE_SID])
            ? "SmsMessageSid is not MessageSid"
            : whatsauth_twilio_reading_differ(sid,
                                              &values[WHATSAUTH_TWILIO_SMS_SID])
              ? "SmsSid is not MessageSid"
            : whatsauth_twilio_reading_differ(&values[WHATSAUTH_TWILIO_WA_ID],
                                              &phone)
              ? "WaId is not the number in From" : NULL;

    if (fault != NULL) {
        snprintf(reading->reason, WHATSAUTH_BATCH_REASON_MAX, "%s", fault);
        return -1;
    }

    return 0;
}


/* "US.1GAB" must not become "US.1" and a field "GAB". */
static int
whatsauth_twilio_reading_ends(whatsauth_twilio_reading_t *reading,
    const whatsauth_field_t *field, const whatsauth_field_t *next)
{
    const char             *p;
    whatsauth_twilio_id_t   id;

    p = next->name.data;
    id = whatsauth_twilio_id(&field->name);

    if ((id != WHATSAUTH_TWILIO_FROM && id != WHATSAUTH_TWILIO_EXTERNAL_USER_ID)
        || !whatsauth_twilio_is_user_id(&field->value)
        || whatsauth_twilio_id(&next->name) != WHATSAUTH_TWILIO_UNKNOWN
        || (p + 1 < reading->end && p[1] >= 'a' && p[1] <= 'z'))
    {
        return 0;
    }

    snprintf(reading->reason, WHATSAUTH_BATCH_REASON_MAX,
             "the user id in %.*s may go on in the next field",
             (int) field->name.len, field->name.data);

    return -1;
}


/* The marks of a webhook for messages that no other webhook has. */
static int
whatsauth_twilio_reading_anchored(whatsauth_twilio_reading_t *reading,
    const whatsauth_twilio_signed_t *content)
{
    const char        *fault;
    whatsauth_text_t  *values;

    values = reading->values;

    if (values[WHATSAUTH_TWILIO_BODY].data == NULL) {
        return 0;
    }

    fault = (whatsauth_twilio_id(&content->fields[0].name)
             != WHATSAUTH_TWILIO_ACCOUNT_SID)
            ? "the first field is not AccountSid"
            : (values[WHATSAUTH_TWILIO_ACCOUNT_SID].len == 0)
              ? "a Body without AccountSid"
            : (values[WHATSAUTH_TWILIO_API_VERSION].len == 0)
              ? "a Body without ApiVersion" : NULL;

    if (fault != NULL) {
        snprintf(reading->reason, WHATSAUTH_BATCH_REASON_MAX, "%s", fault);
        return -1;
    }

    return 0;
}


int
whatsauth_twilio_is_one_reading(const whatsauth_twilio_signed_t *content,
    char *reason)
{
    size_t                      i;
    whatsauth_twilio_reading_t  reading;

    if (content->n == 0) {
        snprintf(reason, WHATSAUTH_BATCH_REASON_MAX, "too many fields");
        return 0;
    }

    memset(&reading, 0, sizeof(whatsauth_twilio_reading_t));
    reading.end = whatsauth_text_end(&content->contents[0]);
    reading.reason = reason;

    for (i = 0; i < content->fields_n; i++) {
        if (whatsauth_twilio_reading_keep(&reading, &content->fields[i]) != 0) {
            return 0;
        }
    }

    for (i = 1; i < content->fields_n; i++) {
        if (whatsauth_twilio_reading_ends(&reading, &content->fields[i - 1],
                                          &content->fields[i])
            != 0)
        {
            return 0;
        }
    }

    return whatsauth_twilio_reading_agree(&reading) == 0
           && whatsauth_twilio_reading_look_everywhere(&reading, content) == 0
           && whatsauth_twilio_reading_anchored(&reading, content) == 0;
}

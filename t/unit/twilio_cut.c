
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Twilio's signature is over a text without separators.  Here the texts of
 * requests, ordinary ones and those by which a sender tries to become somebody
 * else, are cut at every place into other requests, and none of them is taken
 * that says anything else than the one that Twilio made.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "protocol/twilio.h"
#include "protocol/twilio_fields.h"


#define HOST      "login.example"
#define PATH      "/api/v1/messages"
#define ACCOUNT   "AC0123456789abcdef0123456789abcdef"
#define SID       "SM1f0e8ae6ade43cb3c0ce4525424e404f"
#define FORGED    "SM00000000000000000000000000000000"

#define FIELDS    40
#define TEXT_MAX  4096

/* Longer names of unknown fields differ in nothing from those. */
#define NAME_MAX_TRIED  16

/* The fields before and after those of the sender. */
#define HEAD  "AccountSid=" ACCOUNT "&ApiVersion=2010-04-01"
#define TAIL                                                                  \
    "&MessageSid=" SID "&NumMedia=0&NumSegments=1&SmsMessageSid=" SID         \
    "&SmsSid=" SID "&SmsStatus=received"
#define TO    "&To=whatsapp:%2B56943426553"
#define FROM  "&From=whatsapp:%2B14155550100&WaId=14155550100"
#define TYPE  "&MessageType=text"

#define VICTIM  "whatsapp:%2B56911111111"

/* All that follows a text in a message, with a number of another. */
#define FORGERY                                                               \
    "From" VICTIM "MessageSid" FORGED "NumMedia0ProfileNamex"                 \
    "SmsMessageSid" FORGED "SmsSid" FORGED "SmsStatusreceived"                \
    "Towhatsapp:%2B56943426553WaId56911111111"


/* A whole message, in a field of another webhook that a sender writes. */
#define MESSAGE  "Body%3E%3E322c9a59dd%3C%3C" FORGERY "Z"


typedef struct {
    whatsauth_field_t  fields[FIELDS];
    size_t             n;
} cut_t;


typedef struct {
    const char                 *form;
    whatsauth_twilio_signed_t   content;   /* of Twilio's request */
    whatsauth_text_t            text;      /* its fields */
    cut_t                       cut;
    whatsauth_message_batch_t   batch;
    size_t                      taken;     /* other cuts that say the same */
    size_t                      tried;
} request_t;


static void
url_of(whatsauth_twilio_request_t *request, const char *target,
    const whatsauth_text_t *body)
{
    memset(request, 0, sizeof(whatsauth_twilio_request_t));

    request->scheme.data = "https";
    request->scheme.len = 5;
    request->host.data = HOST;
    request->host.len = strlen(HOST);
    request->target.data = target;
    request->target.len = strlen(target);
    request->body = *body;
}


static whatsauth_text_t
text_of(const char *string)
{
    whatsauth_text_t  text;

    text.data = string;
    text.len = strlen(string);

    return text;
}


/* The fields of a cut as the body that an attacker would post. */
static whatsauth_text_t
body_of(const cut_t *cut, char *out)
{
    size_t            i;
    whatsauth_text_t  body;

    body.data = out;

    for (i = 0; i < cut->n; i++) {
        out += whatsauth_encode(&cut->fields[i].name, WHATSAUTH_ENCODE_FORM,
                                out);
        *out++ = '=';
        out += whatsauth_encode(&cut->fields[i].value, WHATSAUTH_ENCODE_FORM,
                                out);
        *out++ = '&';
    }

    body.len = (size_t) (out - body.data);

    return body;
}


/*
 * A text, and after it the fields that nobody knows, or nobody reads beside a
 * From: they may be a part of it, and all of them together are the same in
 * each cut.
 */
static whatsauth_text_t
with_unknown(const whatsauth_twilio_signed_t *content,
    const whatsauth_text_t *name)
{
    size_t                    i;
    whatsauth_text_t          all = { 0, NULL };
    whatsauth_twilio_id_t     id;
    const whatsauth_field_t  *field;

    for (i = 0; i < content->fields_n; i++) {
        field = &content->fields[i];
        id = whatsauth_twilio_id(&field->name);

        if (whatsauth_text_equal(&field->name, name)) {
            all = field->value;

        } else if (all.data != NULL
                   && field->name.data == whatsauth_text_end(&all)
                   && (id == WHATSAUTH_TWILIO_UNKNOWN
                       || id == WHATSAUTH_TWILIO_EXTERNAL_USER_ID))
        {
            all.len += field->name.len + field->value.len;
        }
    }

    return all;
}


static void
assert_same_text(const request_t *request, const char *body, const char *name,
    const whatsauth_twilio_signed_t *content)
{
    whatsauth_text_t  ours, theirs, text;

    text = text_of(name);
    ours = with_unknown(content, &text);
    theirs = with_unknown(&request->content, &text);

    if (!whatsauth_text_equal(&ours, &theirs)) {
        fail_msg("%s of\n%s\nbecame another in\n%s", name, request->form,
                 body);
    }
}


static void
assert_same(const request_t *request, const char *body,
    const whatsauth_twilio_signed_t *content,
    const whatsauth_message_batch_t *batch)
{
    const whatsauth_message_t  *a, *b;

    if (batch->n == 0) {
        return;
    }

    if (request->batch.n == 0) {
        fail_msg("a message was made of\n%s\nby\n%s", request->form, body);
    }

    a = &request->batch.messages[0];
    b = &batch->messages[0];

    if (a->kind != b->kind || a->channel != b->channel
        || !whatsauth_text_equal(&a->account, &b->account)
        || !whatsauth_text_equal(&a->to, &b->to)
        || !whatsauth_text_equal(&a->message_id, &b->message_id)
        || !whatsauth_text_equal(&a->sender, &b->sender)
        || !whatsauth_text_equal(&a->user_id, &b->user_id)
        || !whatsauth_text_equal(&a->in_reply_to, &b->in_reply_to))
    {
        fail_msg("another message was made of\n%s\nby\n%s", request->form,
                 body);
    }

    assert_same_text(request, body, "Body", content);
    assert_same_text(request, body, "ProfileName", content);
}


/* Posts fields to a target of ours; only Twilio's own text is signed. */
static void
post(request_t *request, const char *target, const cut_t *cut)
{
    char                        out[3 * TEXT_MAX + 2 * FIELDS + 1];
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_text_t            body;
    whatsauth_twilio_signed_t   content;
    whatsauth_message_batch_t   batch;
    whatsauth_twilio_request_t  url;

    body = body_of(cut, out);
    out[body.len] = '\0';
    url_of(&url, target, &body);
    request->tried++;

    assert_int_equal(whatsauth_twilio_signed(&url, &content), 0);

    if (whatsauth_text_equal(&content.contents[0],
                             &request->content.contents[0])
        && whatsauth_twilio_is_one_reading(&content, reason)
        && whatsauth_twilio_read(body.data, body.len, &batch, reason)
           == WHATSAUTH_BATCH_OK)
    {
        assert_same(request, out, &content, &batch);
        request->taken++;
        whatsauth_twilio_free(&batch);
    }

    whatsauth_twilio_signed_free(&content);
}


/* Others are sorted before they are signed, and are another text. */
static int
ascends(const cut_t *cut)
{
    int                rc;
    size_t             i, n;
    const whatsauth_text_t  *a, *b;

    for (i = 1; i < cut->n; i++) {
        a = &cut->fields[i - 1].name;
        b = &cut->fields[i].name;
        n = (a->len < b->len) ? a->len : b->len;
        rc = memcmp(a->data, b->data, n);

        if (rc > 0 || (rc == 0 && a->len > b->len)) {
            return 0;
        }
    }

    return 1;
}


static void
try(request_t *request, const cut_t *cut)
{
    if (ascends(cut)) {
        post(request, PATH, cut);
    }
}


static void
request_of(request_t *request, const char *target, const char *form)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_text_t            body;
    whatsauth_twilio_request_t  url;

    memset(request, 0, sizeof(request_t));
    request->form = form;

    body = text_of(form);
    url_of(&url, target, &body);
    assert_int_equal(whatsauth_twilio_signed(&url, &request->content), 0);

    request->cut.n = request->content.fields_n;
    assert_true(request->cut.n < FIELDS - 4);
    memcpy(request->cut.fields, request->content.fields,
           request->cut.n * sizeof(whatsauth_field_t));

    request->text.data = request->cut.fields[0].name.data;
    request->text.len = (size_t)
                        (whatsauth_text_end(&request->content.contents[0])
                         - request->text.data);
    assert_true(request->text.len < TEXT_MAX);

    if (whatsauth_twilio_read(body.data, body.len, &request->batch, reason)
        != WHATSAUTH_BATCH_OK)
    {
        memset(&request->batch, 0, sizeof(whatsauth_message_batch_t));
    }
}


static void
request_free(request_t *request)
{
    if (request->batch.owner != NULL) {
        whatsauth_twilio_free(&request->batch);
    }

    whatsauth_twilio_signed_free(&request->content);
}


static void
add(cut_t *cut, const char *name, const char *value, const char *end)
{
    whatsauth_field_t  *field;

    field = &cut->fields[cut->n++];
    field->name.data = name;
    field->name.len = (size_t) (value - name);
    field->value.data = value;
    field->value.len = (size_t) (end - value);
}


/*
 * One more field, of whatever name, from every place on, in the place of the
 * rest of that field and of some of those that follow.
 */
static void
try_one_more(request_t *request)
{
    cut_t        cut;
    size_t       i, next, rest;
    const char  *p, *value, *start, *stop, *end;

    end = whatsauth_text_end(&request->text);

    for (i = 0; i < request->cut.n; i++) {
        start = request->cut.fields[i].name.data;
        stop = whatsauth_text_end(&request->cut.fields[i].value);

        for (p = start; p < stop; p++) {
            for (value = p + 1;
                 value <= stop && value <= p + NAME_MAX_TRIED;
                 value++)
            {
                for (next = i + 1; next <= request->cut.n; next++) {
                    if (next > i + 2 && next < request->cut.n) {
                        continue;
                    }

                    cut.n = 0;
                    memcpy(cut.fields, request->cut.fields,
                           i * sizeof(whatsauth_field_t));
                    cut.n = i;

                    if (p >= request->cut.fields[i].value.data) {
                        add(&cut, start, request->cut.fields[i].value.data, p);

                    } else if (p > start) {
                        add(&cut, start, p, p);
                    }

                    add(&cut, p, value, next == request->cut.n
                                        ? end
                                        : request->cut.fields[next].name.data);

                    rest = request->cut.n - next;
                    memcpy(&cut.fields[cut.n], &request->cut.fields[next],
                           rest * sizeof(whatsauth_field_t));
                    cut.n += rest;

                    try(request, &cut);
                }
            }
        }
    }
}


/* Where known names stand in the text, in the order of their names. */
typedef struct {
    request_t   *request;
    const char  *at[FIELDS];
    unsigned     id[FIELDS];
    const char  *stop[FIELDS];   /* the end of the value */
    size_t       n;
} frame_t;


static const char *
value_of(const frame_t *frame, size_t i)
{
    return frame->at[i] + whatsauth_twilio_known[frame->id[i]].name.len;
}


static const char *
field_end(const frame_t *frame, size_t i)
{
    return (i + 1 < frame->n) ? frame->at[i + 1]
           : whatsauth_text_end(&frame->request->text);
}


/* The longest beginning of a value that is of the field's form. */
static const char *
value_end(const frame_t *frame, size_t i)
{
    whatsauth_text_t  value;

    value.data = value_of(frame, i);
    value.len = (size_t) (field_end(frame, i) - value.data);

    while (value.len != 0
           && !whatsauth_twilio_known[frame->id[i]].fits(&value))
    {
        value.len--;
    }

    return whatsauth_text_end(&value);
}


/* The rest after a value is an unknown field. */
static void
try_frame_with(frame_t *frame, size_t special, size_t name_len)
{
    cut_t        cut;
    size_t       i, len;
    const char  *end;

    cut.n = 0;

    for (i = 0; i < frame->n; i++) {
        end = field_end(frame, i);
        add(&cut, frame->at[i], value_of(frame, i), frame->stop[i]);

        if (frame->stop[i] == end) {
            continue;
        }

        len = (i == special) ? name_len : 1;

        if ((size_t) (end - frame->stop[i]) < len || cut.n + 2 > FIELDS) {
            return;
        }

        add(&cut, frame->stop[i], frame->stop[i] + len, end);
    }

    try(frame->request, &cut);
}


/* Every end of one value, and the longest of all others. */
static void
try_frame(frame_t *frame)
{
    size_t       i, name_len;
    const char  *longest, *end;

    for (i = 0; i < frame->n; i++) {
        frame->stop[i] = value_end(frame, i);
    }

    try_frame_with(frame, frame->n, 1);

    for (i = 0; i < frame->n; i++) {
        longest = frame->stop[i];
        end = field_end(frame, i);

        for (frame->stop[i] = value_of(frame, i);
             frame->stop[i] < end;
             frame->stop[i]++)
        {
            for (name_len = 1; name_len <= 6; name_len++) {
                try_frame_with(frame, i, name_len);
            }
        }

        frame->stop[i] = longest;
    }
}


static int
is_required(unsigned id)
{
    return id == WHATSAUTH_TWILIO_ACCOUNT_SID || id == WHATSAUTH_TWILIO_BODY
           || id == WHATSAUTH_TWILIO_FROM || id == WHATSAUTH_TWILIO_TO
           || id == WHATSAUTH_TWILIO_MESSAGE_SID;
}


/* The next place of a name, or NULL. */
static const char *
find(const frame_t *frame, const char *p, const whatsauth_text_t *name)
{
    const char  *end;

    end = whatsauth_text_end(&frame->request->text);

    for ( /* void */ ; (size_t) (end - p) >= name->len; p++) {
        if (memcmp(p, name->data, name->len) == 0) {
            return p;
        }
    }

    return NULL;
}


/*
 * Every choice of the places where known names stand.  One that must not be
 * hidden, and stands in one place, is a field there.
 */
static void
try_frames(frame_t *frame, const char *from, unsigned id)
{
    int                              must;
    const char                      *p, *first;
    const whatsauth_twilio_known_t  *known;

    if (id == WHATSAUTH_TWILIO_FIELDS_N) {
        try_frame(frame);
        return;
    }

    known = &whatsauth_twilio_known[id];
    first = find(frame, frame->request->text.data, &known->name);
    must = is_required(id)
           || (first != NULL && known->begins != NULL
               && find(frame, first + 1, &known->name) == NULL);

    if (!must) {
        try_frames(frame, from, id + 1);
    }

    for (p = find(frame, from, &known->name);
         p != NULL && (frame->n != 0 || p == frame->request->text.data);
         p = find(frame, p + 1, &known->name))
    {
        frame->at[frame->n] = p;
        frame->id[frame->n] = id;
        frame->n++;

        try_frames(frame, p + known->name.len, id + 1);
        frame->n--;
    }
}


/* Another target may have been called, and its end be fields of ours. */
static void
try_targets(request_t *request, const char *called)
{
    char              target[TEXT_MAX];
    cut_t             cut;
    const char       *p, *value, *start, *end;
    whatsauth_text_t  all, path, text;

    path = text_of(PATH);
    all = request->content.contents[0];
    start = request->text.data - strlen(called);
    end = whatsauth_text_end(&all);

    for (p = start + 1; p < end; p++) {
        text.data = start;
        text.len = (size_t) (p - start);

        if (!whatsauth_twilio_is_target(&text, &path)) {
            continue;
        }

        memcpy(target, start, text.len);
        target[text.len] = '\0';

        for (value = p + 1;
             value <= end && value <= p + NAME_MAX_TRIED;
             value++)
        {
            cut.n = 0;
            add(&cut, p, value, end);
            post(request, target, &cut);

            if (value < request->text.data) {
                cut.n = 0;
                add(&cut, p, value, request->text.data);
                memcpy(&cut.fields[1], request->cut.fields,
                       request->cut.n * sizeof(whatsauth_field_t));
                cut.n = request->cut.n + 1;
                post(request, target, &cut);
            }
        }
    }
}


static void
cut_everywhere(const char *form)
{
    frame_t    frame;
    request_t  request;

    request_of(&request, PATH, form);

    try_one_more(&request);

    memset(&frame, 0, sizeof(frame_t));
    frame.request = &request;
    try_frames(&frame, request.text.data, 0);
    try_targets(&request, PATH);

    assert_true(request.tried > 10);
    request_free(&request);
}


/* Twilio's own request must be taken, or the rest of the test is worthless. */
static void
assert_taken(const char *form)
{
    request_t  request;

    request_of(&request, PATH, form);
    assert_int_equal(request.batch.n, 1);
    try(&request, &request.cut);

    if (request.taken != 1) {
        fail_msg("%s was refused", form);
    }

    request_free(&request);
}


static void
assert_refused(const char *form, const char *expected)
{
    char                        reason[WHATSAUTH_BATCH_REASON_MAX];
    whatsauth_text_t            body;
    whatsauth_twilio_signed_t   content;
    whatsauth_twilio_request_t  url;

    body = text_of(form);
    url_of(&url, PATH, &body);
    assert_int_equal(whatsauth_twilio_signed(&url, &content), 0);

    if (whatsauth_twilio_is_one_reading(&content, reason)) {
        fail_msg("%s was taken", form);
    }

    assert_string_equal(reason, expected);
    whatsauth_twilio_signed_free(&content);
}


static const char *const  ordinary[] = {
    HEAD TO FROM TYPE TAIL
    "&Body=%3E%3E322c9a59dd%3C%3C%0AJust+tap+the+%22send%22+button."
    "&ProfileName=Some+One&ReferralNumMedia=0",

    HEAD TO FROM TYPE TAIL "&Body=From+Paris+to+Body+shop+To+whatsapp"
    "&ProfileName=Body+To+From&ChannelMetadata=%7B%22type%22%3A%22whatsapp"
    "%22%2C%22ProfileName%22%3A%22Body%22%2C%22WaId%22%3A%221%22%7D",

    HEAD TO FROM TYPE TAIL "&Body=a%00b+%3E%3E322c9a59dd%3C%3C&ProfileName="
    "&AddOns=%7B%22status%22%3A%22successful%22%2C%22code%22%3Anull%7D",

    HEAD TAIL "&To=%2B56943426553&From=%2B14155550100&FromCity=&FromState=CA"
    "&FromCountry=US&FromZip=94105&ToCity=Tokyo&ToCountry=CL&ToState=&ToZip="
    "&Body=%3E%3E322c9a59dd%3C%3C",

    HEAD TO TYPE TAIL "&From=whatsapp:US.13491208655302741918&Body=Todo:+1"
    "&ExternalUserId=whatsapp:US.13491208655302741918"
    "&ParentExternalUserId=whatsapp:US.ENT.118&ProfileUsername=some.one",

    HEAD TO FROM TYPE TAIL "&Body=a&Forwarded=true&FrequentlyForwarded=false"
    "&OriginalRepliedMessageSid=" FORGED "&Brandnew=b&Zoom-9.b_c=To",

    HEAD TO FROM TAIL "&Body=Yes&ButtonText=Yes&ButtonPayload=y&Latitude=1",

    HEAD TO FROM TAIL "&Body=Attributes+Author&ExternalUserId=US.1349",
    HEAD TO TAIL "&Body=x&ExternalUserId=US.1A&Fresh=1",
};


/* Texts of a sender, or of another webhook, to be cut. */
static const char *const  attacks[] = {
    /* On the same path, by the text; the rest goes into a field "Z". */
    HEAD TO FROM TAIL "&Body=%3E%3E322c9a59dd%3C%3C" FORGERY "Z",

    /* By text and name together: no field but those of a message. */
    HEAD TO FROM TAIL "&Body=%3E%3E322c9a59dd%3C%3CFrom" VICTIM "MessageSid"
    FORGED "NumMedia0ProfileName&ProfileName=SmsMessageSid" FORGED "SmsSid"
    FORGED "Towhatsapp:%2B56943426553WaId56911111111Z",

    /* By the name, or by what a marketplace adds. */
    HEAD TO FROM TAIL "&Body=x&ProfileName=" FORGERY "Z",
    HEAD TO FROM TAIL "&Body=x&ProfileName=xBody%3E%3E322c9a59dd%3C%3C"
    FORGERY,
    HEAD TO FROM TAIL "&Body=x&AddOns=xApiVersion2010-04-01Body%3E%3E322c9a"
    "59dd%3C%3C" FORGERY "Z",

    /* From a sender without a number, of several kinds. */
    HEAD TO TAIL "&From=&ExternalUserId=whatsapp:US.1349&Body=%3E%3E322c9a59dd"
    "%3C%3CFrom" VICTIM "G",
    HEAD TO TAIL "&ExternalUserId=whatsapp:US.1349&Body=%3E%3E322c9a59dd%3C%3C"
    "ExternalUserIdwhatsapp:US.1350From" VICTIM "G&Label=From" VICTIM "M",
    HEAD TAIL "&To=%2B56943426553&From=MYBANK&FromCity=&Body=%3E%3E322c9a59dd"
    "%3C%3CFrom%2B56911111111FromA",
    HEAD TAIL "&To=%2B56943426553&From=22395&Body=%3E%3E322c9a59dd%3C%3CFrom"
    "%2B56911111111G",

    /* The kind is hidden. */
    HEAD TO FROM TAIL "&Body=x&MessageType=image",
    HEAD TO FROM TAIL "&Body=x&Forwarded=true&FrequentlyForwarded=true",
    HEAD TO FROM TAIL "&Body=x&ButtonText=Call&ButtonPayload=Call&Label=To",
    HEAD TO FROM TAIL "&Body=x&MessageStatus=sent",

    /* No text: a picture of somebody with an odd name, a place, a call. */
    HEAD TO FROM TAIL "&MessageType=image&MediaUrl0=https://a.example/Body"
    "&ProfileName=Body%3E%3E322c9a59dd%3C%3C&ChannelMetadata=Body%3E%3E322c9a"
    "59dd%3C%3C",
    HEAD TO FROM TAIL "&MessageType=location&Address=xBody%3E%3E322c9a59dd"
    "%3C%3C&Label=From" VICTIM,
    HEAD "&CallSid=CA1f0e8ae6ade43cb3c0ce4525424e404f&CallStatus=ringing"
    "&Direction=inbound&From=client:x&Body=%3E%3E322c9a59dd%3C%3CFrom" VICTIM
    "G&Gx=From" VICTIM "&MessageSid=" SID TO,
    HEAD "&Author=whatsapp:%2B14155550100&ConversationSid=CH1&MessageSid="
    "IM1f0e8ae6ade43cb3c0ce4525424e404f&Body=%3E%3E322c9a59dd%3C%3C"
    FORGERY "Z",

    /* Of Conversations: what a participant says of himself. */
    "AccountSid=" ACCOUNT "&Attributes=%7B%22x%22:%22" MESSAGE "%22%7D"
    "&ConversationSid=CH0123456789abcdef0123456789abcdef&DateCreated=2026-11-"
    "27T22:00:00Z&EventType=onParticipantAdded&Identity=mallory&ParticipantSid"
    "=MB0123456789abcdef0123456789abcdef&RetryCount=0&RoleSid=RL0123456789abcd"
    "ef0123456789abcdef&Source=SDK",
    "AccountSid=" ACCOUNT "&Attributes=%7B%22x%22:%22ApiVersion2010-04-01"
    MESSAGE "%22%7D&ChatServiceSid=IS0123456789abcdef0123456789abcdef&EventType"
    "=onConversationAdd&FriendlyName=x&RetryCount=0&Source=SDK",
    "AccountSid=" ACCOUNT "&Attributes=%7B%22x%22:%22ApiVersion2010-04-01"
    "Body%3E%3E322c9a59dd%3C%3C%22%7D&EventType=x&FriendlyName=" FORGERY "Z",

    /* Of others, whose fields nobody knows. */
    "AccountSid=" ACCOUNT "&Author=" MESSAGE,
    "AccountSid=" ACCOUNT "&AssistantSid=UA1&CurrentInput=ApiVersion2010-04-01"
    MESSAGE,
    "AccountSid=" ACCOUNT "&Level=ERROR&Payload=ApiVersion2010-04-01" MESSAGE,
    "AccountSid=" ACCOUNT "&EventType=task.created&TaskAttributes=ApiVersion"
    "2010-04-01" MESSAGE,
    HEAD "&CallSid=CA1f0e8ae6ade43cb3c0ce4525424e404f&CallStatus=x&CallerName="
    MESSAGE "&Direction=inbound&From=%2B14155550100" TO,

    /* The user id is another's: made of text, or cut off. */
    HEAD TO FROM TAIL "&Body=%3E%3E322c9a59dd%3C%3CExternalUserIdUS.999",
    HEAD TO TAIL "&From=whatsapp:US.1&Body=%3E%3E322c9a59dd%3C%3CExternalUserId"
    "US.999",
    HEAD TO TAIL "&Body=%3E%3E322c9a59dd%3C%3CExternalUserIdUS.999"
    "&ExternalUserId=US.1",
    HEAD TO TAIL TYPE "&Body=%3E%3E322c9a59dd%3C%3C&ExternalUserId=US.1GAB",
    HEAD TO TAIL "&Body=%3E%3E322c9a59dd%3C%3C&ExternalUserId=US.1FAB2"
    "&From=whatsapp:US.1FAB2",
    HEAD TO TAIL "&Body=%3E%3E322c9a59dd%3C%3C&From=whatsapp:US.1GAB.2L",
};


static void
what_people_write_is_taken(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
        assert_taken(ordinary[i]);
    }
}


static void
an_ordinary_request_becomes_no_other(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
        cut_everywhere(ordinary[i]);
    }
}


static void
an_attacker_s_request_becomes_no_other(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        cut_everywhere(attacks[i]);
    }
}


/* Twilio called another URL of the same host. */
static void
another_url_becomes_none_of_ours(void **state)
{
    size_t                    i, j;
    request_t                 request;
    static const char *const  targets[] = {
        PATH "?app=shop", PATH "?auth_token=x", PATH "?auth_token=xAb",
        PATH "?x=", PATH "/voice", PATH ".php", PATH "2", PATH "/../",
        "/api/v1/", "/"
    };

    (void) state;

    for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        for (j = 0; j < sizeof(attacks) / sizeof(attacks[0]); j++) {
            request_of(&request, targets[i], attacks[j]);
            try_targets(&request, targets[i]);

            /* The path may be right, but nothing of it is a field. */
            assert_int_equal(request.taken, 0);
            request_free(&request);
        }
    }
}


static void
a_field_of_another_form_is_refused(void **state)
{
    (void) state;

    assert_refused("AccountSid=AC1", "AccountSid is malformed");
    assert_refused("AccountSid=AC0123456789abcdef0123456789abcdeg",
                   "AccountSid is malformed");
    assert_refused("AccountSid=SM0123456789abcdef0123456789abcdef",
                   "AccountSid is malformed");
    assert_refused("MessageSid=IM0123456789abcdef0123456789abcdef",
                   "MessageSid is malformed");
    assert_refused("SmsSid=" SID "0", "SmsSid is malformed");
    assert_refused("From=whatsapp:%2B1415555010x", "From is malformed");
    assert_refused("From=whatsapp:14155550100", "From is malformed");
    assert_refused("From=whatsapp:", "From is malformed");
    assert_refused("From=whatsapp:+14155550100", "From is malformed");
    assert_refused("From=whatsapp:US.", "From is malformed");
    assert_refused("From=whatsapp:US.1a", "From is malformed");
    assert_refused("From=%2B1", "From is malformed");
    assert_refused("To=%2B", "To is malformed");
    assert_refused("To=12", "To is malformed");
    assert_refused("To=123456789", "To is malformed");
    assert_refused("To=12345x", "To is malformed");
    assert_refused("WaId=%2B14155550100", "WaId is malformed");
    assert_refused("NumMedia=1a", "NumMedia is malformed");
    assert_refused("MessageType=Text", "MessageType is malformed");
    assert_refused("ExternalUserId=US.1..2", "ExternalUserId is malformed");
    assert_refused("ExternalUserId=US.GAB", "ExternalUserId is malformed");
    assert_refused("From=whatsapp:US.GAB", "From is malformed");
    assert_refused("ApiVersion=2010-04-01B", "ApiVersion is malformed");
    assert_refused("ApiVersion=2010-04-0", "ApiVersion is malformed");
    assert_refused("ApiVersion=2008-08-01", "ApiVersion is malformed");
    assert_refused("a%20b=1", "a field of an odd name");
    assert_refused("=1", "a field of an odd name");
    assert_refused("1a=1", "a field of an odd name");
}


static void
what_is_said_twice_is_alike(void **state)
{
    (void) state;

    assert_refused("Body=a&Body=b", "Body comes twice");
    assert_refused("%54o=&To=%2B14155550100", "To comes twice");
    assert_refused("MessageSid=" SID "&SmsSid=" FORGED,
                   "SmsSid is not MessageSid");
    assert_refused("MessageSid=" SID "&SmsMessageSid=" FORGED,
                   "SmsMessageSid is not MessageSid");
    assert_refused("From=whatsapp:%2B14155550100&WaId=14155550101",
                   "WaId is not the number in From");

    assert_taken(HEAD TO FROM TAIL "&Body=x&Other=1&Other=2");
}


static void
a_second_beginning_of_a_field_is_refused(void **state)
{
    (void) state;

    assert_refused("Body=AccountSidAC&AccountSid=" ACCOUNT,
                   "a second \"AccountSid\" in Body");
    assert_refused("Body=xFromwhatsapp:", "a second \"From\" in Body");
    assert_refused("Body=From%2B1", "a second \"From\" in Body");
    assert_refused("Body=To123", "a second \"To\" in Body");
    assert_refused("Other=MessageSidSM0", "a second \"MessageSid\" in Other");
    assert_refused("OtherTo=%2B1", "a second \"To\" in OtherTo");
    assert_refused("AddOns=x+Body+y", "a second \"Body\" in AddOns");
    assert_refused("Bod=yx", "a second \"Body\" in Bod");
    assert_refused("BodyX=y", "a second \"Body\" in BodyX");
    assert_refused("Body=x&ProfileName=Body%3E%3E",
                   "a second \"Body\" in ProfileName");
    assert_refused("From=MYBANK&Label=Fromage", "a second \"From\" in Label");
    assert_refused("Direction=xFromclient:x", "a second \"From\" in Direction");
    assert_refused("Wa=Id1", "a second \"WaId\" in Wa");
    assert_refused("Pro=fileNamex", "a second \"ProfileName\" in Pro");
    assert_refused("Body=ButtonText", "a second \"ButtonText\" in Body");
}


/* Fields that other webhooks lack, or have in another place. */
static void
a_text_without_anchors_is_refused(void **state)
{
    (void) state;

    assert_refused("AccountSid=" ACCOUNT TO FROM TAIL "&Body=x",
                   "a Body without ApiVersion");
    assert_refused("AccountSid=" ACCOUNT "&ApiVersion=" TO FROM TAIL "&Body=x",
                   "a Body without ApiVersion");
    assert_refused("ApiVersion=2010-04-01" TO FROM TAIL "&Body=x",
                   "the first field is not AccountSid");
    assert_refused("AccountSid=&ApiVersion=2010-04-01&Body=x",
                   "a Body without AccountSid");

    /* The "A" of an "Author", by a webhook without AccountSid. */
    assert_refused(HEAD TO FROM TAIL "&Body=x&A=uthor",
                   "the first field is not AccountSid");

    /* Even where all that a message needs is at its place. */
    assert_refused(HEAD TO FROM TAIL "&Body=x&Zoo=EventTypex",
                   "a second \"EventType\" in Zoo");
    assert_refused(HEAD TO FROM TAIL "&Body=x&Zoo=ConversationSidCH",
                   "a second \"ConversationSid\" in Zoo");
    assert_refused(HEAD TO FROM TAIL "&Body=x&Zoo=ChatServiceSidIS",
                   "a second \"ChatServiceSid\" in Zoo");
    assert_refused(HEAD TO FROM TAIL "&Body=Attributes%7B",
                   "a second \"Attributes\" in Body");
}


static void
a_user_id_that_may_go_on_is_refused(void **state)
{
    (void) state;

    assert_refused("ExternalUserId=US.1&GAB=", "the user id in ExternalUserId "
                   "may go on in the next field");
    assert_refused("ExternalUserId=US.1&G=1", "the user id in ExternalUserId "
                   "may go on in the next field");
    assert_refused("From=whatsapp:US.1&G=", "the user id in From may go on in "
                   "the next field");
    assert_refused("From=whatsapp:US.1&G=.1", "the user id in From may go on "
                   "in the next field");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(what_people_write_is_taken),
        cmocka_unit_test(an_ordinary_request_becomes_no_other),
        cmocka_unit_test(an_attacker_s_request_becomes_no_other),
        cmocka_unit_test(another_url_becomes_none_of_ours),
        cmocka_unit_test(a_field_of_another_form_is_refused),
        cmocka_unit_test(what_is_said_twice_is_alike),
        cmocka_unit_test(a_second_beginning_of_a_field_is_refused),
        cmocka_unit_test(a_text_without_anchors_is_refused),
        cmocka_unit_test(a_user_id_that_may_go_on_is_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

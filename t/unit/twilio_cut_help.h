
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tools of the tests of Twilio's signed text: a request that Twilio has signed,
 * and the same text posted as other fields.
 */


#ifndef _TWILIO_CUT_HELP_H_INCLUDED_
#define _TWILIO_CUT_HELP_H_INCLUDED_


#include "text_help.h"
#include "protocol/twilio.h"
#include "protocol/twilio_fields.h"


#define HOST      "login.example"
#define PATH      "/api/v1/messages"
#define ACCOUNT   "AC0123456789abcdef0123456789abcdef"
#define SID       "SM1f0e8ae6ade43cb3c0ce4525424e404f"
#define FORGED    "SM00000000000000000000000000000000"

#define FIELDS    40
#define TEXT_MAX  4096

/* The fields before and after those of the sender. */
#define HEAD  "AccountSid=" ACCOUNT "&ApiVersion=2010-04-01"
#define TAIL                                                                  \
    "&MessageSid=" SID "&NumMedia=0&NumSegments=1&SmsMessageSid=" SID         \
    "&SmsSid=" SID "&SmsStatus=received"
#define TO    "&To=whatsapp:%2B56943426553"
#define FROM  "&From=whatsapp:%2B14155550100&WaId=14155550100"
#define TYPE  "&MessageType=text"


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


static inline void
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


/* The fields of a cut as the body that an attacker would post. */
static inline whatsauth_text_t
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
static inline whatsauth_text_t
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


static inline void
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


static inline void
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
static inline void
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
static inline int
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


static inline void
try(request_t *request, const cut_t *cut)
{
    if (ascends(cut)) {
        post(request, PATH, cut);
    }
}


static inline void
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


static inline void
request_free(request_t *request)
{
    if (request->batch.owner != NULL) {
        whatsauth_twilio_free(&request->batch);
    }

    whatsauth_twilio_signed_free(&request->content);
}


/* Twilio's own request must be taken, or the rest of the test is worthless. */
static inline void
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


static inline void
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


#endif /* _TWILIO_CUT_HELP_H_INCLUDED_ */

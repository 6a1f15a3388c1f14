
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/hidden_number.h"
#include "journey/message_op.h"
#include "journey/reply.h"
#include "journey/subject.h"

#include "protocol/link_message.h"
#include "protocol/verification.h"


/* Ids of accounts have at most 34 bytes. */
#define NGX_HTTP_WHATSAUTH_ROUTE_MAX       64

/* Message ids have about 60 bytes; more is not kept. */
#define NGX_HTTP_WHATSAUTH_MESSAGE_ID_MAX  256


static void ngx_http_whatsauth_message_op_route(
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, ledger_op_t *op);
static void ngx_http_whatsauth_message_op_text(ledger_op_t *op,
    ngx_uint_t i, const whatsauth_text_t *text, size_t max);
static void ngx_http_whatsauth_message_op_hidden(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, ledger_op_t *op);
static uint64_t ngx_http_whatsauth_message_op_sender(
    const ledger_text_t *number);
static ngx_uint_t ngx_http_whatsauth_message_op_authorized(
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    const ledger_op_t *op);


void
ngx_http_whatsauth_message_op(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, const ledger_record_t *record,
    ngx_http_whatsauth_message_buf_t *buf, ledger_op_t *op)
{
    ngx_memzero(op, sizeof(ledger_op_t));

    op->kind = LEDGER_VALIDATE;
    op->u.message.key = record->key;
    op->u.message.sent_at = message->sent_at;
    op->u.message.share = app->limits.share;
    op->u.message.channel = message->channel == WHATSAUTH_CHANNEL_SMS
                            ? LEDGER_CHANNEL_SMS
                            : LEDGER_CHANNEL_WHATSAPP;
    op->u.message.provider = account->provider->number;

    ngx_http_whatsauth_message_op_texts(app, account, message, buf, op);

    if (ledger_message_text(op, LEDGER_SENDER).len == 0) {
        ngx_http_whatsauth_message_op_hidden(app, account, message, op);

    } else if (!ngx_http_whatsauth_message_op_authorized(app, record, op)) {
        op->kind = LEDGER_REFUSE;
        op->u.message.error = LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED;
        op->u.message.sender = ngx_http_whatsauth_message_op_sender(
                               &ledger_message_text(op, LEDGER_SENDER));
    }

    if (op->kind == LEDGER_VALIDATE && (record->flags & LEDGER_CLAIMED)) {
        ngx_http_whatsauth_message_op_subject(buf, op);
    }

    if (ledger_message_text(op, LEDGER_SENDER).len
        || ledger_message_text(op, LEDGER_USER_ID).len)
    {
        op->u.message.replies = ngx_http_whatsauth_replies(app, record,
                            account->provider,
                            &ledger_message_text(op, LEDGER_ROUTE));
    }
}


void
ngx_http_whatsauth_message_op_texts(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, ngx_http_whatsauth_message_buf_t *buf,
    ledger_op_t *op)
{
    op->text[LEDGER_APP].data = app->name.data;
    op->text[LEDGER_APP].len = app->name.len;

    ledger_message_text(op, LEDGER_PROFILE_NAME).data = buf->profile_name;
    ledger_message_text(op, LEDGER_PROFILE_NAME).len =
                      whatsauth_text_clean(&message->profile_name,
                                           buf->profile_name,
                                           WHATSAUTH_PROFILE_NAME_MAX);

    ngx_http_whatsauth_message_op_route(account, message, op);
    ngx_http_whatsauth_message_op_text(op, LEDGER_MESSAGE_ID,
                                       &message->message_id,
                                       NGX_HTTP_WHATSAUTH_MESSAGE_ID_MAX);

    if (message->kind == WHATSAUTH_MESSAGE_CONTACT) {

        /* A contact card: the store compares who was asked. */

        ngx_http_whatsauth_message_op_text(op, LEDGER_SENDER,
                                           &message->contact_phone,
                                           WHATSAUTH_PHONE_DIGITS_MAX);
        ngx_http_whatsauth_message_op_text(op, LEDGER_USER_ID,
                                           &message->user_id,
                                           message->user_id.len);
        return;
    }

    ngx_http_whatsauth_message_op_text(op, LEDGER_SENDER,
                                       &message->sender,
                                       WHATSAUTH_PHONE_DIGITS_MAX);
}


void
ngx_http_whatsauth_message_op_subject(ngx_http_whatsauth_message_buf_t *buf,
    ledger_op_t *op)
{
    op->text[LEDGER_OP_SUBJECT] = ngx_http_whatsauth_subject(
                                      &ledger_message_text(op, LEDGER_SENDER),
                                      buf->subject);
}


/* An account without an id takes the one that the message has. */

static void
ngx_http_whatsauth_message_op_route(
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, ledger_op_t *op)
{
    whatsauth_text_t  route;

    route = account->id.len ? ngx_http_whatsauth_text(&account->id)
            : message->account.len ? message->account
            : message->to;

    ngx_http_whatsauth_message_op_text(op, LEDGER_ROUTE, &route,
                                       NGX_HTTP_WHATSAUTH_ROUTE_MAX);
}


static void
ngx_http_whatsauth_message_op_text(ledger_op_t *op, ngx_uint_t i,
    const whatsauth_text_t *text, size_t max)
{
    ledger_message_text(op, i).data = text->data;
    ledger_message_text(op, i).len = ngx_min(text->len, max);
}


static void
ngx_http_whatsauth_message_op_hidden(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message, ledger_op_t *op)
{
    /* Never truncate a user id: the prefix could be another user's id. */

    if (message->user_id.len <= LEDGER_USER_ID_MAX) {
        ngx_http_whatsauth_message_op_text(op, LEDGER_USER_ID,
                                           &message->user_id,
                                           message->user_id.len);
    }

    if (ngx_http_whatsauth_hidden_number_asks(app, account->provider, message,
                            &ledger_message_text(op, LEDGER_ROUTE)))
    {
        op->kind = LEDGER_ASK;
        return;
    }

    op->kind = LEDGER_REFUSE;
    op->u.message.error = LEDGER_ERROR_PHONE_NUMBER_UNAVAILABLE;
    op->u.message.sender = ledger_hash(message->user_id.data,
                                       message->user_id.len);
}


/* A person whose number has two spellings is one sender. */

static uint64_t
ngx_http_whatsauth_message_op_sender(const ledger_text_t *number)
{
    char           digits[WHATSAUTH_PHONE_DIGITS_MAX];
    ledger_text_t  subject;

    subject = ngx_http_whatsauth_subject(number, digits);

    return subject.len ? ledger_hash(subject.data, subject.len)
                       : ledger_hash(number->data, number->len);
}


/*
 * The numbers of the record or, if it has none, of its app; none: anyone.  A
 * number that was typed into a page must be one of the app's besides, or the
 * page would let in whom the app does not.
 */

static ngx_uint_t
ngx_http_whatsauth_message_op_authorized(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, const ledger_op_t *op)
{
    whatsauth_text_t  own, all, sender;

    sender.data = ledger_message_text(op, LEDGER_SENDER).data;
    sender.len = ledger_message_text(op, LEDGER_SENDER).len;

    own.data = record->text[LEDGER_AUTHORIZED_NUMBERS].data;
    own.len = record->text[LEDGER_AUTHORIZED_NUMBERS].len;

    all = ngx_http_whatsauth_text(&app->sender.numbers);

    if (own.len && !whatsauth_phone_is_listed(&own, &sender)) {
        return 0;
    }

    if (own.len && (record->flags & LEDGER_PAGE) == 0) {
        return 1;
    }

    return all.len == 0 || whatsauth_phone_is_listed(&all, &sender);
}


ngx_int_t
ngx_http_whatsauth_message_says(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, const whatsauth_message_code_t *code)
{
    if (app->code.message_any) {
        return NGX_OK;
    }

    switch (whatsauth_link_message_follows(code, record->link_hash)) {

    case 1:
        return NGX_OK;

    case 0:
        return NGX_DECLINED;

    default:
        return NGX_ERROR;
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/chat.h"
#include "journey/parameters.h"
#include "journey/reply.h"
#include "journey/sending.h"
#include "kit/conf.h"
#include "kit/log.h"


/*
 * A response_message, a blank line, and what a login adds.  The message may be
 * the record's: damage or another version may have made it longer than a
 * request may.
 */
#define NGX_HTTP_WHATSAUTH_REPLY_LOGIN_MAX                                    \
    (LEDGER_RECORD_TEXTS_MAX + 2 + NGX_HTTP_WHATSAUTH_CHAT_MAX)

_Static_assert(NGX_HTTP_WHATSAUTH_REPLY_TEXT_MAX <= LEDGER_RECORD_TEXTS_MAX,
               "an app's own message must fit, too");


/* Texts about logins in an hour, to one sender. */
#define NGX_HTTP_WHATSAUTH_REPLY_LOGIN_SENDER  30


static void ngx_http_whatsauth_reply_send(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel, const whatsauth_text_t *text,
    const ngx_http_whatsauth_destination_t *destination);
static ngx_uint_t ngx_http_whatsauth_reply_is_login(
    const ngx_http_whatsauth_app_t *app, const ledger_record_t *record);
static whatsauth_text_t ngx_http_whatsauth_reply_login(
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    const whatsauth_text_t *response, u_char *buf);
static whatsauth_text_t ngx_http_whatsauth_reply_text(
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    unsigned reply);


unsigned
ngx_http_whatsauth_replies(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record,
    const ngx_http_whatsauth_provider_t *provider, const ledger_text_t *route)
{
    unsigned          replies, reply;
    whatsauth_text_t  text;

    if (app->reply.sandbox
        || (record->channel == LEDGER_CHANNEL_SMS && !app->reply.by_sms)
        || ngx_http_whatsauth_account_of_route(app, provider, route) == NULL)
    {
        return 0;
    }

    replies = 0;

    for (reply = LEDGER_REPLY_RESPONSE;
         reply <= LEDGER_REPLY_EXPIRATION;
         reply <<= 1)
    {
        text = ngx_http_whatsauth_reply_text(app, record, reply);

        if (text.len
            || (reply == LEDGER_REPLY_RESPONSE
                && ngx_http_whatsauth_reply_is_login(app, record)))
        {
            replies |= reply;
        }
    }

    return replies;
}


void
ngx_http_whatsauth_reply(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply,
    const ngx_http_whatsauth_destination_t *destination)
{
    u_char                      buf[NGX_HTTP_WHATSAUTH_REPLY_LOGIN_MAX];
    whatsauth_text_t            text;
    ngx_http_whatsauth_quota_t  quota;

    text = ngx_http_whatsauth_reply_text(app, record, reply);

    if (reply == LEDGER_REPLY_RESPONSE
        && ngx_http_whatsauth_reply_is_login(app, record))
    {
        text = ngx_http_whatsauth_reply_login(app, record, &text, buf);
        ngx_http_whatsauth_reply_of_login(app, record->channel, &text,
                                          destination);
        return;
    }

    quota.what = NGX_HTTP_WHATSAUTH_LIMIT_REPLY;
    quota.each = app->reply.limit_sender;
    quota.all = app->reply.limit_app;

    if (ngx_http_whatsauth_sending_is_limited(app, &quota, destination)) {
        ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                               "reply suppressed, reason=reply_limit, "
                               "app=%V", &app->name);
        return;
    }

    ngx_http_whatsauth_reply_send(app, record->channel, &text, destination);
}


void
ngx_http_whatsauth_reply_of_login(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel, const whatsauth_text_t *text,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_quota_t  quota;

    quota.what = NGX_HTTP_WHATSAUTH_LIMIT_LOGIN;
    quota.each = NGX_HTTP_WHATSAUTH_REPLY_LOGIN_SENDER;
    quota.all = NGX_HTTP_WHATSAUTH_LIMIT_MAX;

    if (ngx_http_whatsauth_sending_is_limited(app, &quota, destination)) {
        ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                               "reply suppressed, reason=login_limit, "
                               "app=%V", &app->name);
        return;
    }

    ngx_http_whatsauth_reply_send(app, channel, text, destination);
}


static void
ngx_http_whatsauth_reply_send(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel, const whatsauth_text_t *text,
    const ngx_http_whatsauth_destination_t *destination)
{
    ngx_http_whatsauth_sending_t  *sending;

    sending = ngx_http_whatsauth_sending_create(app, channel, text, NULL,
                                                destination);

    if (sending != NULL) {
        ngx_http_whatsauth_sending_start(sending);
    }
}


void
ngx_http_whatsauth_reply_sender(const ledger_record_t *record,
    unsigned reply)
{
    ngx_http_whatsauth_app_t          *app;
    ngx_http_whatsauth_main_conf_t    *mcf;
    ngx_http_whatsauth_destination_t   destination;

    if (record == NULL) {
        return;
    }

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);

    app = ngx_http_whatsauth_conf_app(mcf, record->text[LEDGER_APP].data,
                                      record->text[LEDGER_APP].len);
    if (app == NULL) {
        return;
    }

    ngx_http_whatsauth_destination(&destination, record->provider,
                                   record->message);

    ngx_http_whatsauth_reply(app, record, reply, &destination);
}


/* 1 for a login whose user gets a session in the browser. */

static ngx_uint_t
ngx_http_whatsauth_reply_is_login(const ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record)
{
    return app->login.chat != NULL
           && (record->flags & LEDGER_CLAIMED)
           && (record->claim.flags & LEDGER_CLAIM_PAGE);
}


/*
 * A user who was talked into somebody else's login learns where it is, and can
 * end it.
 */

static whatsauth_text_t
ngx_http_whatsauth_reply_login(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, const whatsauth_text_t *response,
    u_char *buf)
{
    u_char            *p;
    whatsauth_text_t   text;

    p = buf;

    if (response->len) {
        p = ngx_sprintf(p, "%*s\n\n", response->len, response->data);
    }

    text = ngx_http_whatsauth_chat(app, NGX_HTTP_WHATSAUTH_CHAT_LOGGED_IN,
                                   record->claim.language, record, NULL, p);

    text.data = (char *) buf;
    text.len += p - buf;

    return text;
}


/* The record's own text or, if it has none, the app's. */

static whatsauth_text_t
ngx_http_whatsauth_reply_text(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply)
{
    ngx_str_t                *own;
    whatsauth_text_t          text;
    const ledger_text_t      *stored;

    switch (reply) {

    case LEDGER_REPLY_RESPONSE:
        stored = &record->text[LEDGER_RESPONSE_MESSAGE];
        own = &app->texts.response;
        break;

    case LEDGER_REPLY_FAILURE:
        stored = &record->text[LEDGER_FAILURE_MESSAGE];
        own = &app->texts.failure;
        break;

    default: /* LEDGER_REPLY_EXPIRATION */
        stored = &record->text[LEDGER_EXPIRATION_MESSAGE];
        own = &app->texts.expiration;
    }

    text = ngx_http_whatsauth_text(own);

    if (stored->len) {
        text.data = stored->data;
        text.len = stored->len;
    }

    return text;
}

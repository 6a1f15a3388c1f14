
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/reply_text.h"


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

        if (text.len) {
            replies |= reply;
        }
    }

    return replies;
}


whatsauth_text_t
ngx_http_whatsauth_reply_text(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply)
{
    ngx_str_t                *own;
    whatsauth_text_t          text;
    const ledger_text_t  *stored;

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

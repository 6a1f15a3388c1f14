
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_app.h"
#include "ngx_http_whatsauth_reply_request.h"
#include "ngx_http_whatsauth_reply_text.h"


unsigned
ngx_http_whatsauth_replies(ngx_http_whatsauth_app_t *app,
    const lmdb_store_record_t *record, const lmdb_store_text_t *route)
{
    unsigned          replies, reply;
    whatsauth_text_t  text;

    if (app->sandbox
        || (record->channel == LMDB_STORE_CHANNEL_SMS && !app->sms_reply)
        || !ngx_http_whatsauth_reply_possible(app, route))
    {
        return 0;
    }

    replies = 0;

    for (reply = LMDB_STORE_REPLY_RESPONSE;
         reply <= LMDB_STORE_REPLY_EXPIRATION;
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
    const lmdb_store_record_t *record, unsigned reply)
{
    ngx_str_t                *own;
    whatsauth_text_t          text;
    const lmdb_store_text_t  *stored;

    switch (reply) {

    case LMDB_STORE_REPLY_RESPONSE:
        stored = &record->text[LMDB_STORE_RESPONSE_MESSAGE];
        own = &app->response_message;
        break;

    case LMDB_STORE_REPLY_FAILURE:
        stored = &record->text[LMDB_STORE_FAILURE_MESSAGE];
        own = &app->failure_message;
        break;

    default: /* LMDB_STORE_REPLY_EXPIRATION */
        stored = &record->text[LMDB_STORE_EXPIRATION_MESSAGE];
        own = &app->expiration_message;
    }

    text = ngx_http_whatsauth_text(own);

    if (stored->len) {
        text.data = stored->data;
        text.len = stored->len;
    }

    return text;
}

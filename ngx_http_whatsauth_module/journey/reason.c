
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/reason.h"
#include "journey/trouble_messages.h"
#include "kit/log.h"

#include "protocol/phone.h"


static ngx_uint_t ngx_http_whatsauth_reason_is_own(
    ngx_http_whatsauth_app_t *app, const whatsauth_message_t *message);


/* Why a message of another kind than a plain text is ignored. */

static const char  *ngx_http_whatsauth_reason_kinds[] = {
    NULL,                    /* WHATSAUTH_MESSAGE_TEXT */
    "other_type",            /* WHATSAUTH_MESSAGE_OTHER_TYPE */
    "forwarded",             /* WHATSAUTH_MESSAGE_FORWARDED */
    "group",                 /* WHATSAUTH_MESSAGE_GROUP */
    "edit",                  /* WHATSAUTH_MESSAGE_EDIT */
    "own_number",            /* WHATSAUTH_MESSAGE_OWN_NUMBER */
    "no_text"                /* WHATSAUTH_MESSAGE_NO_TEXT */
};


const char *
ngx_http_whatsauth_reason_unheard(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message,
    const ngx_http_whatsauth_account_t **account, ngx_log_t *log)
{
    if (app == NULL) {
        return "app_removed";
    }

    *account = ngx_http_whatsauth_account_hears(app, webhook->provider,
                                                webhook->verified, message);

    if (*account == NULL) {
        ngx_http_whatsauth_trouble_unheard(app, webhook, message, log);
        return "other_app";
    }

    ngx_http_whatsauth_trouble_heard(app, webhook->provider);

    if (!app->enabled) {
        return "app_disabled";
    }

    /* Also a code that was issued before a reload closed the channel. */

    if (message->channel == WHATSAUTH_CHANNEL_SMS && !app->phone.sms_on) {
        return "sms_off";
    }

    if (message->kind != WHATSAUTH_MESSAGE_TEXT
        && message->kind != WHATSAUTH_MESSAGE_CONTACT
        && message->kind != WHATSAUTH_MESSAGE_CHANGED)
    {
        return ngx_http_whatsauth_reason_kinds[message->kind];
    }

    if (message->to.len == 0 && ngx_http_whatsauth_reason_is_own(app, message))
    {
        return "own_number";
    }

    if (message->message_id.len == 0) {
        return "no_message_id";
    }

    if (message->bad_timestamp) {
        return "bad_timestamp";
    }

    return NULL;
}


/* The echo of what we send, where the provider does not tell our number. */

static ngx_uint_t
ngx_http_whatsauth_reason_is_own(ngx_http_whatsauth_app_t *app,
    const whatsauth_message_t *message)
{
    whatsauth_text_t  phone;

    phone = ngx_http_whatsauth_text(&app->phone.whatsapp);
    phone.data++;
    phone.len--;

    return whatsauth_phone_same(&message->sender, &phone);
}


/* The word for a result by which the store ignored a message, or NULL. */

const char *
ngx_http_whatsauth_reason(ledger_result_t result)
{
    switch (result) {

    case LEDGER_UNKNOWN:
        return "unknown";

    case LEDGER_OTHER_APP:
        return "other_app";

    case LEDGER_OTHER_CHANNEL:
        return "other_channel";

    case LEDGER_OTHER_USER:
        return "other_user";

    case LEDGER_USED:
        return "used";

    case LEDGER_DUPLICATE:
        return "duplicate";

    case LEDGER_EXPIRED:
        return "expired";

    case LEDGER_OLD_MESSAGE:
        return "old_message";

    case LEDGER_SHARE_LIMIT:
        return "store_share";

    default:
        return NULL;
    }
}


void
ngx_http_whatsauth_reason_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key)
{
    u_char     id[WHATSAUTH_ID_LEN];
    ngx_str_t  none, text;

    ngx_str_null(&none);

    if (!ngx_http_whatsauth_log_wanted(NGX_LOG_NOTICE, log,
                                       "message ignored, reason=%s%s%V",
                                       reason, app == NULL ? "" : ", app=",
                                       app == NULL ? &none : &app->name))
    {
        return;
    }

    if (app == NULL
        || whatsauth_id_encode(ngx_http_whatsauth_door_codec(), key,
                               (char *) id) != 0)
    {
        ngx_log_error(NGX_LOG_NOTICE, log, 0,
                      "whatsauth: message ignored, reason=%s", reason);
        return;
    }

    text.data = id;
    text.len = WHATSAUTH_ID_LEN;

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "whatsauth: message ignored, reason=%s, app=%V, id=%V",
                  reason, &app->name, &text);
}

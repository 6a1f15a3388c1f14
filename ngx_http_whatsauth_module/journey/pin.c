
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/chat.h"
#include "journey/pin.h"
#include "journey/prompt.h"
#include "kit/log.h"

#include "protocol/token.h"


static ngx_int_t ngx_http_whatsauth_pin_text(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, u_char *out, whatsauth_text_t *text);
static void ngx_http_whatsauth_pin_unsent(
    const ngx_http_whatsauth_prompt_t *prompt);
static void ngx_http_whatsauth_pin_suppressed(
    const ngx_http_whatsauth_prompt_t *prompt, const char *reason);
static void ngx_http_whatsauth_pin_stored(void *data, const ledger_op_t *op);


void
ngx_http_whatsauth_pin(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned pin)
{
    u_char                       text[NGX_HTTP_WHATSAUTH_CHAT_MAX];
    ngx_http_whatsauth_prompt_t  prompt;

    ngx_memzero(&prompt, sizeof(ngx_http_whatsauth_prompt_t));

    prompt.app = app;
    prompt.channel = record->channel;
    prompt.unsent = ngx_http_whatsauth_pin_unsent;
    prompt.key = record->key;
    prompt.pin = pin;

    ngx_http_whatsauth_destination(&prompt.destination, record->provider,
                                   record->message);

    if (app->reply.sandbox) {
        ngx_http_whatsauth_pin_suppressed(&prompt, "sandbox");
        return;
    }

    if (app->login.chat == NULL) {
        ngx_http_whatsauth_pin_suppressed(&prompt, "login_off");
        return;
    }

    if (record->channel == LEDGER_CHANNEL_SMS && !app->reply.by_sms) {
        ngx_http_whatsauth_pin_suppressed(&prompt, "sms_reply");
        return;
    }

    if (ngx_http_whatsauth_prompt_budget(&prompt,
                                         NGX_HTTP_WHATSAUTH_LIMIT_PIN)
        != NGX_OK)
    {
        ngx_http_whatsauth_pin_suppressed(&prompt, "pin_limit");
        return;
    }

    if (ngx_http_whatsauth_pin_text(app, record, text, &prompt.text)
        != NGX_OK)
    {
        ngx_http_whatsauth_pin_suppressed(&prompt, "internal_error");
        return;
    }

    ngx_http_whatsauth_prompt_send(&prompt);
}


/*
 * Nothing in it is the choice of whoever opened the page but for the language,
 * the device, which is one of a list, and the address.
 */

static ngx_int_t
ngx_http_whatsauth_pin_text(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, u_char *out, whatsauth_text_t *text)
{
    char              digits[WHATSAUTH_PIN_LEN];
    whatsauth_text_t  pin;

    if (whatsauth_pin(ngx_http_whatsauth_door_codec(), record->key, digits)
        != 0)
    {
        return NGX_ERROR;
    }

    pin.data = digits;
    pin.len = sizeof(digits);

    *text = ngx_http_whatsauth_chat(app, NGX_HTTP_WHATSAUTH_CHAT_PIN,
                                    record->claim.language, record, &pin, out);
    return NGX_OK;
}


static void
ngx_http_whatsauth_pin_suppressed(const ngx_http_whatsauth_prompt_t *prompt,
    const char *reason)
{
    ngx_http_whatsauth_log(NGX_LOG_NOTICE, ngx_cycle->log,
                           "PIN suppressed, reason=%s, app=%V", reason,
                           &prompt->app->name);

    ngx_http_whatsauth_pin_unsent(prompt);
}


static void
ngx_http_whatsauth_pin_unsent(const ngx_http_whatsauth_prompt_t *prompt)
{
    ledger_op_t  op;

    ngx_memzero(&op, sizeof(ledger_op_t));

    op.kind = LEDGER_UNSENT;
    op.text[LEDGER_APP].data = prompt->app->name.data;
    op.text[LEDGER_APP].len = prompt->app->name.len;
    op.u.browser.key = prompt->key;
    op.u.browser.pin = prompt->pin;

    (void) ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_pin_stored,
                                          NULL);
}


static void
ngx_http_whatsauth_pin_stored(void *data, const ledger_op_t *op)
{
    if (op->result != LEDGER_OK && op->result != LEDGER_NOT_CURRENT) {
        ngx_http_whatsauth_log(NGX_LOG_ERR, ngx_cycle->log,
                               "an unsent PIN could not be stored: %s",
                               ledger_strresult(op->result));
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/confirm.h"
#include "journey/due.h"
#include "journey/pin.h"
#include "journey/reply.h"
#include "journey/subject.h"
#include "kit/limit.h"
#include "provider/provider.h"

#include "protocol/typed.h"

#include <openssl/crypto.h>


/*
 * Tries of all logins of one number in an hour: three for each PIN that it may
 * be sent.  An SMS with a forged sender begins a login as anybody, and PINs
 * that are not sent any more can be guessed all the same.
 */
#define NGX_HTTP_WHATSAUTH_CONFIRM_TRIES  30


static ngx_int_t ngx_http_whatsauth_confirm_make(void *data,
    const ledger_record_t *record, ledger_op_t *op);
static time_t ngx_http_whatsauth_confirm_wait(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, const ledger_text_t *subject);
static void ngx_http_whatsauth_confirm_committed(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op);
static void ngx_http_whatsauth_confirm_end(void *data,
    ngx_http_whatsauth_by_claim_end_t *end);


/* Another tab may have validated the login already. */

static const ngx_http_whatsauth_by_claim_row_t
    ngx_http_whatsauth_confirm_rows[] =
{
    { LEDGER_OK, NGX_HTTP_WHATSAUTH_NONE, NULL },
    { LEDGER_USED, NGX_HTTP_WHATSAUTH_NONE, NULL },

    { LEDGER_WRONG_PIN, NGX_HTTP_WHATSAUTH_PIN_WRONG,
      "the PIN is wrong" },

    { LEDGER_UNKNOWN, NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
      "there is no such claim" },

    { LEDGER_UNDECIDED, NGX_HTTP_WHATSAUTH_NOT_VALIDATED,
      "no PIN has been sent yet" },

    { LEDGER_ENDED, NGX_HTTP_WHATSAUTH_EXPIRED,
      "the login has expired" },

    { LEDGER_RESENT, NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS,
      "the PIN has been sent twice" },

    { LEDGER_RESULTS_N, NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
      "the PIN could not be looked at" }
};

static const ngx_http_whatsauth_by_claim_kind_t
    ngx_http_whatsauth_confirm_kind =
{
    ngx_http_whatsauth_confirm_rows,
    ngx_http_whatsauth_confirm_make,
    ngx_http_whatsauth_confirm_committed,
    ngx_http_whatsauth_confirm_end
};


void
ngx_http_whatsauth_confirm(ngx_http_whatsauth_confirm_t *confirm)
{
    ngx_http_whatsauth_confirmed_t   confirmed;
    ngx_http_whatsauth_by_claim_t   *by_claim;

    by_claim = &confirm->by_claim;
    ngx_memzero(by_claim, sizeof(ngx_http_whatsauth_by_claim_t));
    confirm->wait = 0;

    if (!confirm->resend
        && whatsauth_typed_digits(&confirm->pin, confirm->typed,
                                  sizeof(confirm->typed)) != 0)
    {
        ngx_memzero(&confirmed, sizeof(ngx_http_whatsauth_confirmed_t));

        confirmed.result = NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
        confirmed.detail = "pin must have six digits";

        confirm->done(confirm->data, &confirmed);
        return;
    }

    by_claim->kind = &ngx_http_whatsauth_confirm_kind;
    by_claim->op = confirm->resend ? LEDGER_RESEND : LEDGER_CONFIRM;
    by_claim->app = confirm->app;
    by_claim->claim = &confirm->claim;
    by_claim->data = confirm;

    ngx_http_whatsauth_by_claim(by_claim);
}


void
ngx_http_whatsauth_confirm_forget(void *data)
{
    ngx_http_whatsauth_confirm_t *confirm = data;

    ngx_http_whatsauth_by_claim_forget(&confirm->by_claim);
}


static ngx_int_t
ngx_http_whatsauth_confirm_make(void *data, const ledger_record_t *record,
    ledger_op_t *op)
{
    ngx_http_whatsauth_confirm_t *confirm = data;

    char  pin[WHATSAUTH_PIN_LEN];

    op->record_room = ledger_room(record, NULL);
    op->u.browser.retain = confirm->conf->store.retain;
    op->u.browser.replies = ngx_http_whatsauth_replies(confirm->app, record,
                                ngx_http_whatsauth_provider(record->provider),
                                &record->message[LEDGER_ROUTE]);

    op->text[LEDGER_OP_SUBJECT] = ngx_http_whatsauth_subject(
                                      &record->message[LEDGER_SENDER],
                                      confirm->subject);

    if (confirm->resend) {
        return NGX_OK;
    }

    confirm->wait = ngx_http_whatsauth_confirm_wait(confirm->app, record,
                                                &op->text[LEDGER_OP_SUBJECT]);

    if (confirm->wait
        || whatsauth_pin(ngx_http_whatsauth_door_codec(), record->key, pin)
           != 0)
    {
        return NGX_ERROR;
    }

    op->u.browser.right = CRYPTO_memcmp(pin, confirm->typed, sizeof(pin)) == 0;

    return NGX_OK;
}


static time_t
ngx_http_whatsauth_confirm_wait(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, const ledger_text_t *subject)
{
    ledger_step_t               step;
    ngx_http_whatsauth_quota_t  quota;

    step = ledger_step(record, ngx_http_whatsauth_door_now());

    if (step != LEDGER_STEP_PIN && step != LEDGER_STEP_SEND_FAILED) {
        return 0;
    }

    ngx_memzero(&quota, sizeof(ngx_http_whatsauth_quota_t));

    quota.what = NGX_HTTP_WHATSAUTH_LIMIT_GUESS;
    quota.each = NGX_HTTP_WHATSAUTH_CONFIRM_TRIES;
    quota.key = subject->data;
    quota.len = subject->len;

    return ngx_http_whatsauth_limit(app, &quota, 1);
}


/* The callback of a login that is decided now is due at once. */

static void
ngx_http_whatsauth_confirm_committed(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op)
{
    const ledger_record_t  *record;

    if (op->result != LEDGER_OK && op->result != LEDGER_WRONG_PIN
        && op->result != LEDGER_ENDED)
    {
        return;
    }

    record = ledger_op_record(op);

    if (op->u.browser.status != LEDGER_STATUS_REQUESTED) {
        ngx_http_whatsauth_due_left();
    }

    if (record == NULL || op->result == LEDGER_ENDED) {
        return;
    }

    if (op->kind == LEDGER_RESEND) {
        ngx_http_whatsauth_pin(app, record, op->u.browser.pin);

    } else if (op->u.browser.reply) {
        ngx_http_whatsauth_reply_sender(record, op->u.browser.reply);
    }
}


static void
ngx_http_whatsauth_confirm_end(void *data,
    ngx_http_whatsauth_by_claim_end_t *end)
{
    ngx_http_whatsauth_confirm_t *confirm = data;

    ngx_http_whatsauth_confirmed_t  confirmed;

    ngx_memzero(&confirmed, sizeof(ngx_http_whatsauth_confirmed_t));

    confirmed.result = end->result;
    confirmed.detail = end->detail;

    if (end->stored == LEDGER_WRONG_PIN) {
        confirmed.tries_left = end->op->u.browser.tries;
    }

    if (confirm->wait) {
        confirmed.result = NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS;
        confirmed.detail = "too many PINs have been tried for this number";
        confirmed.wait = confirm->wait;
    }

    if ((end->stored == LEDGER_ENDED || end->stored == LEDGER_WRONG_PIN)
        && end->status == LEDGER_STATUS_FAILED)
    {
        confirmed.result = NGX_HTTP_WHATSAUTH_FAILED;
        confirmed.detail = end->error == LEDGER_ERROR_PIN_WRONG
                           ? "three wrong PINs have ended the login"
                           : "the login has failed";
    }

    confirm->done(confirm->data, &confirmed);
}

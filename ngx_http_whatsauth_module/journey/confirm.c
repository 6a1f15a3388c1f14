
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/confirm.h"
#include "journey/due.h"
#include "journey/pin.h"
#include "journey/reply.h"
#include "provider/provider.h"

#include <openssl/crypto.h>


/* A commit, which may outlive the request that waits for it. */

typedef struct {
    ngx_http_whatsauth_confirm_t  *confirm;     /* NULL: forgotten */
    ngx_http_whatsauth_app_t      *app;
} ngx_http_whatsauth_confirm_commit_t;

typedef struct {
    ledger_result_t                stored;
    ngx_http_whatsauth_result_t    result;
    const char                    *detail;
} ngx_http_whatsauth_confirm_row_t;


static ngx_int_t ngx_http_whatsauth_confirm_digits(
    const whatsauth_text_t *typed, char pin[WHATSAUTH_PIN_LEN]);
static void ngx_http_whatsauth_confirm_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_confirm_submit(
    ngx_http_whatsauth_confirm_t *confirm, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_confirm_op(
    ngx_http_whatsauth_confirm_t *confirm, const ledger_record_t *record,
    ledger_op_t *op);
static void ngx_http_whatsauth_confirm_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_confirm_act(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op);
static void ngx_http_whatsauth_confirm_end(
    ngx_http_whatsauth_confirm_t *confirm, ledger_result_t stored,
    const ledger_op_t *op);


/*
 * The last row stands for all other results.  A login that is validated
 * already is what another tab has done.
 */

static const ngx_http_whatsauth_confirm_row_t
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


void
ngx_http_whatsauth_confirm(ngx_http_whatsauth_confirm_t *confirm)
{
    char                            pin[WHATSAUTH_PIN_LEN];
    ngx_http_whatsauth_wait_t      *wait;
    ngx_http_whatsauth_confirmed_t  confirmed;

    confirm->read = NULL;
    confirm->commit = NULL;

    if (!confirm->resend
        && ngx_http_whatsauth_confirm_digits(&confirm->pin, pin) != NGX_OK)
    {
        ngx_memzero(&confirmed, sizeof(ngx_http_whatsauth_confirmed_t));

        confirmed.result = NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
        confirmed.detail = "pin must have six digits";

        confirm->done(confirm->data, &confirmed);
        return;
    }

    wait = ngx_http_whatsauth_door_read(confirm->claim.key,
                                        ngx_http_whatsauth_confirm_read,
                                        confirm);

    /* NULL: the read is over, and confirm may be, too. */

    if (wait != NULL) {
        confirm->read = wait;
    }
}


void
ngx_http_whatsauth_confirm_forget(void *data)
{
    ngx_http_whatsauth_confirm_t *confirm = data;

    ngx_http_whatsauth_confirm_commit_t  *commit;

    if (confirm->read != NULL) {
        ngx_http_whatsauth_door_forget(confirm->read);
        confirm->read = NULL;
    }

    commit = confirm->commit;

    if (commit != NULL) {
        commit->confirm = NULL;
        confirm->commit = NULL;
    }
}


/* Spaces between digits, which people type and copy, do not count. */

static ngx_int_t
ngx_http_whatsauth_confirm_digits(const whatsauth_text_t *typed,
    char pin[WHATSAUTH_PIN_LEN])
{
    size_t  i, n;

    for (i = 0, n = 0; i < typed->len; i++) {

        if (typed->data[i] == ' ') {
            continue;
        }

        if (!whatsauth_is_digit(typed->data[i]) || n == WHATSAUTH_PIN_LEN) {
            return NGX_DECLINED;
        }

        pin[n++] = typed->data[i];
    }

    return n == WHATSAUTH_PIN_LEN ? NGX_OK : NGX_DECLINED;
}


/* Guesses of claims end here: only a true one costs a commit. */

static void
ngx_http_whatsauth_confirm_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_confirm_t *confirm = data;

    confirm->read = NULL;

    if (result == LEDGER_OK
        && !ledger_claim_is(record, confirm->claim.digest,
                            ngx_http_whatsauth_door_now()))
    {
        result = LEDGER_UNKNOWN;
    }

    if (result != LEDGER_OK) {
        ngx_http_whatsauth_confirm_end(confirm, result, NULL);
        return;
    }

    if (ngx_http_whatsauth_confirm_submit(confirm, record) != NGX_OK) {
        ngx_http_whatsauth_confirm_end(confirm, LEDGER_FAILED, NULL);
    }
}


static ngx_int_t
ngx_http_whatsauth_confirm_submit(ngx_http_whatsauth_confirm_t *confirm,
    const ledger_record_t *record)
{
    ledger_op_t                           op;
    ngx_http_whatsauth_confirm_commit_t  *commit;

    if (ngx_http_whatsauth_confirm_op(confirm, record, &op) != NGX_OK) {
        return NGX_ERROR;
    }

    commit = ngx_alloc(sizeof(ngx_http_whatsauth_confirm_commit_t),
                       ngx_cycle->log);
    if (commit == NULL) {
        return NGX_ERROR;
    }

    commit->confirm = confirm;
    commit->app = confirm->app;

    if (ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_confirm_done,
                                       commit)
        == NULL)
    {
        ngx_free(commit);
        return NGX_ERROR;
    }

    confirm->commit = commit;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_confirm_op(ngx_http_whatsauth_confirm_t *confirm,
    const ledger_record_t *record, ledger_op_t *op)
{
    char                       typed[WHATSAUTH_PIN_LEN];
    char                       pin[WHATSAUTH_PIN_LEN];
    ngx_http_whatsauth_app_t  *app;

    app = confirm->app;
    ngx_memzero(op, sizeof(ledger_op_t));

    op->kind = confirm->resend ? LEDGER_RESEND : LEDGER_CONFIRM;
    op->record_room = ledger_room(record, NULL);
    op->text[LEDGER_APP].data = app->name.data;
    op->text[LEDGER_APP].len = app->name.len;
    op->u.browser.key = confirm->claim.key;
    op->u.browser.retain = confirm->conf->store.retain;
    op->u.browser.replies = ngx_http_whatsauth_replies(app, record,
                                ngx_http_whatsauth_provider(record->provider),
                                &record->message[LEDGER_ROUTE]);

    ngx_memcpy(op->u.browser.digest, confirm->claim.digest, LEDGER_DIGEST_LEN);

    if (confirm->resend) {
        return NGX_OK;
    }

    if (whatsauth_pin(ngx_http_whatsauth_door_codec(), record->key, pin)
        != 0
        || ngx_http_whatsauth_confirm_digits(&confirm->pin, typed) != NGX_OK)
    {
        return NGX_ERROR;
    }

    op->u.browser.right = CRYPTO_memcmp(pin, typed, sizeof(pin)) == 0;

    return NGX_OK;
}


static void
ngx_http_whatsauth_confirm_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_confirm_commit_t *commit = data;

    ngx_http_whatsauth_confirm_t  *confirm;

    confirm = commit->confirm;

    if (op->result == LEDGER_OK || op->result == LEDGER_WRONG_PIN) {
        ngx_http_whatsauth_confirm_act(commit->app, op);
    }

    ngx_free(commit);

    if (confirm != NULL) {
        confirm->commit = NULL;
        ngx_http_whatsauth_confirm_end(confirm, op->result, op);
    }
}


/* The callback of a login that is decided now is due at once. */

static void
ngx_http_whatsauth_confirm_act(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op)
{
    const ledger_record_t  *record;

    record = ledger_op_record(op);

    if (op->u.browser.status != LEDGER_STATUS_REQUESTED) {
        ngx_http_whatsauth_due_left();
    }

    if (record == NULL) {
        return;
    }

    if (op->kind == LEDGER_RESEND) {
        ngx_http_whatsauth_pin(app, record, op->u.browser.pin);

    } else if (op->u.browser.reply) {
        ngx_http_whatsauth_reply_sender(record, op->u.browser.reply);
    }
}


/* op is NULL where nothing was decided. */

static void
ngx_http_whatsauth_confirm_end(ngx_http_whatsauth_confirm_t *confirm,
    ledger_result_t stored, const ledger_op_t *op)
{
    ngx_http_whatsauth_confirmed_t           confirmed;
    const ngx_http_whatsauth_confirm_row_t  *row;

    row = ngx_http_whatsauth_confirm_rows;

    while (row->stored != stored && row->stored != LEDGER_RESULTS_N) {
        row++;
    }

    ngx_memzero(&confirmed, sizeof(ngx_http_whatsauth_confirmed_t));

    confirmed.result = row->result;
    confirmed.detail = row->detail;

    if (op != NULL && (stored == LEDGER_ENDED || stored == LEDGER_WRONG_PIN)
        && op->u.browser.status == LEDGER_STATUS_FAILED)
    {
        confirmed.result = NGX_HTTP_WHATSAUTH_FAILED;
        confirmed.detail = op->u.browser.error == LEDGER_ERROR_PIN_WRONG
                           ? "three wrong PINs have ended the login"
                           : "the login has failed";
    }

    confirm->done(confirm->data, &confirmed);
}

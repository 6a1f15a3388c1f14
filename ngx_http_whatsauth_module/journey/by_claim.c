
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/by_claim.h"


/*
 * A commit, which may outlive the request that waits for it: the user hears of
 * a session also if its browser has gone away to keep that quiet.
 */

typedef struct {
    ngx_http_whatsauth_by_claim_t             *by_claim; /* NULL: forgotten */
    const ngx_http_whatsauth_by_claim_kind_t  *kind;
    ngx_http_whatsauth_app_t                  *app;
} ngx_http_whatsauth_by_claim_commit_t;


static void ngx_http_whatsauth_by_claim_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static ngx_uint_t ngx_http_whatsauth_by_claim_is_its_own(
    ngx_http_whatsauth_by_claim_t *by_claim, const ledger_record_t *record,
    uint64_t now);
static ngx_int_t ngx_http_whatsauth_by_claim_make(
    ngx_http_whatsauth_by_claim_t *by_claim, const ledger_record_t *record,
    ledger_op_t *op);
static ngx_uint_t ngx_http_whatsauth_by_claim_changes_nothing(
    const ledger_record_t *record, ledger_op_t *op, uint64_t now);
static void ngx_http_whatsauth_by_claim_submit(
    ngx_http_whatsauth_by_claim_t *by_claim, ledger_op_t *op);
static void ngx_http_whatsauth_by_claim_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_by_claim_end(
    ngx_http_whatsauth_by_claim_t *by_claim, ledger_result_t stored,
    const ledger_op_t *op);
static void ngx_http_whatsauth_by_claim_status(const ledger_op_t *op,
    ngx_http_whatsauth_by_claim_end_t *end);


void
ngx_http_whatsauth_by_claim(ngx_http_whatsauth_by_claim_t *by_claim)
{
    ngx_http_whatsauth_wait_t  *wait;

    by_claim->read = NULL;
    by_claim->commit = NULL;

    wait = ngx_http_whatsauth_door_read(by_claim->claim->key,
                                        ngx_http_whatsauth_by_claim_read,
                                        by_claim);

    /* NULL: the read is over, and by_claim may be, too, or waits already. */

    if (wait != NULL) {
        by_claim->read = wait;
    }
}


void
ngx_http_whatsauth_by_claim_forget(ngx_http_whatsauth_by_claim_t *by_claim)
{
    ngx_http_whatsauth_by_claim_commit_t  *commit;

    if (by_claim->read != NULL) {
        ngx_http_whatsauth_door_forget(by_claim->read);
        by_claim->read = NULL;
    }

    commit = by_claim->commit;

    if (commit != NULL) {
        commit->by_claim = NULL;
        by_claim->commit = NULL;
    }
}


static void
ngx_http_whatsauth_by_claim_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_by_claim_t *by_claim = data;

    uint64_t     now;
    ledger_op_t  op;

    by_claim->read = NULL;
    now = ngx_http_whatsauth_door_now();

    if (result == LEDGER_OK
        && !ngx_http_whatsauth_by_claim_is_its_own(by_claim, record, now))
    {
        result = LEDGER_UNKNOWN;
    }

    if (result != LEDGER_OK) {
        ngx_http_whatsauth_by_claim_end(by_claim, result, NULL);
        return;
    }

    if (ngx_http_whatsauth_by_claim_make(by_claim, record, &op) != NGX_OK) {
        ngx_http_whatsauth_by_claim_end(by_claim, LEDGER_FAILED, NULL);
        return;
    }

    if (ngx_http_whatsauth_by_claim_changes_nothing(record, &op, now)) {
        ngx_http_whatsauth_by_claim_end(by_claim, op.result, &op);
        return;
    }

    ngx_http_whatsauth_by_claim_submit(by_claim, &op);
}


static ngx_uint_t
ngx_http_whatsauth_by_claim_is_its_own(
    ngx_http_whatsauth_by_claim_t *by_claim, const ledger_record_t *record,
    uint64_t now)
{
    ledger_text_t  name;

    name.data = (char *) by_claim->app->name.data;
    name.len = by_claim->app->name.len;

    return ledger_text_same(&name, &record->text[LEDGER_APP])
           && ledger_claim_is(record, by_claim->claim->digest, now);
}


static ngx_int_t
ngx_http_whatsauth_by_claim_make(ngx_http_whatsauth_by_claim_t *by_claim,
    const ledger_record_t *record, ledger_op_t *op)
{
    const whatsauth_token_t  *claim;

    claim = by_claim->claim;
    ngx_memzero(op, sizeof(ledger_op_t));

    op->kind = by_claim->op;
    op->text[LEDGER_APP].data = (char *) by_claim->app->name.data;
    op->text[LEDGER_APP].len = by_claim->app->name.len;

    if (op->kind == LEDGER_COLLECT) {
        op->u.collect.key = claim->key;
        ngx_memcpy(op->u.collect.digest, claim->digest, LEDGER_DIGEST_LEN);

    } else {
        op->u.browser.key = claim->key;
        ngx_memcpy(op->u.browser.digest, claim->digest, LEDGER_DIGEST_LEN);
    }

    return by_claim->kind->make(by_claim->data, record, op);
}


/*
 * A refusal that changes nothing stands, because a record goes forward only.
 * Anything else has to be committed before it is true.
 */

static ngx_uint_t
ngx_http_whatsauth_by_claim_changes_nothing(const ledger_record_t *record,
    ledger_op_t *op, uint64_t now)
{
    ledger_op_t      tried;
    ledger_change_t  change;
    ledger_record_t  after;

    tried = *op;
    tried.result = ledger_apply(record, NULL, &tried, now, &after, &change);

    if (tried.result == LEDGER_OK || change.save || change.remove) {
        return 0;
    }

    *op = tried;

    return 1;
}


static void
ngx_http_whatsauth_by_claim_submit(ngx_http_whatsauth_by_claim_t *by_claim,
    ledger_op_t *op)
{
    ngx_http_whatsauth_by_claim_commit_t  *commit;

    commit = ngx_alloc(sizeof(ngx_http_whatsauth_by_claim_commit_t),
                       ngx_cycle->log);
    if (commit == NULL) {
        ngx_http_whatsauth_by_claim_end(by_claim, LEDGER_FAILED, NULL);
        return;
    }

    commit->by_claim = by_claim;
    commit->kind = by_claim->kind;
    commit->app = by_claim->app;

    by_claim->commit = commit;

    (void) ngx_http_whatsauth_door_submit(op, ngx_http_whatsauth_by_claim_done,
                                          commit);
}


static void
ngx_http_whatsauth_by_claim_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_by_claim_commit_t *commit = data;

    ngx_http_whatsauth_by_claim_t  *by_claim;

    by_claim = commit->by_claim;

    commit->kind->committed(commit->app, op);
    ngx_free(commit);

    if (by_claim != NULL) {
        by_claim->commit = NULL;
        ngx_http_whatsauth_by_claim_end(by_claim, op->result, op);
    }
}


static void
ngx_http_whatsauth_by_claim_end(ngx_http_whatsauth_by_claim_t *by_claim,
    ledger_result_t stored, const ledger_op_t *op)
{
    ngx_http_whatsauth_by_claim_end_t         end;
    const ngx_http_whatsauth_by_claim_row_t  *row;

    row = by_claim->kind->rows;

    while (row->stored != stored && row->stored != LEDGER_RESULTS_N) {
        row++;
    }

    ngx_memzero(&end, sizeof(ngx_http_whatsauth_by_claim_end_t));

    end.stored = stored;
    end.result = row->result;
    end.detail = row->detail;
    end.op = op;

    if (op != NULL) {
        ngx_http_whatsauth_by_claim_status(op, &end);
    }

    by_claim->kind->end(by_claim->data, &end);
}


/* The rules tell it with all results but these. */

static void
ngx_http_whatsauth_by_claim_status(const ledger_op_t *op,
    ngx_http_whatsauth_by_claim_end_t *end)
{
    if (end->stored == LEDGER_UNKNOWN || end->stored == LEDGER_FAILED) {
        return;
    }

    if (op->kind == LEDGER_COLLECT) {
        end->status = op->u.collect.status;
        end->error = op->u.collect.error;

    } else {
        end->status = op->u.browser.status;
        end->error = op->u.browser.error;
    }
}

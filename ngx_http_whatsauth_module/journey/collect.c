
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/collect.h"
#include "journey/reply.h"
#include "provider/provider.h"

#include <openssl/rand.h>

#include "protocol/phone.h"


/*
 * A commit, which may outlive the request that waits for it: the user hears of
 * a session also if its browser has gone away to keep that quiet.
 */

typedef struct {
    ngx_http_whatsauth_collect_t  *collect;     /* NULL: forgotten */
} ngx_http_whatsauth_collect_commit_t;

typedef struct {
    ledger_result_t                stored;
    ngx_http_whatsauth_result_t    result;
    const char                    *detail;
} ngx_http_whatsauth_collect_refusal_t;


static void ngx_http_whatsauth_collect_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static ngx_uint_t ngx_http_whatsauth_collect_is_its_own(
    ngx_http_whatsauth_collect_t *collect, const ledger_record_t *record,
    uint64_t now);
static ngx_int_t ngx_http_whatsauth_collect_submit(
    ngx_http_whatsauth_collect_t *collect, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_collect_session(
    ngx_http_whatsauth_collect_t *collect, ledger_op_t *op);
static ngx_int_t ngx_http_whatsauth_collect_commit(
    ngx_http_whatsauth_collect_t *collect, ledger_op_t *op);
static void ngx_http_whatsauth_collect_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_collect_answer(
    ngx_http_whatsauth_collect_t *collect, const ledger_op_t *op);
static void ngx_http_whatsauth_collect_refuse(
    ngx_http_whatsauth_collect_t *collect, ledger_result_t stored,
    ledger_status_t status, ledger_error_t error);


/* The last row stands for all other results; ENDED is split by the status. */

static const ngx_http_whatsauth_collect_refusal_t
    ngx_http_whatsauth_collect_refusals[] =
{
    { LEDGER_UNKNOWN, NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
      "there is no such claim" },

    { LEDGER_UNDECIDED, NGX_HTTP_WHATSAUTH_NOT_VALIDATED,
      "the login is not validated yet" },

    { LEDGER_COLLECTED, NGX_HTTP_WHATSAUTH_ALREADY_COLLECTED,
      "the login has been collected before" },

    { LEDGER_ENDED, NGX_HTTP_WHATSAUTH_EXPIRED,
      "the login has expired" },

    { LEDGER_SHARE_LIMIT, NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED,
      "the app has used its share of the store" },

    { LEDGER_RESULTS_N, NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
      "the login could not be collected" }
};


/* Guesses end with the read: only a true claim costs a commit. */

void
ngx_http_whatsauth_collect(ngx_http_whatsauth_collect_t *collect)
{
    ngx_http_whatsauth_wait_t  *wait;

    collect->read = NULL;
    collect->commit = NULL;

    wait = ngx_http_whatsauth_door_read(collect->claim.key,
                                        ngx_http_whatsauth_collect_read,
                                        collect);

    /* NULL: the read is over, and collect may be, too, or waits already. */

    if (wait != NULL) {
        collect->read = wait;
    }
}


void
ngx_http_whatsauth_collect_forget(void *data)
{
    ngx_http_whatsauth_collect_t *collect = data;

    ngx_http_whatsauth_collect_commit_t  *commit;

    if (collect->read != NULL) {
        ngx_http_whatsauth_door_forget(collect->read);
        collect->read = NULL;
    }

    commit = collect->commit;

    if (commit != NULL) {
        commit->collect = NULL;
        collect->commit = NULL;
    }
}


static void
ngx_http_whatsauth_collect_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_collect_t *collect = data;

    uint64_t         now;
    ledger_status_t  status;

    collect->read = NULL;
    now = ngx_http_whatsauth_door_now();

    if (result == LEDGER_OK
        && !ngx_http_whatsauth_collect_is_its_own(collect, record, now))
    {
        result = LEDGER_UNKNOWN;
    }

    if (result != LEDGER_OK) {
        ngx_http_whatsauth_collect_refuse(collect, result, 0,
                                          LEDGER_ERROR_NONE);
        return;
    }

    status = ledger_status(record, now);

    if (status == LEDGER_STATUS_REQUESTED) {
        ngx_http_whatsauth_collect_refuse(collect, LEDGER_UNDECIDED, status,
                                          LEDGER_ERROR_NONE);
        return;
    }

    if (ngx_http_whatsauth_collect_submit(collect, record) != NGX_OK) {
        ngx_http_whatsauth_collect_refuse(collect, LEDGER_FAILED, status,
                                          LEDGER_ERROR_NONE);
    }
}


static ngx_uint_t
ngx_http_whatsauth_collect_is_its_own(ngx_http_whatsauth_collect_t *collect,
    const ledger_record_t *record, uint64_t now)
{
    ledger_text_t  name;

    name.data = collect->app->name.data;
    name.len = collect->app->name.len;

    return ledger_text_same(&name, &record->text[LEDGER_APP])
           && ledger_claim_is(record, collect->claim.digest, now);
}


static ngx_int_t
ngx_http_whatsauth_collect_submit(ngx_http_whatsauth_collect_t *collect,
    const ledger_record_t *record)
{
    char                       subject[WHATSAUTH_PHONE_DIGITS_MAX];
    ledger_op_t                op;
    whatsauth_text_t           sender;
    ngx_http_whatsauth_app_t  *app;

    app = collect->app;
    ngx_memzero(&op, sizeof(ledger_op_t));

    op.kind = LEDGER_COLLECT;
    op.record_room = ledger_room(record, NULL);
    op.text[LEDGER_APP].data = app->name.data;
    op.text[LEDGER_APP].len = app->name.len;
    op.u.collect.key = collect->claim.key;
    ngx_memcpy(op.u.collect.digest, collect->claim.digest, LEDGER_DIGEST_LEN);
    ngx_memcpy(op.u.collect.collect_key, collect->key, LEDGER_DIGEST_LEN);

    if (collect->claim.kind == WHATSAUTH_TOKEN_PAGE_CLAIM) {
        sender.data = record->message[LEDGER_SENDER].data;
        sender.len = record->message[LEDGER_SENDER].len;

        op.text[LEDGER_OP_SUBJECT].data = subject;
        op.text[LEDGER_OP_SUBJECT].len = whatsauth_phone_canonical(&sender,
                                                                   subject);
        op.u.collect.replies = ngx_http_whatsauth_replies(app, record,
                               ngx_http_whatsauth_provider(record->provider),
                               &record->message[LEDGER_ROUTE]);

        if (ngx_http_whatsauth_collect_session(collect, &op) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_whatsauth_collect_commit(collect, &op);
}


/* Both secrets follow from the claim's: a repeated collect gives the same. */

static ngx_int_t
ngx_http_whatsauth_collect_session(ngx_http_whatsauth_collect_t *collect,
    ledger_op_t *op)
{
    whatsauth_codec_t         *codec;
    ngx_http_whatsauth_app_t  *app;

    app = collect->app;
    codec = ngx_http_whatsauth_door_codec();

    if (whatsauth_token_derive(codec, &collect->claim,
                               WHATSAUTH_TOKEN_SESSION, &collect->session)
        != 0
        || whatsauth_token_derive(codec, &collect->claim,
                                  WHATSAUTH_TOKEN_KNOWN, &collect->known)
           != 0
        || RAND_bytes(op->u.collect.seed, LEDGER_SUBJECT_SEED_LEN) != 1)
    {
        return NGX_ERROR;
    }

    op->u.collect.session = 1;
    op->u.collect.absolute = app->session.absolute;
    op->u.collect.idle = app->session.idle;
    op->u.collect.share = app->limits.share;

    ngx_memcpy(op->u.collect.session_digest, collect->session.digest,
               LEDGER_DIGEST_LEN);
    ngx_memcpy(op->u.collect.mark, collect->known.digest, LEDGER_DIGEST_LEN);

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_collect_commit(ngx_http_whatsauth_collect_t *collect,
    ledger_op_t *op)
{
    ngx_http_whatsauth_collect_commit_t  *commit;

    commit = ngx_alloc(sizeof(ngx_http_whatsauth_collect_commit_t),
                       ngx_cycle->log);
    if (commit == NULL) {
        return NGX_ERROR;
    }

    commit->collect = collect;

    if (ngx_http_whatsauth_door_submit(op, ngx_http_whatsauth_collect_done,
                                       commit)
        == NULL)
    {
        ngx_free(commit);
        return NGX_ERROR;
    }

    collect->commit = commit;

    return NGX_OK;
}


static void
ngx_http_whatsauth_collect_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_collect_commit_t *commit = data;

    ngx_http_whatsauth_collect_t  *collect;

    collect = commit->collect;
    ngx_free(commit);

    if (op->result == LEDGER_OK && op->u.collect.reply
        && ledger_op_record(op) != NULL)
    {
        ngx_http_whatsauth_reply_sender(ledger_op_record(op),
                                        op->u.collect.reply);
    }

    if (collect != NULL) {
        collect->commit = NULL;
        ngx_http_whatsauth_collect_answer(collect, op);
    }
}


static void
ngx_http_whatsauth_collect_answer(ngx_http_whatsauth_collect_t *collect,
    const ledger_op_t *op)
{
    ngx_http_whatsauth_collected_t  collected;

    /* Stored, and it can be asked for again with the same key. */

    if (op->result == LEDGER_OK && ledger_op_record(op) == NULL) {
        ngx_http_whatsauth_collect_refuse(collect, LEDGER_FAILED, 0,
                                          LEDGER_ERROR_NONE);
        return;
    }

    if (op->result != LEDGER_OK) {
        ngx_http_whatsauth_collect_refuse(collect, op->result,
                                          op->u.collect.status,
                                          op->u.collect.error);
        return;
    }

    ngx_memzero(&collected, sizeof(ngx_http_whatsauth_collected_t));

    collected.result = NGX_HTTP_WHATSAUTH_COLLECTED;
    collected.record = ledger_op_record(op);
    collected.collected_at = op->u.collect.collected_at;
    collected.session = collect->session;
    collected.known = collect->known;
    collected.marked = op->u.collect.marked ? 1 : 0;

    collect->done(collect->data, &collected);
}


static void
ngx_http_whatsauth_collect_refuse(ngx_http_whatsauth_collect_t *collect,
    ledger_result_t stored, ledger_status_t status, ledger_error_t error)
{
    ngx_http_whatsauth_collected_t               collected;
    const ngx_http_whatsauth_collect_refusal_t  *refusal;

    ngx_memzero(&collected, sizeof(ngx_http_whatsauth_collected_t));

    refusal = ngx_http_whatsauth_collect_refusals;

    while (refusal->stored != stored && refusal->stored != LEDGER_RESULTS_N) {
        refusal++;
    }

    collected.result = refusal->result;
    collected.detail = refusal->detail;

    if (stored == LEDGER_ENDED && status == LEDGER_STATUS_FAILED) {
        collected.result = NGX_HTTP_WHATSAUTH_FAILED;
        collected.detail = "the login has failed";
        collected.error = ledger_error_word(error);
    }

    collect->done(collect->data, &collected);
}

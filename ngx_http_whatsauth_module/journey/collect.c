
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/collect.h"
#include "journey/reply.h"
#include "journey/subject.h"
#include "provider/provider.h"

#include <openssl/rand.h>


static ngx_int_t ngx_http_whatsauth_collect_make(void *data,
    const ledger_record_t *record, ledger_op_t *op);
static ngx_int_t ngx_http_whatsauth_collect_session(
    ngx_http_whatsauth_collect_t *collect, ledger_op_t *op);
static void ngx_http_whatsauth_collect_committed(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op);
static void ngx_http_whatsauth_collect_end(void *data,
    ngx_http_whatsauth_by_claim_end_t *end);


/* ENDED is split by the status. */

static const ngx_http_whatsauth_by_claim_row_t
    ngx_http_whatsauth_collect_rows[] =
{
    { LEDGER_OK, NGX_HTTP_WHATSAUTH_COLLECTED, NULL },

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

static const ngx_http_whatsauth_by_claim_kind_t
    ngx_http_whatsauth_collect_kind =
{
    ngx_http_whatsauth_collect_rows,
    ngx_http_whatsauth_collect_make,
    ngx_http_whatsauth_collect_committed,
    ngx_http_whatsauth_collect_end
};


void
ngx_http_whatsauth_collect(ngx_http_whatsauth_collect_t *collect)
{
    ngx_http_whatsauth_by_claim_t  *by_claim;

    by_claim = &collect->by_claim;

    by_claim->kind = &ngx_http_whatsauth_collect_kind;
    by_claim->op = LEDGER_COLLECT;
    by_claim->app = collect->app;
    by_claim->claim = &collect->claim;
    by_claim->data = collect;

    ngx_http_whatsauth_by_claim(by_claim);
}


void
ngx_http_whatsauth_collect_forget(void *data)
{
    ngx_http_whatsauth_collect_t *collect = data;

    ngx_http_whatsauth_by_claim_forget(&collect->by_claim);
}


static ngx_int_t
ngx_http_whatsauth_collect_make(void *data, const ledger_record_t *record,
    ledger_op_t *op)
{
    ngx_http_whatsauth_collect_t *collect = data;

    op->record_room = ledger_room(record, NULL);
    ngx_memcpy(op->u.collect.collect_key, collect->key, LEDGER_DIGEST_LEN);

    if (collect->claim.kind != WHATSAUTH_TOKEN_PAGE_CLAIM) {
        return NGX_OK;
    }

    op->text[LEDGER_OP_SUBJECT] = ngx_http_whatsauth_subject(
                                      &record->message[LEDGER_SENDER],
                                      collect->subject);
    op->u.collect.replies = ngx_http_whatsauth_replies(collect->app, record,
                                ngx_http_whatsauth_provider(record->provider),
                                &record->message[LEDGER_ROUTE]);

    return ngx_http_whatsauth_collect_session(collect, op);
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


static void
ngx_http_whatsauth_collect_committed(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op)
{
    if (op->result == LEDGER_OK && op->u.collect.reply
        && ledger_op_record(op) != NULL)
    {
        ngx_http_whatsauth_reply_sender(ledger_op_record(op),
                                        op->u.collect.reply);
    }
}


static void
ngx_http_whatsauth_collect_end(void *data,
    ngx_http_whatsauth_by_claim_end_t *end)
{
    ngx_http_whatsauth_collect_t *collect = data;

    ngx_http_whatsauth_collected_t  collected;

    ngx_memzero(&collected, sizeof(ngx_http_whatsauth_collected_t));

    collected.result = end->result;
    collected.detail = end->detail;

    if (end->stored == LEDGER_ENDED && end->status == LEDGER_STATUS_FAILED) {
        collected.result = NGX_HTTP_WHATSAUTH_FAILED;
        collected.detail = "the login has failed";
        collected.error = ledger_error_word(end->error);
    }

    if (end->stored == LEDGER_OK) {
        collected.record = ledger_op_record(end->op);
        collected.collected_at = end->op->u.collect.collected_at;
        collected.session = collect->session;
        collected.known = collect->known;
        collected.marked = end->op->u.collect.marked ? 1 : 0;
        collected.repeated = end->op->u.collect.repeated ? 1 : 0;

        /* Stored, and it can be asked for again with the same key. */

        if (collected.record == NULL) {
            collected.result = NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE;
            collected.detail = "the login could not be collected";
        }
    }

    collect->done(collect->data, &collected);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/attempt.h"
#include "journey/callback_outcome.h"
#include "journey/callback_request.h"
#include "journey/completion.h"
#include "journey/due.h"
#include "journey/orphan.h"
#include "journey/permit.h"
#include "journey/reply.h"
#include "kit/log.h"
#include "wire/outgoing_log.h"


/* Milliseconds of a lease beyond the longest attempt. */
#define NGX_HTTP_WHATSAUTH_ATTEMPT_MARGIN  5000


struct ngx_http_whatsauth_attempt_s {
    ngx_pool_t                      *pool;
    ngx_http_whatsauth_main_conf_t  *conf;
    ngx_http_whatsauth_app_t        *app;
    whatsauth_url_t                  url;
    ngx_http_whatsauth_permit_t      permit;
    uint64_t                         key;
    ngx_uint_t                       n;         /* counts from 1 */
    unsigned                         replies;   /* that could be sent */
    unsigned                         room;      /* for the record of one */
    unsigned                         orphan:1;
    ngx_http_whatsauth_outgoing_t    outgoing;
};


static ngx_http_whatsauth_attempt_t *ngx_http_whatsauth_attempt_create(
    const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_attempt_target(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_attempt_make(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_replies(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_attempt_send(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_refuse(
    ngx_http_whatsauth_attempt_t *attempt);
static void ngx_http_whatsauth_attempt_answered(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_attempt_complete(
    ngx_http_whatsauth_attempt_t *attempt, ledger_op_t *op);


uint64_t
ngx_http_whatsauth_attempt_lease(const ngx_http_whatsauth_main_conf_t *mcf)
{
    return mcf->callback.timeout + NGX_HTTP_WHATSAUTH_ATTEMPT_MARGIN;
}


ngx_http_whatsauth_attempt_t *
ngx_http_whatsauth_attempt_reserve(const ledger_record_t *record)
{
    ngx_http_whatsauth_attempt_t  *attempt;

    if (ngx_exiting || ngx_terminate) {
        return NULL;
    }

    attempt = ngx_http_whatsauth_attempt_create(record);
    if (attempt == NULL) {
        return NULL;
    }

    if (ngx_http_whatsauth_attempt_target(attempt, record) != NGX_OK
        || ngx_http_whatsauth_permit_take(&attempt->permit, attempt->conf,
                                          attempt->app, &attempt->url,
                                          record->status
                                          == LEDGER_STATUS_EXPIRED)
           != NGX_OK)
    {
        ngx_destroy_pool(attempt->pool);
        return NULL;
    }

    return attempt;
}


static ngx_http_whatsauth_attempt_t *
ngx_http_whatsauth_attempt_create(const ledger_record_t *record)
{
    ngx_pool_t                    *pool;
    ngx_http_whatsauth_attempt_t  *attempt;

    pool = ngx_create_pool(2048, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    attempt = ngx_pcalloc(pool, sizeof(ngx_http_whatsauth_attempt_t));

    if (attempt == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    attempt->pool = pool;
    attempt->conf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                                   ngx_http_whatsauth_module);
    attempt->key = record->key;

    return attempt;
}


/*
 * Finds the app and the URL, which points into the attempt's pool or into the
 * configuration.  An orphan has an empty URL, and takes a permit as others do.
 */

static ngx_int_t
ngx_http_whatsauth_attempt_target(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    ngx_str_t                  stored;
    whatsauth_text_t           text;
    ngx_http_whatsauth_app_t  *app;

    app = ngx_http_whatsauth_conf_app(attempt->conf,
                                      record->text[LEDGER_APP].data,
                                      record->text[LEDGER_APP].len);
    attempt->app = app;

    if (app == NULL) {
        attempt->orphan = 1;
        return NGX_OK;
    }

    stored.data = (u_char *) record->text[LEDGER_CALLBACK_URL].data;
    stored.len = record->text[LEDGER_CALLBACK_URL].len;

    if (stored.len == 0) {
        attempt->url = app->callback.parsed;
        attempt->orphan = (app->callback.url.len == 0);
        return NGX_OK;
    }

    text.data = (char *) ngx_pstrdup(attempt->pool, &stored);
    text.len = stored.len;

    if (text.data == NULL) {
        return NGX_ERROR;
    }

    if (whatsauth_url_parse(&text, &attempt->url) != WHATSAUTH_URL_OK) {
        ngx_memzero(&attempt->url, sizeof(whatsauth_url_t));
        attempt->orphan = 1;
    }

    return NGX_OK;
}


void
ngx_http_whatsauth_attempt_cancel(ngx_http_whatsauth_attempt_t *attempt)
{
    ngx_http_whatsauth_permit_give(&attempt->permit);
    ngx_destroy_pool(attempt->pool);
}


void
ngx_http_whatsauth_attempt_start(ngx_http_whatsauth_attempt_t *attempt,
    ngx_uint_t n, const ledger_record_t *record)
{
    attempt->n = n;

    if (record != NULL) {
        ngx_http_whatsauth_attempt_read(attempt, LEDGER_OK, record);
        return;
    }

    (void) ngx_http_whatsauth_door_read(attempt->key,
                                        ngx_http_whatsauth_attempt_read,
                                        attempt);
}


static void
ngx_http_whatsauth_attempt_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_attempt_t *attempt = data;

    if (result != LEDGER_OK
        || ngx_http_whatsauth_attempt_make(attempt, record) != NGX_OK)
    {
        ngx_http_whatsauth_attempt_cancel(attempt);
    }
}


/* NGX_OK: the attempt is under way or completed, and frees itself. */

static ngx_int_t
ngx_http_whatsauth_attempt_make(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    ledger_op_t  op;

    if (attempt->orphan) {
        ngx_memzero(&op, sizeof(ledger_op_t));
        ngx_http_whatsauth_orphan_outcome(record, attempt->conf, &op);
        ngx_http_whatsauth_attempt_complete(attempt, &op);
        return NGX_OK;
    }

    ngx_http_whatsauth_attempt_replies(attempt, record);

    return ngx_http_whatsauth_attempt_send(attempt, record);
}


/* An expired code was never sent: there is nobody to reply to. */

static void
ngx_http_whatsauth_attempt_replies(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    if (record->message[LEDGER_SENDER].len == 0) {
        return;
    }

    attempt->replies = ngx_http_whatsauth_replies(attempt->app, record,
                               ngx_http_whatsauth_provider(record->provider),
                               &record->message[LEDGER_ROUTE]);

    if (attempt->replies) {
        attempt->room = ledger_room(record, NULL);
    }
}


static ngx_int_t
ngx_http_whatsauth_attempt_send(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    whatsauth_url_t                *url;
    ngx_http_whatsauth_trust_t      trust;
    ngx_http_whatsauth_outgoing_t  *out;

    url = &attempt->url;
    trust = ngx_http_whatsauth_app_trusts(attempt->app, url);

    out = &attempt->outgoing;
    out->pool = attempt->pool;
    out->path.data = (u_char *) url->path.data;
    out->path.len = url->path.len;
    out->vet = (trust == NGX_HTTP_WHATSAUTH_CALLBACK_PUBLIC);
    out->handler = ngx_http_whatsauth_attempt_answered;
    out->data = attempt;

    ngx_http_whatsauth_outgoing_target(out, url);

    if (trust == NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED) {
        ngx_http_whatsauth_attempt_refuse(attempt);
        return NGX_OK;
    }

    out->request = ngx_http_whatsauth_callback_request(out->pool, record,
                                                       attempt->app, url);
    if (out->request == NULL) {
        return NGX_ERROR;
    }

    ngx_http_whatsauth_outgoing_send(out, attempt->conf->outgoing);

    return NGX_OK;
}


/* Fails the attempt: the configuration has closed the URL since the code. */

static void
ngx_http_whatsauth_attempt_refuse(ngx_http_whatsauth_attempt_t *attempt)
{
    ngx_str_t                           url;
    ngx_http_whatsauth_outgoing_t      *out;
    ngx_http_whatsauth_outgoing_name_t  name;

    out = &attempt->outgoing;

    if (ngx_http_whatsauth_log_wanted(NGX_LOG_ERR, ngx_cycle->log,
                               "callbacks to %V are not authorized any more",
                               &out->host))
    {
        url = ngx_http_whatsauth_outgoing_url(out, name);
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "whatsauth: callbacks to %V are not authorized any "
                      "more", &url);
    }

    ngx_http_whatsauth_attempt_answered(out);
}


static void
ngx_http_whatsauth_attempt_answered(ngx_http_whatsauth_outgoing_t *out)
{
    ledger_op_t                    op;
    ngx_http_whatsauth_attempt_t  *attempt;

    attempt = out->data;

    ngx_memzero(&op, sizeof(ledger_op_t));

    ngx_http_whatsauth_callback_outcome(out, attempt->app, attempt->n, &op);
    ngx_http_whatsauth_attempt_complete(attempt, &op);
}


static void
ngx_http_whatsauth_attempt_complete(ngx_http_whatsauth_attempt_t *attempt,
    ledger_op_t *op)
{
    op->kind = LEDGER_COMPLETE;
    op->u.complete.key = attempt->key;
    op->u.complete.attempt = attempt->n;
    op->u.complete.retain = attempt->conf->store.retain;
    op->u.complete.replies = attempt->replies;
    op->record_room = attempt->room;

    ngx_http_whatsauth_completion(op);

    ngx_http_whatsauth_permit_give(&attempt->permit);
    ngx_destroy_pool(attempt->pool);

    ngx_http_whatsauth_due_hurry();
}

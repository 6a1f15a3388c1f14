
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "journey/callback.h"
#include "journey/callback_outcome.h"
#include "journey/callback_request.h"
#include "journey/due.h"
#include "journey/host.h"
#include "journey/reply.h"
#include "journey/reply_text.h"
#include "kit/log.h"
#include "kit/trouble.h"
#include "wire/outgoing_log.h"


/* What a claim lasts longer than the attempt itself. */
#define NGX_HTTP_WHATSAUTH_LEASE_MARGIN   5000

/* An app that a configuration has lost may come back with the next. */
#define NGX_HTTP_WHATSAUTH_ORPHAN_WAIT    60000


typedef struct ngx_http_whatsauth_told_s  ngx_http_whatsauth_told_t;


/* An app whose absence is in the log. */

struct ngx_http_whatsauth_told_s {
    ngx_http_whatsauth_told_t      *next;
    ngx_str_t                       name;
};


/* One attempt: reserved, then started, then completed. */

struct ngx_http_whatsauth_attempt_s {
    ngx_pool_t                     *pool;
    ngx_http_whatsauth_place_t      place;
    uint64_t                        key;
    ngx_uint_t                      n;          /* counts from 1 */
    unsigned                        replies;    /* that could be sent */
    ngx_http_whatsauth_app_t       *app;
    ngx_http_whatsauth_outgoing_t   outgoing;
};


static ngx_http_whatsauth_main_conf_t *ngx_http_whatsauth_callback_conf(void);
static ngx_int_t ngx_http_whatsauth_attempt_url(
    const ledger_record_t *record, ngx_http_whatsauth_app_t **app,
    whatsauth_url_t *url);
static ngx_int_t ngx_http_whatsauth_attempt_send(
    ngx_http_whatsauth_attempt_t *attempt);
static void ngx_http_whatsauth_attempt_refused_note(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_attempt_answered(
    ngx_http_whatsauth_outgoing_t *outgoing);
static void ngx_http_whatsauth_attempt_orphan(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_orphan_note(ngx_str_t *name);
static void ngx_http_whatsauth_attempt_complete(
    ngx_http_whatsauth_attempt_t *attempt, ledger_op_t *op);
static void ngx_http_whatsauth_attempt_completed(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_attempt_reply(uint64_t key, unsigned reply);


/*
 * A polynomial at a secret point: nobody can choose a host that waits, and
 * lets others wait, in the lane of theirs.  Each app has lanes of its own, so
 * that one app's backlog for a host is not in the way of another's.
 */

unsigned
ngx_http_whatsauth_callback_lane(const ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    size_t    i;
    uint64_t  hash, point;

    point = ngx_http_whatsauth_callback_conf()->callback.lane_point;
    hash = url->port;

    for (i = 0; i < app->name.len; i++) {
        hash = (hash * point + app->name.data[i])
               % NGX_HTTP_WHATSAUTH_LANE_PRIME;
    }

    /* What is in no name, so that the two cannot be cut in another place. */

    hash = hash * point % NGX_HTTP_WHATSAUTH_LANE_PRIME;

    for (i = 0; i < url->host.len; i++) {
        hash = (hash * point + ngx_tolower((u_char) url->host.data[i]))
               % NGX_HTTP_WHATSAUTH_LANE_PRIME;
    }

    return hash % LEDGER_HOST_LANES;
}


uint64_t
ngx_http_whatsauth_callback_lease(void)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_whatsauth_callback_conf();

    return mcf->callback.timeout + NGX_HTTP_WHATSAUTH_LEASE_MARGIN;
}


static ngx_http_whatsauth_main_conf_t *
ngx_http_whatsauth_callback_conf(void)
{
    return ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_whatsauth_module);
}


/* NGX_DECLINED: the record's app is not configured any more. */

static ngx_int_t
ngx_http_whatsauth_attempt_url(const ledger_record_t *record,
    ngx_http_whatsauth_app_t **app, whatsauth_url_t *url)
{
    whatsauth_text_t          text;
    const ledger_text_t  *stored;

    *app = ngx_http_whatsauth_conf_app(ngx_http_whatsauth_callback_conf(),
                                          record->text[LEDGER_APP].data,
                                          record->text[LEDGER_APP].len);
    if (*app == NULL) {
        return NGX_DECLINED;
    }

    stored = &record->text[LEDGER_CALLBACK_URL];

    if (stored->len == 0) {
        *url = (*app)->callback.parsed;
        return (*app)->callback.url.len ? NGX_OK : NGX_DECLINED;
    }

    text.data = stored->data;
    text.len = stored->len;

    return whatsauth_url_parse(&text, url) == WHATSAUTH_URL_OK ? NGX_OK
                                                               : NGX_DECLINED;
}


ngx_http_whatsauth_attempt_t *
ngx_http_whatsauth_attempt_reserve(const ledger_record_t *record)
{
    ngx_int_t                        rc;
    ngx_pool_t                      *pool;
    whatsauth_url_t                  url;
    ngx_http_whatsauth_app_t        *app;
    ngx_http_whatsauth_attempt_t    *attempt;
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (ngx_exiting || ngx_terminate) {
        return NULL;
    }

    mcf = ngx_http_whatsauth_callback_conf();
    rc = ngx_http_whatsauth_attempt_url(record, &app, &url);

    if (rc != NGX_OK) {
        ngx_memzero(&url, sizeof(whatsauth_url_t));
    }

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
    attempt->key = record->key;

    if (ngx_http_whatsauth_host_take(&attempt->place, mcf, app, &url,
                                     record->status
                                     == LEDGER_STATUS_EXPIRED)
        != NGX_OK)
    {
        ngx_destroy_pool(pool);
        return NULL;
    }

    return attempt;
}


void
ngx_http_whatsauth_attempt_release(ngx_http_whatsauth_attempt_t *attempt)
{
    ngx_http_whatsauth_host_give(&attempt->place);
    ngx_destroy_pool(attempt->pool);
}


void
ngx_http_whatsauth_attempt_start(ngx_http_whatsauth_attempt_t *attempt,
    ngx_uint_t n)
{
    attempt->n = n;

    /* What cannot even begin is taken up again when the lease ends. */

    if (ngx_http_whatsauth_attempt_send(attempt) != NGX_OK) {
        ngx_http_whatsauth_attempt_release(attempt);
    }
}


/* NGX_OK: the attempt goes on and completes itself. */

static ngx_int_t
ngx_http_whatsauth_attempt_send(ngx_http_whatsauth_attempt_t *attempt)
{
    lmdb_store_t                   *store;
    whatsauth_url_t                 url;
    ledger_copy_t                   copy;
    const ledger_record_t          *record;
    ngx_http_whatsauth_trust_t      trust;
    ngx_http_whatsauth_outgoing_t  *out;

    store = ngx_http_whatsauth_store();

    if (store == NULL
        || lmdb_store_get(store, attempt->key, &copy) != LEDGER_OK)
    {
        return NGX_ERROR;
    }

    record = &copy.record;

    if (ngx_http_whatsauth_attempt_url(record, &attempt->app, &url)
        != NGX_OK)
    {
        ngx_http_whatsauth_attempt_orphan(attempt, record);
        return NGX_OK;
    }

    /* An expired code was never sent: there is nobody to reply to. */

    if (record->message[LEDGER_SENDER].len) {
        attempt->replies = ngx_http_whatsauth_replies(attempt->app, record,
                                         &record->message[LEDGER_ROUTE]);
    }

    trust = ngx_http_whatsauth_app_trusts(attempt->app, &url);

    out = &attempt->outgoing;
    out->pool = attempt->pool;
    out->port = url.port;
    out->ssl = url.https;
    out->ip = url.ip;
    out->vet = (trust == NGX_HTTP_WHATSAUTH_CALLBACK_PUBLIC);
    out->handler = ngx_http_whatsauth_attempt_answered;
    out->data = attempt;

    out->host.len = url.host.len;
    out->host.data = ngx_pnalloc(out->pool, url.host.len + url.path.len);
    out->request = ngx_http_whatsauth_callback_request(out->pool, record,
                                                       attempt->app, &url);

    if (out->host.data == NULL || out->request == NULL) {
        return NGX_ERROR;
    }

    out->path.len = url.path.len;
    out->path.data = ngx_cpymem(out->host.data, url.host.data, url.host.len);
    ngx_memcpy(out->path.data, url.path.data, url.path.len);

    if (trust == NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED) {
        ngx_http_whatsauth_attempt_refused_note(out);
        ngx_http_whatsauth_attempt_answered(out);
        return NGX_OK;
    }

    ngx_http_whatsauth_outgoing_send(out,
                               ngx_http_whatsauth_callback_conf()->outgoing);

    return NGX_OK;
}


static void
ngx_http_whatsauth_attempt_refused_note(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_str_t                           url;
    ngx_http_whatsauth_outgoing_name_t  name;

    if (ngx_http_whatsauth_log_wanted(NGX_LOG_ERR, ngx_cycle->log,
                               "callbacks to %V are not authorized any more",
                               &out->host))
    {
        url = ngx_http_whatsauth_outgoing_url(out, name);
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "whatsauth: callbacks to %V are not authorized any "
                      "more", &url);
    }
}


static void
ngx_http_whatsauth_attempt_answered(ngx_http_whatsauth_outgoing_t *outgoing)
{
    ledger_op_t                op;
    ngx_http_whatsauth_attempt_t  *attempt;

    attempt = outgoing->data;

    ngx_memzero(&op, sizeof(ledger_op_t));

    ngx_http_whatsauth_callback_outcome(outgoing, attempt->app, attempt->n,
                                        &op);

    ngx_http_whatsauth_attempt_complete(attempt, &op);
}


/*
 * The record's app, or its URL, is gone from the configuration: nothing is
 * sent in nobody's name.  After retain it is over.
 */

static void
ngx_http_whatsauth_attempt_orphan(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    uint64_t                         now;
    ngx_str_t                        name;
    ledger_op_t                  op;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_whatsauth_callback_conf();
    now = ngx_http_whatsauth_store_now();

    name.data = (u_char *) record->text[LEDGER_APP].data;
    name.len = record->text[LEDGER_APP].len;

    ngx_memzero(&op, sizeof(ledger_op_t));

    if (now > record->expires_at + mcf->store.retain) {
        op.u.complete.outcome = LEDGER_GIVE_UP;
        op.u.complete.error = LEDGER_ERROR_APP_REMOVED;

        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_CALLBACK, NULL,
                                   NULL, ngx_cycle->log, "callback of app "
                                   "\"%V\" given up: it is not configured "
                                   "any more", &name);

    } else {
        op.u.complete.outcome = LEDGER_RELEASE;
        op.u.complete.next_at = now + NGX_HTTP_WHATSAUTH_ORPHAN_WAIT;
    }

    ngx_http_whatsauth_attempt_orphan_note(&name);
    ngx_http_whatsauth_attempt_complete(attempt, &op);
}


/* Told once by each worker, not once a minute for each record. */

static void
ngx_http_whatsauth_attempt_orphan_note(ngx_str_t *name)
{
    static ngx_http_whatsauth_told_t  *told;

    ngx_http_whatsauth_told_t         *app;

    for (app = told; app != NULL; app = app->next) {

        if (app->name.len == name->len
            && ngx_memcmp(app->name.data, name->data, name->len) == 0)
        {
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "whatsauth: callbacks of app \"%V\" wait: it is not "
                  "configured any more", name);

    app = ngx_alloc(sizeof(ngx_http_whatsauth_told_t) + name->len,
                    ngx_cycle->log);
    if (app == NULL) {
        return;
    }

    app->name.len = name->len;
    app->name.data = (u_char *) (app + 1);
    ngx_memcpy(app->name.data, name->data, name->len);

    app->next = told;
    told = app;
}


static void
ngx_http_whatsauth_attempt_complete(ngx_http_whatsauth_attempt_t *attempt,
    ledger_op_t *op)
{
    op->kind = LEDGER_COMPLETE;
    op->u.complete.key = attempt->key;
    op->u.complete.attempt = attempt->n;
    op->u.complete.retain = ngx_http_whatsauth_callback_conf()->store.retain;
    op->u.complete.replies = attempt->replies;

    /* If the store is out of order now, the end of the lease comes later. */

    (void) ngx_http_whatsauth_store_submit(op,
                                     ngx_http_whatsauth_attempt_completed,
                                     NULL);

    ngx_http_whatsauth_attempt_release(attempt);
    ngx_http_whatsauth_due_hurry();
}


static void
ngx_http_whatsauth_attempt_completed(void *data, const ledger_op_t *op)
{
    if (op->result == LEDGER_OK) {

        if (op->u.complete.reply) {
            ngx_http_whatsauth_attempt_reply(op->u.complete.key,
                                             op->u.complete.reply);
        }

        return;
    }

    if (op->result != LEDGER_NOT_CURRENT
        && ngx_http_whatsauth_log_wanted(NGX_LOG_ERR, ngx_cycle->log,
                               "the end of a callback could not be stored"))
    {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "whatsauth: the end of a callback could not be "
                      "stored: %s", ledger_strresult(op->result));
    }
}


/* Granted and spent: if the record cannot be read now, there is none. */

static void
ngx_http_whatsauth_attempt_reply(uint64_t key, unsigned reply)
{
    lmdb_store_t                      *store;
    whatsauth_url_t                    url;
    ledger_copy_t                      copy;
    ngx_http_whatsauth_app_t          *app;
    ngx_http_whatsauth_destination_t   destination;

    store = ngx_http_whatsauth_store();

    if (store == NULL
        || lmdb_store_get(store, key, &copy) != LEDGER_OK
        || ngx_http_whatsauth_attempt_url(&copy.record, &app, &url) != NGX_OK)
    {
        return;
    }

    destination.sender = copy.record.message[LEDGER_SENDER];
    destination.user_id = copy.record.message[LEDGER_USER_ID];
    destination.route = copy.record.message[LEDGER_ROUTE];
    destination.message_id = copy.record.message[LEDGER_MESSAGE_ID];

    ngx_http_whatsauth_reply(app, &copy.record, reply, &destination);
}

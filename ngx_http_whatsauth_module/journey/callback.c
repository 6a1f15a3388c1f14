
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/callback.h"
#include "journey/callback_outcome.h"
#include "journey/callback_request.h"
#include "journey/due.h"
#include "journey/orphan.h"
#include "journey/place.h"
#include "journey/reply.h"
#include "journey/reply_text.h"
#include "kit/log.h"
#include "kit/trouble.h"
#include "wire/outgoing_log.h"


/* Milliseconds by which a claim outlasts its attempt. */
#define NGX_HTTP_WHATSAUTH_LEASE_MARGIN   5000

/* An app that a configuration has lost may come back with the next. */
#define NGX_HTTP_WHATSAUTH_ORPHAN_WAIT    60000


/* One attempt: reserved, then started, then completed. */

struct ngx_http_whatsauth_attempt_s {
    ngx_pool_t                     *pool;
    ngx_http_whatsauth_place_t      place;
    uint64_t                        key;
    ngx_uint_t                      n;          /* counts from 1 */
    unsigned                        replies;    /* that could be sent */
    unsigned                        room;       /* for the record of one */
    unsigned                        orphan:1;
    ngx_http_whatsauth_app_t       *app;
    whatsauth_url_t                 url;
    ngx_http_whatsauth_outgoing_t   outgoing;
};


static ngx_http_whatsauth_main_conf_t *ngx_http_whatsauth_callback_conf(void);
static ngx_int_t ngx_http_whatsauth_attempt_url(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_read(void *data,
    ledger_result_t result, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_attempt_send(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_refused_note(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_attempt_answered(
    ngx_http_whatsauth_outgoing_t *outgoing);
static void ngx_http_whatsauth_attempt_orphan(
    ngx_http_whatsauth_attempt_t *attempt, const ledger_record_t *record);
static void ngx_http_whatsauth_attempt_complete(
    ngx_http_whatsauth_attempt_t *attempt, ledger_op_t *op);
static void ngx_http_whatsauth_attempt_completed(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_attempt_reply(const ledger_record_t *record,
    unsigned reply);


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

    /* A separator that no name has, or two pairs could hash alike. */

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


ngx_http_whatsauth_attempt_t *
ngx_http_whatsauth_attempt_reserve(const ledger_record_t *record)
{
    ngx_pool_t                    *pool;
    ngx_http_whatsauth_attempt_t  *attempt;

    if (ngx_exiting || ngx_terminate) {
        return NULL;
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

    if (ngx_http_whatsauth_attempt_url(attempt, record) != NGX_OK
        || ngx_http_whatsauth_place_take(&attempt->place,
                                         ngx_http_whatsauth_callback_conf(),
                                         attempt->app, &attempt->url,
                                         record->status
                                         == LEDGER_STATUS_EXPIRED)
           != NGX_OK)
    {
        ngx_destroy_pool(pool);
        return NULL;
    }

    return attempt;
}


/*
 * The URL's parts point into a text in the attempt's pool or into the
 * configuration.  An attempt whose app or URL is not configured any more is
 * an orphan, which takes a place as others do.
 */

static ngx_int_t
ngx_http_whatsauth_attempt_url(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    ngx_str_t                  stored;
    whatsauth_text_t           text;
    ngx_http_whatsauth_app_t  *app;

    app = ngx_http_whatsauth_conf_app(ngx_http_whatsauth_callback_conf(),
                                      record->text[LEDGER_APP].data,
                                      record->text[LEDGER_APP].len);
    attempt->app = app;
    attempt->orphan = 1;

    if (app == NULL) {
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

    attempt->orphan = whatsauth_url_parse(&text, &attempt->url)
                      != WHATSAUTH_URL_OK;

    if (attempt->orphan) {
        ngx_memzero(&attempt->url, sizeof(whatsauth_url_t));
    }

    return NGX_OK;
}


void
ngx_http_whatsauth_attempt_release(ngx_http_whatsauth_attempt_t *attempt)
{
    ngx_http_whatsauth_place_give(&attempt->place);
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


/* An attempt that cannot even begin is taken up when the lease ends. */

static void
ngx_http_whatsauth_attempt_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_attempt_t *attempt = data;

    if (result != LEDGER_OK
        || ngx_http_whatsauth_attempt_send(attempt, record) != NGX_OK)
    {
        ngx_http_whatsauth_attempt_release(attempt);
    }
}


/* NGX_OK: the attempt goes on and completes itself. */

static ngx_int_t
ngx_http_whatsauth_attempt_send(ngx_http_whatsauth_attempt_t *attempt,
    const ledger_record_t *record)
{
    whatsauth_url_t                *url;
    ngx_http_whatsauth_trust_t      trust;
    ngx_http_whatsauth_outgoing_t  *out;

    if (attempt->orphan) {
        ngx_http_whatsauth_attempt_orphan(attempt, record);
        return NGX_OK;
    }

    /* An expired code was never sent: there is nobody to reply to. */

    if (record->message[LEDGER_SENDER].len) {
        attempt->replies = ngx_http_whatsauth_replies(attempt->app, record,
                                              &record->message[LEDGER_ROUTE]);
    }

    if (attempt->replies) {
        attempt->room = ledger_room(record, NULL);
    }

    url = &attempt->url;
    trust = ngx_http_whatsauth_app_trusts(attempt->app, url);

    out = &attempt->outgoing;
    out->pool = attempt->pool;
    out->host.data = (u_char *) url->host.data;
    out->host.len = url->host.len;
    out->path.data = (u_char *) url->path.data;
    out->path.len = url->path.len;
    out->port = url->port;
    out->ssl = url->https;
    out->ip = url->ip;
    out->vet = (trust == NGX_HTTP_WHATSAUTH_CALLBACK_PUBLIC);
    out->handler = ngx_http_whatsauth_attempt_answered;
    out->data = attempt;

    out->request = ngx_http_whatsauth_callback_request(out->pool, record,
                                                       attempt->app, url);
    if (out->request == NULL) {
        return NGX_ERROR;
    }

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
    now = ngx_http_whatsauth_door_now();

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

    ngx_http_whatsauth_orphan_note(&name);
    ngx_http_whatsauth_attempt_complete(attempt, &op);
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
    op->record_room = attempt->room;

    /* If the store is out of order now, the end of the lease comes later. */

    (void) ngx_http_whatsauth_door_submit(op,
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
            ngx_http_whatsauth_attempt_reply(ledger_op_record(op),
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


/* The store has already spent the reply: without its record it is dropped. */

static void
ngx_http_whatsauth_attempt_reply(const ledger_record_t *record, unsigned reply)
{
    ngx_http_whatsauth_app_t          *app;
    ngx_http_whatsauth_destination_t   destination;

    if (record == NULL) {
        return;
    }

    app = ngx_http_whatsauth_conf_app(ngx_http_whatsauth_callback_conf(),
                                      record->text[LEDGER_APP].data,
                                      record->text[LEDGER_APP].len);
    if (app == NULL) {
        return;
    }

    destination.sender = record->message[LEDGER_SENDER];
    destination.user_id = record->message[LEDGER_USER_ID];
    destination.route = record->message[LEDGER_ROUTE];
    destination.message_id = record->message[LEDGER_MESSAGE_ID];

    ngx_http_whatsauth_reply(app, record, reply, &destination);
}

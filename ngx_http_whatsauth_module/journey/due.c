
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "journey/callback.h"
#include "journey/due.h"
#include "kit/conf.h"


#define NGX_HTTP_WHATSAUTH_SCAN        1000
#define NGX_HTTP_WHATSAUTH_SCAN_SOON   10

/* Looked at in the head of one lane in one scan. */
#define NGX_HTTP_WHATSAUTH_LANE_MAX    64

/* What has been due for so long falls to any worker, milliseconds. */
#define NGX_HTTP_WHATSAUTH_OVERDUE     200

/* Lanes looked at in one scan: less than a millisecond. */
#define NGX_HTTP_WHATSAUTH_LANES_MAX   256


typedef struct {
    ngx_event_t                    timer;
    ngx_connection_t               dumb;       /* a debug log prints its fd */
    ngx_event_t                    soon;       /* posted: look now */
    uint64_t                       horizon;
    ngx_uint_t                     claims;     /* on their way to the store */
    unsigned                       sweeping:1;
    unsigned                       lane;       /* to go on with */
    unsigned                       backlog:1;  /* left for want of a place */
    unsigned                       share:1;    /* with the other workers */
    unsigned                       more:1;     /* lanes not looked at yet */
} ngx_http_whatsauth_due_t;


static uint64_t ngx_http_whatsauth_due_horizon(
    ngx_http_whatsauth_main_conf_t *mcf);
static void ngx_http_whatsauth_due_scan(ngx_event_t *ev);
static void ngx_http_whatsauth_due_look(ngx_event_t *ev);
static void ngx_http_whatsauth_due_sweep(lmdb_store_t *store, uint64_t now);
static void ngx_http_whatsauth_due_swept(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_due_lanes(lmdb_store_t *store, uint64_t now);
static void ngx_http_whatsauth_due_lane(lmdb_store_t *store, unsigned lane,
    uint64_t now);
static ngx_uint_t ngx_http_whatsauth_due_mine(lmdb_store_due_t *due,
    uint64_t now);
static ngx_int_t ngx_http_whatsauth_due_claim(lmdb_store_t *store,
    lmdb_store_due_t *due);
static void ngx_http_whatsauth_due_claimed(void *data,
    const ledger_op_t *op);


static ngx_http_whatsauth_due_t  ngx_http_whatsauth_due;


ngx_int_t
ngx_http_whatsauth_due_init_process(ngx_cycle_t *cycle)
{
    ngx_event_t                     *timer;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);

    ngx_http_whatsauth_due.lane = LEDGER_LANE_CALLBACK;
    ngx_http_whatsauth_due.horizon = ngx_http_whatsauth_due_horizon(mcf);

    ngx_http_whatsauth_due.dumb.fd = (ngx_socket_t) -1;

    timer = &ngx_http_whatsauth_due.timer;
    timer->handler = ngx_http_whatsauth_due_scan;
    timer->data = &ngx_http_whatsauth_due.dumb;
    timer->log = cycle->log;
    timer->cancelable = 1;

    ngx_http_whatsauth_due.soon.handler = ngx_http_whatsauth_due_look;
    ngx_http_whatsauth_due.soon.data = &ngx_http_whatsauth_due.dumb;
    ngx_http_whatsauth_due.soon.log = cycle->log;

    ngx_add_timer(timer, NGX_HTTP_WHATSAUTH_SCAN_SOON);

    return NGX_OK;
}


/*
 * Nothing waits longer than a lease or the longest wait of a schedule: what
 * is due later than that was written before the wall clock stepped back.
 */

static uint64_t
ngx_http_whatsauth_due_horizon(ngx_http_whatsauth_main_conf_t *mcf)
{
    uint64_t                    longest;
    ngx_uint_t                  i, j;
    ngx_msec_t                 *wait;
    ngx_http_whatsauth_app_t  **apps;

    longest = 60000;
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        wait = apps[i]->callback.retry.elts;

        for (j = 0; j < apps[i]->callback.retry.nelts; j++) {
            longest = ngx_max(longest, wait[j]);
        }
    }

    return 2 * longest + ngx_http_whatsauth_callback_lease();
}


void
ngx_http_whatsauth_due_left(void)
{
    ngx_http_whatsauth_due.backlog = 1;
    ngx_http_whatsauth_due_hurry();
}


void
ngx_http_whatsauth_due_hurry(void)
{
    if (ngx_http_whatsauth_due.backlog && ngx_http_whatsauth_due.claims == 0
        && !ngx_exiting)
    {
        ngx_post_event(&ngx_http_whatsauth_due.soon, &ngx_posted_next_events);
    }
}


/* In between two scans: places have become free, or claims been decided. */

static void
ngx_http_whatsauth_due_look(ngx_event_t *ev)
{
    lmdb_store_t  *store;

    store = ngx_http_whatsauth_store();

    if (store != NULL && !ngx_exiting && !ngx_terminate) {
        ngx_http_whatsauth_due.backlog = 0;
        ngx_http_whatsauth_due.share = 1;
        ngx_http_whatsauth_due_lanes(store, ngx_http_whatsauth_store_now());
        ngx_http_whatsauth_due.share = 0;
    }
}


static void
ngx_http_whatsauth_due_scan(ngx_event_t *ev)
{
    uint64_t       now;
    lmdb_store_t  *store;

    if (ngx_exiting || ngx_terminate) {
        return;
    }

    store = ngx_http_whatsauth_store();
    now = ngx_http_whatsauth_store_now();

    if (store != NULL) {
        ngx_http_whatsauth_due.backlog = 0;
        ngx_http_whatsauth_due.more = 0;
        ngx_http_whatsauth_due_sweep(store, now);

        ngx_http_whatsauth_due_lanes(store, now);
    }

    if (ngx_http_whatsauth_due.more) {
        ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_SCAN_SOON);
        return;
    }

    /* Workers started together do not scan together for ever. */

    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_SCAN - 50 + ngx_random() % 100);
}


static void
ngx_http_whatsauth_due_sweep(lmdb_store_t *store, uint64_t now)
{
    int                              wanted;
    ledger_op_t                  op;
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (ngx_http_whatsauth_due.sweeping
        || lmdb_store_sweep_wanted(store, now, &wanted) != LEDGER_OK
        || !wanted)
    {
        return;
    }

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = mcf->store.retain;

    if (ngx_http_whatsauth_store_submit(&op, ngx_http_whatsauth_due_swept,
                                        NULL)
        != NULL)
    {
        ngx_http_whatsauth_due.sweeping = 1;
    }
}


static void
ngx_http_whatsauth_due_swept(void *data, const ledger_op_t *op)
{
    lmdb_store_t  *store;

    ngx_http_whatsauth_due.sweeping = 0;

    if (op->result != LEDGER_OK || ngx_exiting) {
        return;
    }

    store = ngx_http_whatsauth_store();

    if (op->u.sweep.more && store != NULL) {
        ngx_http_whatsauth_due_sweep(store, ngx_http_whatsauth_store_now());
    }

    /* What has expired has become somebody's callback. */

    if (op->u.sweep.expired) {
        ngx_http_whatsauth_due_left();
    }
}


/*
 * Looks at a bounded number of lanes and goes on from there the next time: a
 * thousand hosts that are down do not stall the event loop.
 */

static void
ngx_http_whatsauth_due_lanes(lmdb_store_t *store, uint64_t now)
{
    unsigned  i, lane;

    /* What is being claimed still looks unclaimed. */

    if (ngx_http_whatsauth_due.claims) {
        ngx_http_whatsauth_due.backlog = 1;
        return;
    }

    lane = ngx_http_whatsauth_due.lane;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_LANES_MAX; i++) {

        if (lmdb_store_next_lane(store, lane, &lane) != LEDGER_OK
            || lane >= LEDGER_LANE_KEPT)
        {
            ngx_http_whatsauth_due.lane = LEDGER_LANE_CALLBACK;
            return;
        }

        ngx_http_whatsauth_due_lane(store, lane, now);
        lane++;
    }

    ngx_http_whatsauth_due.lane = lane;
    ngx_http_whatsauth_due.backlog = 1;
    ngx_http_whatsauth_due.more = 1;
}


static void
ngx_http_whatsauth_due_lane(lmdb_store_t *store, unsigned lane, uint64_t now)
{
    unsigned          i, n;
    lmdb_store_due_t  due[NGX_HTTP_WHATSAUTH_LANE_MAX];

    if (lmdb_store_due(store, lane, now, ngx_http_whatsauth_due.horizon, due,
                       NGX_HTTP_WHATSAUTH_LANE_MAX, &n)
        != LEDGER_OK)
    {
        return;
    }

    for (i = 0; i < n; i++) {

        if (ngx_http_whatsauth_due.share
            && !ngx_http_whatsauth_due_mine(&due[i], now))
        {
            continue;
        }

        if (ngx_http_whatsauth_due_claim(store, &due[i]) != NGX_OK) {
            ngx_http_whatsauth_due.backlog = 1;
            return;
        }
    }

    if (n == NGX_HTTP_WHATSAUTH_LANE_MAX) {
        ngx_http_whatsauth_due.backlog = 1;
    }
}


/*
 * Workers that drain the same lane look at the same head: each takes what
 * falls to it, until a part of the head waits for a worker that is busy.
 */

static ngx_uint_t
ngx_http_whatsauth_due_mine(lmdb_store_due_t *due, uint64_t now)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(ngx_cycle->conf_ctx,
                                           ngx_core_module);

    return due->key % ccf->worker_processes == ngx_worker
           || now >= due->due_at + NGX_HTTP_WHATSAUTH_OVERDUE;
}


/* NGX_DECLINED: there is no place for it now. */

static ngx_int_t
ngx_http_whatsauth_due_claim(lmdb_store_t *store, lmdb_store_due_t *due)
{
    ledger_op_t                op;
    ledger_copy_t                  copy;
    ngx_http_whatsauth_attempt_t  *attempt;

    if (lmdb_store_get(store, due->key, &copy) != LEDGER_OK) {
        return NGX_OK;
    }

    attempt = ngx_http_whatsauth_attempt_reserve(&copy.record);
    if (attempt == NULL) {
        return NGX_DECLINED;
    }

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.kind = LEDGER_CLAIM;
    op.u.claim.key = due->key;
    op.u.claim.due_at = due->due_at;
    op.u.claim.lease = ngx_http_whatsauth_callback_lease();

    if (ngx_http_whatsauth_store_submit(&op, ngx_http_whatsauth_due_claimed,
                                        attempt)
        == NULL)
    {
        ngx_http_whatsauth_attempt_release(attempt);
        return NGX_DECLINED;
    }

    ngx_http_whatsauth_due.claims++;

    return NGX_OK;
}


static void
ngx_http_whatsauth_due_claimed(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_attempt_t *attempt = data;

    ngx_http_whatsauth_due.claims--;

    if (op->result == LEDGER_OK) {
        ngx_http_whatsauth_attempt_start(attempt, op->u.claim.attempt);

    } else {
        ngx_http_whatsauth_attempt_release(attempt);
    }

    ngx_http_whatsauth_due_hurry();
}

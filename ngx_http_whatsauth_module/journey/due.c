
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/attempt.h"
#include "journey/due.h"
#include "journey/sweep.h"


/* Milliseconds from a scan to the next; SOON when lanes are left over. */
#define NGX_HTTP_WHATSAUTH_DUE_SCAN     1000
#define NGX_HTTP_WHATSAUTH_DUE_SOON     10

/* Milliseconds after which any worker may take another's part of a lane. */
#define NGX_HTTP_WHATSAUTH_DUE_OVERDUE  200

/* Lanes in one scan, which takes less than a millisecond. */
#define NGX_HTTP_WHATSAUTH_DUE_LANES    256

/* Milliseconds of the longest wait, at least. */
#define NGX_HTTP_WHATSAUTH_DUE_WAIT     60000


typedef struct {
    ngx_event_t                    timer;      /* of the scan each second */
    ngx_event_t                    now;        /* posted: one in between */
    ngx_connection_t               dummy;      /* a debug log prints its fd */
    ngx_http_whatsauth_scan_t      scan;
    uint64_t                       lease;
    ngx_uint_t                     takes;      /* on their way to the store */
    unsigned                       scanning:1;
    unsigned                       backlog:1;  /* work is left over */
    unsigned                       part:1;     /* only this worker's part */
    unsigned                       full:1;     /* the last one had no permit */
    unsigned                       taking:1;   /* this scan has found work */
} ngx_http_whatsauth_due_t;


static uint64_t ngx_http_whatsauth_due_horizon(
    ngx_http_whatsauth_main_conf_t *mcf);
static void ngx_http_whatsauth_due_second(ngx_event_t *ev);
static void ngx_http_whatsauth_due_now(ngx_event_t *ev);
static void ngx_http_whatsauth_due_scan(ngx_uint_t part);
static void ngx_http_whatsauth_due_head(ngx_http_whatsauth_scan_t *scan,
    const ledger_due_t *due, ngx_uint_t n);
static ngx_uint_t ngx_http_whatsauth_due_mine(const ledger_due_t *due,
    uint64_t now);
static void ngx_http_whatsauth_due_scanned(ngx_http_whatsauth_scan_t *scan);
static void ngx_http_whatsauth_due_read(void *data, ledger_result_t result,
    const ledger_record_t *record);
static ngx_uint_t ngx_http_whatsauth_due_still(const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_due_take(const ledger_record_t *record);
static void ngx_http_whatsauth_due_taken(void *data, const ledger_op_t *op);


static ngx_http_whatsauth_due_t  ngx_http_whatsauth_due;


ngx_int_t
ngx_http_whatsauth_due_init_process(ngx_cycle_t *cycle)
{
    ngx_event_t                     *timer;
    ngx_http_whatsauth_scan_t       *scan;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);

    scan = &ngx_http_whatsauth_due.scan;
    scan->lane = LEDGER_LANE_CALLBACK;
    scan->lanes = NGX_HTTP_WHATSAUTH_DUE_LANES;
    scan->horizon = ngx_http_whatsauth_due_horizon(mcf);
    scan->head = ngx_http_whatsauth_due_head;
    scan->done = ngx_http_whatsauth_due_scanned;

    ngx_http_whatsauth_due.lease = ngx_http_whatsauth_attempt_lease(mcf);
    ngx_http_whatsauth_due.dummy.fd = (ngx_socket_t) -1;

    timer = &ngx_http_whatsauth_due.timer;
    timer->handler = ngx_http_whatsauth_due_second;
    timer->data = &ngx_http_whatsauth_due.dummy;
    timer->log = cycle->log;
    timer->cancelable = 1;

    ngx_http_whatsauth_due.now.handler = ngx_http_whatsauth_due_now;
    ngx_http_whatsauth_due.now.data = &ngx_http_whatsauth_due.dummy;
    ngx_http_whatsauth_due.now.log = cycle->log;

    ngx_add_timer(timer, NGX_HTTP_WHATSAUTH_DUE_SOON);

    return NGX_OK;
}


/*
 * Nothing waits longer than a lease or the longest wait of a schedule: a later
 * due time was written before the wall clock stepped back.
 */

static uint64_t
ngx_http_whatsauth_due_horizon(ngx_http_whatsauth_main_conf_t *mcf)
{
    uint64_t                    longest;
    ngx_uint_t                  i, j;
    ngx_msec_t                 *wait;
    ngx_http_whatsauth_app_t  **apps;

    longest = NGX_HTTP_WHATSAUTH_DUE_WAIT;
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        wait = apps[i]->callback.retry.elts;

        for (j = 0; j < apps[i]->callback.retry.nelts; j++) {
            longest = ngx_max(longest, wait[j]);
        }
    }

    return 2 * longest + ngx_http_whatsauth_attempt_lease(mcf);
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
    if (ngx_http_whatsauth_due.backlog && ngx_http_whatsauth_due.takes == 0
        && !ngx_exiting)
    {
        ngx_post_event(&ngx_http_whatsauth_due.now, &ngx_posted_next_events);
    }
}


/* Work is left over, and permits are free again, or takes decided. */

static void
ngx_http_whatsauth_due_now(ngx_event_t *ev)
{
    if (!ngx_exiting && !ngx_terminate) {
        ngx_http_whatsauth_due_scan(1);
    }
}


/* At random, so that workers started together do not scan together. */

static void
ngx_http_whatsauth_due_second(ngx_event_t *ev)
{
    if (ngx_exiting || ngx_terminate) {
        return;
    }

    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_DUE_SCAN - 50 + ngx_random() % 100);

    ngx_http_whatsauth_sweep();
    ngx_http_whatsauth_due_scan(0);
}


/*
 * Scans a bounded number of lanes and goes on from there the next time: a
 * thousand hosts that are down must not stall the event loop.
 */

static void
ngx_http_whatsauth_due_scan(ngx_uint_t part)
{
    ngx_http_whatsauth_due_t  *due;

    due = &ngx_http_whatsauth_due;

    /* Pending takes are not committed yet: a scan would take them twice. */

    if (due->takes || due->scanning) {
        due->backlog = 1;
        return;
    }

    due->backlog = 0;
    due->scanning = 1;
    due->taking = 0;
    due->part = part;
    due->scan.now = ngx_http_whatsauth_door_now();

    ngx_http_whatsauth_door_due(&due->scan);
}


static void
ngx_http_whatsauth_due_scanned(ngx_http_whatsauth_scan_t *scan)
{
    ngx_http_whatsauth_due_t  *due;

    due = &ngx_http_whatsauth_due;
    due->scanning = 0;

    if (!scan->more && !scan->full) {
        return;
    }

    due->backlog = 1;

    /* An engine that answers later may have decided all takes by now. */

    if (due->taking) {
        ngx_http_whatsauth_due_hurry();
    }

    if (scan->more && !due->part && !ngx_exiting) {
        ngx_add_timer(&due->timer, NGX_HTTP_WHATSAUTH_DUE_SOON);
    }
}


/*
 * A lane without a free permit is left at once where reads end at once.  An
 * engine that answers later has read the whole head by then, HEAD_MAX records.
 */

static void
ngx_http_whatsauth_due_head(ngx_http_whatsauth_scan_t *scan,
    const ledger_due_t *due, ngx_uint_t n)
{
    ngx_uint_t  i;

    ngx_http_whatsauth_due.full = 0;

    for (i = 0; i < n && !ngx_http_whatsauth_due.full; i++) {

        if (ngx_http_whatsauth_due.part && !scan->own
            && !ngx_http_whatsauth_due_mine(&due[i], scan->now))
        {
            continue;
        }

        ngx_http_whatsauth_due.takes++;
        (void) ngx_http_whatsauth_door_read(due[i].key,
                                            ngx_http_whatsauth_due_read, NULL);
    }
}


/*
 * Workers that drain one lane scan the same head: each takes its own part of
 * it, and any takes an entry that has waited too long for a busy worker.
 */

static ngx_uint_t
ngx_http_whatsauth_due_mine(const ledger_due_t *due, uint64_t now)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(ngx_cycle->conf_ctx,
                                           ngx_core_module);

    return due->key % ccf->worker_processes == ngx_worker
           || now >= due->due_at + NGX_HTTP_WHATSAUTH_DUE_OVERDUE;
}


static void
ngx_http_whatsauth_due_read(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    if (result == LEDGER_OK
        && ngx_http_whatsauth_due_still(record)
        && ngx_http_whatsauth_due_take(record) != NGX_OK)
    {
        ngx_http_whatsauth_due.full = 1;
        ngx_http_whatsauth_due.backlog = 1;
    }

    /* Last: a take that the store refuses at once hurries no scan. */

    ngx_http_whatsauth_due.takes--;
}


/*
 * Another worker may have taken the record since the scan: then it is due
 * at the end of that lease.
 */

static ngx_uint_t
ngx_http_whatsauth_due_still(const ledger_record_t *record)
{
    ngx_http_whatsauth_scan_t  *scan;

    scan = &ngx_http_whatsauth_due.scan;

    return record->state == LEDGER_STATE_CALLBACK
           && (record->due_at <= scan->now
               || record->due_at - scan->now > scan->horizon);
}


/* NGX_DECLINED: there is no permit, or the store takes no operations now. */

static ngx_int_t
ngx_http_whatsauth_due_take(const ledger_record_t *record)
{
    ledger_op_t                    op;
    ngx_http_whatsauth_wait_t     *wait;
    ngx_http_whatsauth_attempt_t  *attempt;

    attempt = ngx_http_whatsauth_attempt_reserve(record);
    if (attempt == NULL) {
        return NGX_DECLINED;
    }

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.kind = LEDGER_TAKE;
    op.record_room = ledger_room(record, NULL);
    op.u.take.key = record->key;
    op.u.take.due_at = record->due_at;
    op.u.take.lease = ngx_http_whatsauth_due.lease;

    ngx_http_whatsauth_due.takes++;
    ngx_http_whatsauth_due.taking = 1;

    wait = ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_due_taken,
                                          attempt);

    return wait != NULL ? NGX_OK : NGX_DECLINED;
}


static void
ngx_http_whatsauth_due_taken(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_attempt_t *attempt = data;

    ngx_http_whatsauth_due.takes--;

    if (op->result == LEDGER_OK) {
        ngx_http_whatsauth_attempt_start(attempt, op->u.take.attempt,
                                         ledger_op_record(op));

    } else {
        ngx_http_whatsauth_attempt_cancel(attempt);
    }

    ngx_http_whatsauth_due_hurry();
}

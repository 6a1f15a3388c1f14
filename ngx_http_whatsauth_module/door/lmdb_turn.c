
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/lmdb.h"


/* Operations finished in one iteration of the event loop. */
#define NGX_HTTP_WHATSAUTH_LMDB_FINISH_MAX   64

/* Requests wait so long for a commit, milliseconds. */
#define NGX_HTTP_WHATSAUTH_LMDB_COMMIT_MAX   60000

/* A store that was broken twice must be sound for so long, milliseconds. */
#define NGX_HTTP_WHATSAUTH_LMDB_CALM         10000


static void ngx_http_whatsauth_lmdb_turn_report(
    ngx_http_whatsauth_lmdb_t *lmdb, ngx_http_whatsauth_lmdb_task_t *task);
static void ngx_http_whatsauth_lmdb_turn_fail_waiting(void);


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_lmdb_turn_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt done, void *data)
{
    ngx_http_whatsauth_wait_t       *wait;
    ngx_http_whatsauth_lmdb_t       *lmdb;
    ngx_http_whatsauth_lmdb_wait_t  *own;

    lmdb = &ngx_http_whatsauth_lmdb;
    op->result = LEDGER_FAILED;

    if (lmdb->store == NULL || lmdb->broken) {
        return NULL;
    }

    if (lmdb->seat == COMMIT_RING_NO_SEAT
        && ngx_http_whatsauth_lmdb_seat_join(lmdb) != NGX_OK)
    {
        op->result = LEDGER_BUSY;
        return NULL;
    }

    own = ngx_http_whatsauth_lmdb_wait(lmdb);
    if (own == NULL) {
        return NULL;
    }

    wait = &own->wait;
    wait->done = done;
    wait->data = data;
    op->owner = wait;

    op->result = commit_ring_push(ngx_http_whatsauth_lmdb_shared.ring,
                                  lmdb->seat, op);

    if (op->result != LEDGER_OK) {
        ngx_queue_insert_head(&lmdb->free, &wait->queue);
        return NULL;
    }

    ngx_queue_insert_tail(&lmdb->waiting, &wait->queue);

    /*
     * A worker that is shutting down stays for its timers: without one it
     * would leave while its requests still wait for the commit.
     */

    if (!lmdb->stuck.timer_set) {
        ngx_add_timer(&lmdb->stuck, NGX_HTTP_WHATSAUTH_LMDB_COMMIT_MAX);
    }

    if (!lmdb->patience.timer_set) {
        ngx_add_timer(&lmdb->patience, COMMIT_RING_PATIENCE);
    }

    /* All other operations of this pass of the loop join the same commit. */

    if (!lmdb->running) {
        ngx_post_event(&lmdb->commit, &ngx_posted_events);
    }

    return wait;
}


void
ngx_http_whatsauth_lmdb_turn_commit(ngx_event_t *ev)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    if (lmdb->running || lmdb->store == NULL) {
        return;
    }

    if (commit_ring_wanted(ngx_http_whatsauth_lmdb_shared.ring)) {
        ngx_http_whatsauth_lmdb_turn_post(ngx_http_whatsauth_lmdb_turn_run,
                                          ngx_http_whatsauth_lmdb_turn_ended);
    }
}


/* The worker that was to commit, or to wake this one, may have died. */

void
ngx_http_whatsauth_lmdb_turn_patience(ngx_event_t *ev)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    ngx_http_whatsauth_lmdb_turn_finish(&lmdb->finish);
    ngx_http_whatsauth_lmdb_turn_commit(&lmdb->commit);

    if (!ngx_queue_empty(&lmdb->waiting) && !lmdb->patience.timer_set) {
        ngx_add_timer(&lmdb->patience, COMMIT_RING_PATIENCE);
    }
}


void
ngx_http_whatsauth_lmdb_turn_run(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_lmdb_task_t *task = data;

    commit_ring_turn(ngx_http_whatsauth_lmdb_shared.ring,
                     ngx_http_whatsauth_lmdb.store,
                     ngx_http_whatsauth_lmdb_seat_wake,
                     &ngx_http_whatsauth_lmdb_shared, &task->turn);
}


void
ngx_http_whatsauth_lmdb_turn_ended(ngx_event_t *ev)
{
    ngx_uint_t                       broken;
    ngx_http_whatsauth_lmdb_task_t  *task;
    ngx_http_whatsauth_lmdb_t       *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;
    task = lmdb->task->ctx;

    lmdb->running = 0;
    broken = (task->turn.result != LEDGER_OK);

    ngx_http_whatsauth_lmdb_turn_report(lmdb, task);

    lmdb->broken = broken;

    if (broken) {
        ngx_http_whatsauth_lmdb_turn_fail_waiting();
        ngx_add_timer(&lmdb->retry, NGX_HTTP_WHATSAUTH_LMDB_RETRY);
        return;
    }

    ngx_http_whatsauth_lmdb_turn_commit(&lmdb->commit);
    ngx_http_whatsauth_lmdb_seat_rest(lmdb);
}


/*
 * On a disk that has just become full, small commits succeed now and then.
 * So a fault that came back soon is reported as over only if it stays away.
 */

static void
ngx_http_whatsauth_lmdb_turn_report(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_http_whatsauth_lmdb_task_t *task)
{
    if (task->turn.result != LEDGER_OK) {
        lmdb->failed_at = ngx_current_msec;

        if (!lmdb->reported) {
            lmdb->reported = 1;
            lmdb->again = lmdb->mended_at != 0
                          && ngx_current_msec - lmdb->mended_at
                             < NGX_HTTP_WHATSAUTH_LMDB_CALM;

            ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                          "whatsauth store \"%s\" cannot be written: %s; "
                          "responding with 503 until it can",
                          task->options.path,
                          lmdb_store_last_error(lmdb->store));
        }

        return;
    }

    /* Only a write proves that the store is writable. */

    if (!lmdb->reported || task->turn.applied <= task->turn.refused
        || (lmdb->again && ngx_current_msec - lmdb->failed_at
                           < NGX_HTTP_WHATSAUTH_LMDB_CALM))
    {
        return;
    }

    lmdb->reported = 0;
    lmdb->mended_at = ngx_current_msec;

    ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                  "whatsauth store \"%s\" is writable again",
                  task->options.path);
}


void
ngx_http_whatsauth_lmdb_turn_finish(ngx_event_t *ev)
{
    ngx_uint_t                   n;
    const ledger_op_t           *op;
    ngx_http_whatsauth_wait_t   *wait;
    ngx_http_whatsauth_lmdb_t   *lmdb;
    ngx_http_whatsauth_done_pt   done;

    lmdb = &ngx_http_whatsauth_lmdb;

    if (lmdb->seat == COMMIT_RING_NO_SEAT) {
        return;
    }

    for (n = 0; n < NGX_HTTP_WHATSAUTH_LMDB_FINISH_MAX; n++) {

        op = commit_ring_next(ngx_http_whatsauth_lmdb_shared.ring, lmdb->seat);
        if (op == NULL) {
            break;
        }

        wait = op->owner;
        done = wait->done;
        wait->done = NULL;

        if (done != NULL) {
            done(wait->data, op);
        }

        /*
         * Not before: op lies in the seat, which a worker that is to end
         * gives back when done() ends its last watch and nothing waits.
         */

        ngx_queue_remove(&wait->queue);
        ngx_queue_insert_head(&lmdb->free, &wait->queue);
        commit_ring_retire(ngx_http_whatsauth_lmdb_shared.ring, lmdb->seat);
    }

    if (n == NGX_HTTP_WHATSAUTH_LMDB_FINISH_MAX) {
        ngx_post_event(&lmdb->finish, &ngx_posted_next_events);
    }

    if (ngx_queue_empty(&lmdb->waiting)) {
        if (lmdb->stuck.timer_set) {
            ngx_del_timer(&lmdb->stuck);
        }

        ngx_http_whatsauth_lmdb_seat_rest(lmdb);

    } else if (n) {
        ngx_add_timer(&lmdb->stuck, NGX_HTTP_WHATSAUTH_LMDB_COMMIT_MAX);
    }
}


void
ngx_http_whatsauth_lmdb_turn_stuck(ngx_event_t *ev)
{
    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "whatsauth store: a commit takes longer than %d seconds",
                  NGX_HTTP_WHATSAUTH_LMDB_COMMIT_MAX / 1000);

    ngx_http_whatsauth_lmdb_turn_fail_waiting();
}


/*
 * Tells all callers that nothing is known.  Their operations stay queued, and
 * the results are dropped.
 */

static void
ngx_http_whatsauth_lmdb_turn_fail_waiting(void)
{
    ngx_queue_t                *q;
    ledger_op_t                 op;
    ngx_http_whatsauth_done_pt  done;
    ngx_http_whatsauth_wait_t  *wait;
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.result = LEDGER_FAILED;

    for (q = ngx_queue_head(&lmdb->waiting);
         q != ngx_queue_sentinel(&lmdb->waiting);
         q = ngx_queue_next(q))
    {
        wait = ngx_queue_data(q, ngx_http_whatsauth_wait_t, queue);
        done = wait->done;

        if (done != NULL) {
            wait->done = NULL;
            done(wait->data, &op);
        }
    }

    if (lmdb->stuck.timer_set) {
        ngx_del_timer(&lmdb->stuck);
    }
}


void
ngx_http_whatsauth_lmdb_turn_post(void (*handler)(void *data, ngx_log_t *log),
    ngx_event_handler_pt done)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    lmdb->task->handler = handler;
    lmdb->task->event.handler = done;

    if (ngx_thread_task_post(lmdb->thread_pool, lmdb->task) != NGX_OK) {
        lmdb->broken = 1;
        ngx_http_whatsauth_lmdb_turn_fail_waiting();

        if (!lmdb->retry.timer_set) {
            ngx_add_timer(&lmdb->retry, NGX_HTTP_WHATSAUTH_LMDB_RETRY);
        }

        return;
    }

    lmdb->running = 1;
}

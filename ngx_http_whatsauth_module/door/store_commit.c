
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/bridge.h"


/* Operations finished in one turn of the event loop. */
#define NGX_HTTP_WHATSAUTH_FINISH_MAX   64

/* A commit that takes longer is given up by those who wait for it. */
#define NGX_HTTP_WHATSAUTH_COMMIT_MAX   60000


/* A store that was broken twice is sound when it has been so long, ms. */
#define NGX_HTTP_WHATSAUTH_CALM         10000


static void ngx_http_whatsauth_store_tell_turn(
    ngx_http_whatsauth_bridge_t *b, ngx_http_whatsauth_task_t *task);


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_store_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt handler, void *data)
{
    ngx_queue_t                  *q;
    ngx_http_whatsauth_wait_t    *wait;
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;
    op->result = LEDGER_FAILED;

    if (b->store == NULL || b->broken) {
        return NULL;
    }

    if (b->seat == COMMIT_RING_NO_SEAT
        && ngx_http_whatsauth_ring_join(b) != NGX_OK)
    {
        op->result = LEDGER_BUSY;
        return NULL;
    }

    if (ngx_queue_empty(&b->free)) {
        wait = ngx_alloc(sizeof(ngx_http_whatsauth_wait_t), ngx_cycle->log);
        if (wait == NULL) {
            return NULL;
        }

    } else {
        q = ngx_queue_head(&b->free);
        ngx_queue_remove(q);
        wait = ngx_queue_data(q, ngx_http_whatsauth_wait_t, queue);
    }

    wait->handler = handler;
    wait->data = data;
    op->owner = wait;

    op->result = commit_ring_push(ngx_http_whatsauth_shared.ring, b->seat, op);

    if (op->result != LEDGER_OK) {
        ngx_queue_insert_head(&b->free, &wait->queue);
        return NULL;
    }

    ngx_queue_insert_tail(&b->waiting, &wait->queue);

    /*
     * A worker that is shutting down stays for its timers: without one it
     * would leave while its requests still wait for the commit.
     */

    if (!b->stuck.timer_set) {
        ngx_add_timer(&b->stuck, NGX_HTTP_WHATSAUTH_COMMIT_MAX);
    }

    if (!b->patience.timer_set) {
        ngx_add_timer(&b->patience, COMMIT_RING_PATIENCE);
    }

    /* Whatever else this turn of the loop brings joins the same commit. */

    if (!b->running) {
        ngx_post_event(&b->commit, &ngx_posted_events);
    }

    return wait;
}


void
ngx_http_whatsauth_store_forget(ngx_http_whatsauth_wait_t *wait)
{
    wait->handler = NULL;
}


void
ngx_http_whatsauth_store_commit(ngx_event_t *ev)
{
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    if (b->running || b->store == NULL) {
        return;
    }

    if (commit_ring_wanted(ngx_http_whatsauth_shared.ring)) {
        ngx_http_whatsauth_store_post(ngx_http_whatsauth_store_turn,
                                      ngx_http_whatsauth_store_turned);
    }
}


/* The worker that was to commit, or to wake this one, may have died. */

void
ngx_http_whatsauth_store_patience(ngx_event_t *ev)
{
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    ngx_http_whatsauth_store_finish(&b->finish);
    ngx_http_whatsauth_store_commit(&b->commit);

    if (!ngx_queue_empty(&b->waiting) && !b->patience.timer_set) {
        ngx_add_timer(&b->patience, COMMIT_RING_PATIENCE);
    }
}


void
ngx_http_whatsauth_store_turn(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_task_t *task = data;

    commit_ring_turn(ngx_http_whatsauth_shared.ring,
                     ngx_http_whatsauth_bridge.store,
                     ngx_http_whatsauth_ring_wake,
                     &ngx_http_whatsauth_shared, &task->turn);
}


void
ngx_http_whatsauth_store_turned(ngx_event_t *ev)
{
    ngx_uint_t                    broken;
    ngx_http_whatsauth_task_t    *task;
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;
    task = b->task->ctx;

    b->running = 0;
    broken = (task->turn.result != LEDGER_OK);

    ngx_http_whatsauth_store_tell_turn(b, task);

    b->broken = broken;

    if (broken) {
        ngx_http_whatsauth_store_fail_waiting();
        ngx_add_timer(&b->retry, NGX_HTTP_WHATSAUTH_RETRY);
        return;
    }

    ngx_http_whatsauth_store_commit(&b->commit);
    ngx_http_whatsauth_ring_rest(b);
}


/*
 * On a disk that has just become full, small commits succeed now and then.
 * So a fault that came back soon is told to be over only when it stays away.
 */

static void
ngx_http_whatsauth_store_tell_turn(ngx_http_whatsauth_bridge_t *b,
    ngx_http_whatsauth_task_t *task)
{
    if (task->turn.result != LEDGER_OK) {
        b->failed_at = ngx_current_msec;

        if (!b->told) {
            b->told = 1;
            b->again = b->mended_at != 0
                       && ngx_current_msec - b->mended_at
                          < NGX_HTTP_WHATSAUTH_CALM;

            ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                          "whatsauth store \"%s\" cannot be written: %s; "
                          "answering 503 until it can", task->options.path,
                          lmdb_store_last_error(b->store));
        }

        return;
    }

    /* Only what has been written proves that it can be. */

    if (!b->told || task->turn.applied <= task->turn.refused
        || (b->again && ngx_current_msec - b->failed_at
                        < NGX_HTTP_WHATSAUTH_CALM))
    {
        return;
    }

    b->told = 0;
    b->mended_at = ngx_current_msec;

    ngx_log_error(NGX_LOG_CRIT, ngx_cycle->log, 0,
                  "whatsauth store \"%s\" is writable again",
                  task->options.path);
}


void
ngx_http_whatsauth_store_finish(ngx_event_t *ev)
{
    ngx_uint_t                    n;
    const ledger_op_t        *op;
    ngx_http_whatsauth_wait_t    *wait;
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    if (b->seat == COMMIT_RING_NO_SEAT) {
        return;
    }

    for (n = 0; n < NGX_HTTP_WHATSAUTH_FINISH_MAX; n++) {

        op = commit_ring_next(ngx_http_whatsauth_shared.ring, b->seat);
        if (op == NULL) {
            break;
        }

        wait = op->owner;
        ngx_queue_remove(&wait->queue);

        if (wait->handler != NULL) {
            wait->handler(wait->data, op);
        }

        ngx_queue_insert_head(&b->free, &wait->queue);
        commit_ring_retire(ngx_http_whatsauth_shared.ring, b->seat);
    }

    if (n == NGX_HTTP_WHATSAUTH_FINISH_MAX) {
        ngx_post_event(&b->finish, &ngx_posted_next_events);
    }

    if (ngx_queue_empty(&b->waiting)) {
        if (b->stuck.timer_set) {
            ngx_del_timer(&b->stuck);
        }

        ngx_http_whatsauth_ring_rest(b);

    } else if (n) {
        ngx_add_timer(&b->stuck, NGX_HTTP_WHATSAUTH_COMMIT_MAX);
    }
}


void
ngx_http_whatsauth_store_stuck(ngx_event_t *ev)
{
    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "whatsauth store: a commit takes longer than %d seconds",
                  NGX_HTTP_WHATSAUTH_COMMIT_MAX / 1000);

    ngx_http_whatsauth_store_fail_waiting();
}


/*
 * Tells all who wait that nothing is known.  Their operations stay queued,
 * and what comes of them is dropped.
 */

void
ngx_http_whatsauth_store_fail_waiting(void)
{
    ngx_queue_t                  *q;
    ledger_op_t               op;
    ngx_http_whatsauth_done_pt    handler;
    ngx_http_whatsauth_wait_t    *wait;
    ngx_http_whatsauth_bridge_t  *b;

    b = &ngx_http_whatsauth_bridge;

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.result = LEDGER_FAILED;

    for (q = ngx_queue_head(&b->waiting);
         q != ngx_queue_sentinel(&b->waiting);
         q = ngx_queue_next(q))
    {
        wait = ngx_queue_data(q, ngx_http_whatsauth_wait_t, queue);
        handler = wait->handler;

        if (handler != NULL) {
            wait->handler = NULL;
            handler(wait->data, &op);
        }
    }

    if (b->stuck.timer_set) {
        ngx_del_timer(&b->stuck);
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions whose pages are not in memory.  Reads are made at once as long as
 * none of them has waited for the disk.  After one that has, a thread goes
 * first and brings the pages into memory, until it has found many in a row
 * there: then reads are made at once again.  So the event loop waits for one
 * page, and not for one of each session.
 *
 * A worker begins with the thread, because nothing is in memory after a start
 * of the machine.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE               /* RUSAGE_THREAD */
#endif

#include "door/lmdb.h"

#include <sys/resource.h>
#include <time.h>


/* Only a read that took so long is suspected to have waited, microseconds. */
#define NGX_HTTP_WHATSAUTH_LMDB_SLOW   100

#define NGX_HTTP_WHATSAUTH_LMDB_BATCH  64

/*
 * Sessions in a row that the thread must find in memory after one that was not:
 * a few prove little where every hundredth is not.
 */
#define NGX_HTTP_WHATSAUTH_LMDB_PROOF  1024

/* Milliseconds; the timer is renewed for as long as anybody waits. */
#define NGX_HTTP_WHATSAUTH_LMDB_STAY   60000


typedef struct {
    lmdb_store_t  *store;
    uint64_t       keys[NGX_HTTP_WHATSAUTH_LMDB_BATCH];
    ngx_uint_t     n;
    ngx_uint_t     faults;
} ngx_http_whatsauth_lmdb_cold_task_t;


static uint64_t ngx_http_whatsauth_lmdb_cold_clock(void);
static ngx_uint_t ngx_http_whatsauth_lmdb_cold_faults(void);
static void ngx_http_whatsauth_lmdb_cold_now(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data);
static ngx_http_whatsauth_wait_t *ngx_http_whatsauth_lmdb_cold_later(
    uint64_t key, ngx_http_whatsauth_session_pt done, void *data);
static ngx_int_t ngx_http_whatsauth_lmdb_cold_post(
    ngx_http_whatsauth_lmdb_t *lmdb);
static void ngx_http_whatsauth_lmdb_cold_warm(void *data, ngx_log_t *log);
static void ngx_http_whatsauth_lmdb_cold_warmed(ngx_event_t *ev);
static void ngx_http_whatsauth_lmdb_cold_stay(ngx_event_t *ev);
static void ngx_http_whatsauth_lmdb_cold_finish(
    ngx_http_whatsauth_lmdb_t *lmdb, ngx_uint_t n);


ngx_int_t
ngx_http_whatsauth_lmdb_cold_init(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_pool_t *pool)
{
    ngx_queue_init(&lmdb->cold);

    lmdb->warm = ngx_thread_task_alloc(pool,
                                  sizeof(ngx_http_whatsauth_lmdb_cold_task_t));
    if (lmdb->warm == NULL) {
        return NGX_ERROR;
    }

    lmdb->warm->handler = ngx_http_whatsauth_lmdb_cold_warm;
    lmdb->warm->event.handler = ngx_http_whatsauth_lmdb_cold_warmed;
    lmdb->warm->event.data = &lmdb->dummy;
    lmdb->warm->event.log = ngx_cycle->log;

    lmdb->stay.handler = ngx_http_whatsauth_lmdb_cold_stay;
    lmdb->stay.data = &lmdb->dummy;
    lmdb->stay.log = ngx_cycle->log;

    lmdb->faults = ngx_http_whatsauth_lmdb_cold_faults();
    lmdb->unproven = 1;

    return NGX_OK;
}


static uint64_t
ngx_http_whatsauth_lmdb_cold_clock(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


/* Of this thread: so often it has waited for a page. */

static ngx_uint_t
ngx_http_whatsauth_lmdb_cold_faults(void)
{
    struct rusage  usage;

    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_majflt : 0;
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_lmdb_read_session(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data)
{
    ngx_http_whatsauth_wait_t  *wait;

    wait = ngx_http_whatsauth_lmdb.unproven
           ? ngx_http_whatsauth_lmdb_cold_later(key, done, data) : NULL;

    if (wait == NULL) {
        ngx_http_whatsauth_lmdb_cold_now(key, done, data);
    }

    return wait;
}


/* A system call tells whether the disk had a part, so it is seldom asked. */

static void
ngx_http_whatsauth_lmdb_cold_now(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data)
{
    uint64_t                    began;
    ngx_uint_t                  faults;
    ledger_result_t             result;
    ledger_session_copy_t       copy;
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;
    began = ngx_http_whatsauth_lmdb_cold_clock();

    result = lmdb->store == NULL
             ? LEDGER_FAILED
             : lmdb_store_get_session(lmdb->store, key, &copy);

    if (ngx_http_whatsauth_lmdb_cold_clock() - began
        >= NGX_HTTP_WHATSAUTH_LMDB_SLOW)
    {
        faults = ngx_http_whatsauth_lmdb_cold_faults();

        if (faults != lmdb->faults) {
            lmdb->faults = faults;
            lmdb->unproven = NGX_HTTP_WHATSAUTH_LMDB_PROOF;
        }
    }

    done(data, result, result == LEDGER_OK ? &copy.session : NULL);
}


/* NULL: it has to be read at once. */

static ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_lmdb_cold_later(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data)
{
    ngx_http_whatsauth_lmdb_t       *lmdb;
    ngx_http_whatsauth_lmdb_wait_t  *cold;

    lmdb = &ngx_http_whatsauth_lmdb;

    if (lmdb->store == NULL) {
        return NULL;
    }

    cold = ngx_http_whatsauth_lmdb_wait(lmdb);
    if (cold == NULL) {
        return NULL;
    }

    cold->key = key;
    cold->wait.session = done;
    cold->wait.data = data;

    ngx_queue_insert_tail(&lmdb->cold, &cold->wait.queue);

    if (!lmdb->warming && ngx_http_whatsauth_lmdb_cold_post(lmdb) != NGX_OK) {
        lmdb->unproven = 0;
        ngx_queue_remove(&cold->wait.queue);
        ngx_queue_insert_head(&lmdb->free, &cold->wait.queue);
        return NULL;
    }

    if (!lmdb->stay.timer_set) {
        ngx_add_timer(&lmdb->stay, NGX_HTTP_WHATSAUTH_LMDB_STAY);
    }

    return &cold->wait;
}


static ngx_int_t
ngx_http_whatsauth_lmdb_cold_post(ngx_http_whatsauth_lmdb_t *lmdb)
{
    ngx_queue_t                          *q;
    ngx_http_whatsauth_lmdb_wait_t       *cold;
    ngx_http_whatsauth_lmdb_cold_task_t  *task;

    task = lmdb->warm->ctx;
    task->store = lmdb->store;
    task->n = 0;

    for (q = ngx_queue_head(&lmdb->cold);
         q != ngx_queue_sentinel(&lmdb->cold)
         && task->n < NGX_HTTP_WHATSAUTH_LMDB_BATCH;
         q = ngx_queue_next(q))
    {
        cold = ngx_queue_data(q, ngx_http_whatsauth_lmdb_wait_t, wait.queue);
        task->keys[task->n++] = cold->key;
    }

    if (ngx_thread_task_post(lmdb->thread_pool, lmdb->warm) != NGX_OK) {
        return NGX_ERROR;
    }

    lmdb->warming = 1;

    return NGX_OK;
}


static void
ngx_http_whatsauth_lmdb_cold_warm(void *data, ngx_log_t *log)
{
    ngx_http_whatsauth_lmdb_cold_task_t *task = data;

    ngx_uint_t  before;

    before = ngx_http_whatsauth_lmdb_cold_faults();
    lmdb_store_warm_sessions(task->store, task->keys, task->n);
    task->faults = ngx_http_whatsauth_lmdb_cold_faults() - before;
}


static void
ngx_http_whatsauth_lmdb_cold_warmed(ngx_event_t *ev)
{
    ngx_http_whatsauth_lmdb_t            *lmdb;
    ngx_http_whatsauth_lmdb_cold_task_t  *task;

    lmdb = &ngx_http_whatsauth_lmdb;
    task = lmdb->warm->ctx;

    lmdb->unproven = task->faults
                     ? NGX_HTTP_WHATSAUTH_LMDB_PROOF
                     : lmdb->unproven - ngx_min(lmdb->unproven, task->n);

    ngx_http_whatsauth_lmdb_cold_finish(lmdb, task->n);

    if (!ngx_queue_empty(&lmdb->cold)) {

        if (ngx_http_whatsauth_lmdb_cold_post(lmdb) == NGX_OK) {
            return;
        }

        ngx_http_whatsauth_lmdb_cold_finish(lmdb, (ngx_uint_t) -1);
    }

    lmdb->warming = 0;
    ngx_del_timer(&lmdb->stay);
}


/*
 * A worker that is shutting down stays for its timers: without one it would
 * leave while its requests still wait for their sessions.
 */

static void
ngx_http_whatsauth_lmdb_cold_stay(ngx_event_t *ev)
{
    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_LMDB_STAY);
}


/*
 * Reads the sessions that have waited longest.  The requests that they wake may
 * ask for others: these go behind, for the next time.  "warming" stays set, or
 * the thread would be sent for sessions that are read here in a moment, and
 * those behind them would be taken for the ones that it has brought.
 */

static void
ngx_http_whatsauth_lmdb_cold_finish(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_uint_t n)
{
    ngx_queue_t                     *q;
    ngx_http_whatsauth_session_pt    done;
    ngx_http_whatsauth_lmdb_wait_t  *cold;

    while (n-- && !ngx_queue_empty(&lmdb->cold)) {
        q = ngx_queue_head(&lmdb->cold);
        cold = ngx_queue_data(q, ngx_http_whatsauth_lmdb_wait_t, wait.queue);

        ngx_queue_remove(q);

        done = cold->wait.session;
        cold->wait.session = NULL;

        if (done != NULL) {
            ngx_http_whatsauth_lmdb_cold_now(cold->key, done, cold->wait.data);
        }

        ngx_queue_insert_head(&lmdb->free, &cold->wait.queue);
    }
}

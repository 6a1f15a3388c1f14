
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/lmdb.h"


/*
 * LMDB keeps a place for each process that reads, until the process ends: for
 * all that nginx can have, and the other nginx while one takes over from the
 * other, and the tool.
 */
#define NGX_HTTP_WHATSAUTH_LMDB_READERS  (2 * NGX_MAX_PROCESSES + 64)


static ngx_int_t ngx_http_whatsauth_lmdb_init_module(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_int_t ngx_http_whatsauth_lmdb_init_process(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);
static void ngx_http_whatsauth_lmdb_init_events(
    ngx_http_whatsauth_lmdb_t *lmdb, ngx_log_t *log);
static void ngx_http_whatsauth_lmdb_exit_process(void);
static whatsauth_codec_t *ngx_http_whatsauth_lmdb_codec(void);


const ngx_http_whatsauth_engine_t  ngx_http_whatsauth_lmdb_engine = {
    ngx_string("lmdb"),

    ngx_http_whatsauth_lmdb_path_recognise,
    ngx_http_whatsauth_lmdb_path_conf,
    ngx_http_whatsauth_lmdb_path_options,
    ": size= from 16m, retain=",
    ngx_http_whatsauth_lmdb_path_complete,

    ngx_http_whatsauth_lmdb_init_module,
    ngx_http_whatsauth_lmdb_init_process,
    ngx_http_whatsauth_lmdb_exit_process,

    ngx_http_whatsauth_lmdb_turn_submit,
    ngx_http_whatsauth_lmdb_read,
    ngx_http_whatsauth_lmdb_read_asked,
    ngx_http_whatsauth_lmdb_read_session,
    ngx_http_whatsauth_lmdb_read_subject,
    ngx_http_whatsauth_lmdb_read_due,
    ngx_http_whatsauth_lmdb_read_sweep_wanted,
    ngx_http_whatsauth_lmdb_watch,
    ngx_http_whatsauth_lmdb_unwatch,
    ngx_http_whatsauth_lmdb_codec,
    NULL
};


ngx_http_whatsauth_lmdb_t  ngx_http_whatsauth_lmdb;


static ngx_int_t
ngx_http_whatsauth_lmdb_init_module(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_whatsauth_lmdb_path_prepare(cycle, mcf);

    return ngx_http_whatsauth_lmdb_ring_share(cycle);
}


static ngx_int_t
ngx_http_whatsauth_lmdb_init_process(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_whatsauth_lmdb_t       *lmdb;
    ngx_http_whatsauth_lmdb_task_t  *task;

    lmdb = &ngx_http_whatsauth_lmdb;

    lmdb->seat = COMMIT_RING_NO_SEAT;
    lmdb->thread_pool = mcf->threads.pool;
    ngx_queue_init(&lmdb->waiting);
    ngx_queue_init(&lmdb->free);

    lmdb->task = ngx_thread_task_alloc(cycle->pool,
                                       sizeof(ngx_http_whatsauth_lmdb_task_t));
    if (lmdb->task == NULL
        || ngx_http_whatsauth_lmdb_cold_init(lmdb, cycle->pool) != NGX_OK)
    {
        return NGX_ERROR;
    }

    task = lmdb->task->ctx;
    ngx_memzero(task, sizeof(ngx_http_whatsauth_lmdb_task_t));
    task->options.path = (const char *) mcf->store.place.data;
    task->options.map_size = mcf->store.size;
    task->options.max_readers = NGX_HTTP_WHATSAUTH_LMDB_READERS;

    ngx_http_whatsauth_lmdb_init_events(lmdb, cycle->log);

    (void) ngx_http_whatsauth_lmdb_seat_join(lmdb);

    ngx_http_whatsauth_lmdb_open_first(lmdb);

    return NGX_OK;
}


static void
ngx_http_whatsauth_lmdb_init_events(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_log_t *log)
{
    lmdb->commit.handler = ngx_http_whatsauth_lmdb_turn_commit;
    lmdb->finish.handler = ngx_http_whatsauth_lmdb_turn_finish;
    lmdb->stuck.handler = ngx_http_whatsauth_lmdb_turn_stuck;
    lmdb->retry.handler = ngx_http_whatsauth_lmdb_open_retry;
    lmdb->retry.cancelable = 1;
    lmdb->patience.handler = ngx_http_whatsauth_lmdb_turn_patience;
    lmdb->patience.cancelable = 1;
    lmdb->look.handler = ngx_http_whatsauth_lmdb_watch_look;
    lmdb->tick.handler = ngx_http_whatsauth_lmdb_watch_tick;
    lmdb->tick.cancelable = 1;

    lmdb->commit.log = lmdb->finish.log = lmdb->stuck.log = log;
    lmdb->retry.log = lmdb->patience.log = lmdb->task->event.log = log;
    lmdb->look.log = lmdb->tick.log = log;

    /* Timers and posted events print their data's fd when nginx debugs. */

    lmdb->dummy.fd = (ngx_socket_t) -1;
    lmdb->commit.data = lmdb->finish.data = lmdb->stuck.data = &lmdb->dummy;
    lmdb->retry.data = lmdb->patience.data = &lmdb->dummy;
    lmdb->look.data = lmdb->tick.data = &lmdb->dummy;
    lmdb->task->event.data = &lmdb->dummy;
}


/* The thread pool has been drained before: no turn is under way. */

static void
ngx_http_whatsauth_lmdb_exit_process(void)
{
    ngx_queue_t                *q, *next;
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    ngx_http_whatsauth_lmdb_seat_leave(lmdb);

    if (lmdb->store != NULL) {
        for (q = ngx_queue_head(&lmdb->free);
             q != ngx_queue_sentinel(&lmdb->free);
             q = next)
        {
            next = ngx_queue_next(q);
            ngx_free(ngx_queue_data(q, ngx_http_whatsauth_lmdb_wait_t,
                                    wait.queue));
        }

        ngx_queue_init(&lmdb->free);

        whatsauth_codec_destroy(lmdb->codec);
        lmdb_store_close(lmdb->store);
        lmdb->codec = NULL;
        lmdb->store = NULL;
    }
}


/* One for each that ever waited at the same time. */

ngx_http_whatsauth_lmdb_wait_t *
ngx_http_whatsauth_lmdb_wait(ngx_http_whatsauth_lmdb_t *lmdb)
{
    ngx_queue_t                     *q;
    ngx_http_whatsauth_lmdb_wait_t  *w;

    if (ngx_queue_empty(&lmdb->free)) {
        return ngx_calloc(sizeof(ngx_http_whatsauth_lmdb_wait_t),
                          ngx_cycle->log);
    }

    q = ngx_queue_head(&lmdb->free);
    ngx_queue_remove(q);

    w = ngx_queue_data(q, ngx_http_whatsauth_lmdb_wait_t, wait.queue);
    ngx_memzero(w, sizeof(ngx_http_whatsauth_lmdb_wait_t));

    return w;
}


static whatsauth_codec_t *
ngx_http_whatsauth_lmdb_codec(void)
{
    return ngx_http_whatsauth_lmdb.codec;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The inside of the engine that keeps the store in LMDB on this machine,
 * shared by the files door/lmdb*.c alone.
 *
 * Reads are made at once, those of sessions only while their pages are in
 * memory.  Operations are queued in shared memory, committed by a thread of the
 * worker that gets the writer lock, and finished on the event loop of the
 * worker that submitted them.
 */


#ifndef _NGX_HTTP_WHATSAUTH_LMDB_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LMDB_H_INCLUDED_


#include "door/engine.h"

#include "lmdb_store/commit_ring.h"
#include "lmdb_store/lmdb_store.h"
#include "protocol/code.h"


/* A store that cannot be opened or written is tried again, milliseconds. */
#define NGX_HTTP_WHATSAUTH_LMDB_RETRY      1000

/* Eventfds by which workers wake one another. */
#define NGX_HTTP_WHATSAUTH_LMDB_WAKES_MAX  64


/*
 * Shared by all workers of one master.  It is made before the first fork and
 * outlives reloads, so that old and new workers commit together.
 */

typedef struct {
    commit_ring_t        *ring;            /* NULL: nothing is shared */
    ngx_uint_t            seats;
    ngx_atomic_t         *reported;        /* what the log says, hashed */
    size_t                size;            /* of it all */

    ngx_uint_t            wakes;
    int                   eventfds[NGX_HTTP_WHATSAUTH_LMDB_WAKES_MAX];

    ngx_cycle_t          *cycle;           /* the last one that needs it */
} ngx_http_whatsauth_lmdb_shared_t;


typedef struct {
    lmdb_store_options_t  options;
    lmdb_store_t         *opened;
    ledger_result_t       result;
    char                  detail[LMDB_STORE_DETAIL_MAX];
    commit_ring_turn_t    turn;
} ngx_http_whatsauth_lmdb_task_t;


typedef struct {
    lmdb_store_t         *store;
    whatsauth_codec_t    *codec;
    unsigned              seat;

    ngx_queue_t           waiting;         /* for a commit */
    ngx_queue_t           free;            /* waits that are over */

    ngx_connection_t     *wakeup;          /* of the seat; else NULL */
    ngx_connection_t      dummy;           /* a debug log prints its fd */
    ngx_event_t           commit;          /* posted: start a turn */
    ngx_event_t           finish;          /* posted: more are finished */
    ngx_event_t           stuck;           /* timer: the commit hangs */
    ngx_event_t           retry;           /* timer: no seat, no store */
    ngx_event_t           patience;        /* timer: who is to commit? */

    ngx_event_t           look;            /* posted: more has changed */
    ngx_event_t           tick;            /* timer, while anyone watches */

    ngx_uint_t            watches;
    uint64_t              changed;         /* read up to here */
    uint64_t              others;          /* transactions seen of others */

    ngx_msec_t            searched_at;     /* for a seat of the dead */
    ngx_msec_t            failed_at;       /* the last turn that failed */
    ngx_msec_t            mended_at;       /* and was reported as over; or 0 */

    ngx_queue_t           cold;            /* sessions to be read */
    ngx_event_t           stay;            /* timer, while there are any */
    ngx_uint_t            faults;          /* of this thread, as last seen */
    ngx_uint_t            unproven;        /* sessions to be found in memory */

    ngx_thread_pool_t    *thread_pool;
    ngx_thread_task_t    *task;
    ngx_thread_task_t    *warm;

    unsigned              running:1;       /* the task is in the thread */
    unsigned              warming:1;       /* so is warm */
    unsigned              broken:1;        /* nothing is queued for now */
    unsigned              reported:1;      /* that it cannot be written */
    unsigned              again:1;         /* and not for the first time */
    unsigned              wanting:1;       /* of a seat, as the log says */
} ngx_http_whatsauth_lmdb_t;


extern ngx_http_whatsauth_lmdb_shared_t  ngx_http_whatsauth_lmdb_shared;
extern ngx_http_whatsauth_lmdb_t         ngx_http_whatsauth_lmdb;


/* A caller that waits for a commit or for a session. */
typedef struct {
    ngx_http_whatsauth_wait_t  wait;
    uint64_t                   key;        /* of the session */
} ngx_http_whatsauth_lmdb_wait_t;

/* All zeros; NULL: no memory.  Goes to "free" in the end. */
ngx_http_whatsauth_lmdb_wait_t *ngx_http_whatsauth_lmdb_wait(
    ngx_http_whatsauth_lmdb_t *lmdb);


/* lmdb_path.c: the directory */

extern const ngx_http_whatsauth_option_t
    ngx_http_whatsauth_lmdb_path_options[];

ngx_uint_t ngx_http_whatsauth_lmdb_path_recognise(const ngx_str_t *path);
ngx_int_t ngx_http_whatsauth_lmdb_path_conf(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);
ngx_int_t ngx_http_whatsauth_lmdb_path_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);
void ngx_http_whatsauth_lmdb_path_prepare(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);


/* lmdb_open.c: before the worker's first event, and in its timer */

void ngx_http_whatsauth_lmdb_open_first(ngx_http_whatsauth_lmdb_t *lmdb);
void ngx_http_whatsauth_lmdb_open_retry(ngx_event_t *ev);


/* lmdb_read.c */

ngx_http_whatsauth_wait_t *ngx_http_whatsauth_lmdb_read(uint64_t key,
    ngx_http_whatsauth_read_pt done, void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_lmdb_read_asked(
    const ledger_text_t *app, const ledger_text_t *user_id,
    ngx_http_whatsauth_read_pt done, void *data);
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_lmdb_read_subject(
    const ledger_text_t *app, const ledger_text_t *number,
    ngx_http_whatsauth_subject_pt done, void *data);
void ngx_http_whatsauth_lmdb_read_due(ngx_http_whatsauth_scan_t *scan);
void ngx_http_whatsauth_lmdb_read_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done);


/* lmdb_cold.c: reads of sessions, some of them after a thread */

ngx_int_t ngx_http_whatsauth_lmdb_cold_init(ngx_http_whatsauth_lmdb_t *lmdb,
    ngx_pool_t *pool);

ngx_http_whatsauth_wait_t *ngx_http_whatsauth_lmdb_read_session(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data);


/* lmdb_ring.c */

/* In the master: the ring and all that belongs to it. */
ngx_int_t ngx_http_whatsauth_lmdb_ring_share(ngx_cycle_t *cycle);


/* lmdb_seat.c: this worker's seat in the ring */

/* Takes a seat; NGX_DECLINED if there is none, and a timer tries again. */
ngx_int_t ngx_http_whatsauth_lmdb_seat_join(ngx_http_whatsauth_lmdb_t *lmdb);

/* Gives it back. */
void ngx_http_whatsauth_lmdb_seat_leave(ngx_http_whatsauth_lmdb_t *lmdb);

/* Gives it back if the worker is to end and has nothing pending. */
void ngx_http_whatsauth_lmdb_seat_rest(ngx_http_whatsauth_lmdb_t *lmdb);

/* Wakes the owner of a seat; data is what is shared. */
void ngx_http_whatsauth_lmdb_seat_wake(unsigned seat, void *data);


/* lmdb_turn.c: the queue of operations, and the task that commits them */

ngx_http_whatsauth_wait_t *ngx_http_whatsauth_lmdb_turn_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt done, void *data);

/* Hands the task to a thread; if that fails, all waiting operations fail. */
void ngx_http_whatsauth_lmdb_turn_post(
    void (*handler)(void *data, ngx_log_t *log), ngx_event_handler_pt done);

/* The task, and what follows it on the event loop. */
void ngx_http_whatsauth_lmdb_turn_run(void *data, ngx_log_t *log);
void ngx_http_whatsauth_lmdb_turn_ended(ngx_event_t *ev);

/* Events of the queue. */
void ngx_http_whatsauth_lmdb_turn_commit(ngx_event_t *ev);
void ngx_http_whatsauth_lmdb_turn_patience(ngx_event_t *ev);
void ngx_http_whatsauth_lmdb_turn_finish(ngx_event_t *ev);
void ngx_http_whatsauth_lmdb_turn_stuck(ngx_event_t *ev);

/* lmdb_watch.c */

ngx_int_t ngx_http_whatsauth_lmdb_watch(uint64_t key);
void ngx_http_whatsauth_lmdb_unwatch(uint64_t key);

/* Events: something may have changed; a second has passed. */
void ngx_http_whatsauth_lmdb_watch_look(ngx_event_t *ev);
void ngx_http_whatsauth_lmdb_watch_tick(ngx_event_t *ev);


#endif /* _NGX_HTTP_WHATSAUTH_LMDB_H_INCLUDED_ */

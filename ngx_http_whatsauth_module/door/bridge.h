
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What the parts of the store bridge share: opening and closing the store
 * (door/store.c), the queue of operations
 * (door/store_commit.c), and the worker's seat in the ring
 * (door/ring.c).
 */


#ifndef _NGX_HTTP_WHATSAUTH_BRIDGE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_BRIDGE_H_INCLUDED_


#include "door/store.h"

#include "ledger/ledger.h"
#include "lmdb_store/commit_ring.h"
#include "lmdb_store/lmdb_store.h"
#include "protocol/code.h"


/* A store that cannot be opened or written is tried again, milliseconds. */
#define NGX_HTTP_WHATSAUTH_RETRY      1000

/* Eventfds by which workers wake one another. */
#define NGX_HTTP_WHATSAUTH_WAKES_MAX  64


/*
 * What all workers of one master share.  It is made before the first fork
 * and outlives reloads, so that old and new workers commit together.
 */

typedef struct {
    commit_ring_t        *ring;            /* NULL: nothing is shared */
    ngx_uint_t            seats;
    ngx_atomic_t         *told;            /* what the log says, hashed */
    size_t                size;            /* of it all */

    ngx_uint_t            wakes;
    int                   eventfds[NGX_HTTP_WHATSAUTH_WAKES_MAX];

    ngx_cycle_t          *cycle;           /* the last one that needs it */
} ngx_http_whatsauth_shared_t;


typedef struct {
    lmdb_store_options_t  options;
    lmdb_store_t         *opened;
    ledger_result_t   result;
    char                  detail[LMDB_STORE_DETAIL_MAX];
    commit_ring_turn_t    turn;
} ngx_http_whatsauth_task_t;


typedef struct {
    lmdb_store_t         *store;
    whatsauth_codec_t    *codec;
    unsigned              seat;

    ngx_queue_t           waiting;
    ngx_queue_t           free;

    ngx_connection_t     *wakeup;          /* of the seat; else NULL */
    ngx_connection_t      dumb;            /* a debug log prints its fd */
    ngx_event_t           commit;          /* posted: start a turn */
    ngx_event_t           finish;          /* posted: more are finished */
    ngx_event_t           stuck;           /* timer: the commit hangs */
    ngx_event_t           retry;           /* timer: no seat, no store */
    ngx_event_t           patience;        /* timer: who is to commit? */

    ngx_msec_t            failed_at;       /* the last turn that failed */
    ngx_msec_t            mended_at;       /* and was told to be over; or 0 */

    ngx_thread_pool_t    *thread_pool;
    ngx_thread_task_t    *task;

    unsigned              running:1;       /* the task is in the thread */
    unsigned              broken:1;        /* nothing is queued for now */
    unsigned              told:1;          /* that it cannot be written */
    unsigned              again:1;         /* and not for the first time */
    unsigned              wanting:1;       /* of a seat, as the log says */
} ngx_http_whatsauth_bridge_t;


extern ngx_http_whatsauth_shared_t  ngx_http_whatsauth_shared;
extern ngx_http_whatsauth_bridge_t  ngx_http_whatsauth_bridge;


/* In the master: the ring and all that belongs to it. */
ngx_int_t ngx_http_whatsauth_ring_share(ngx_cycle_t *cycle);

/* Takes a seat; NGX_DECLINED if there is none, and a timer tries again. */
ngx_int_t ngx_http_whatsauth_ring_join(ngx_http_whatsauth_bridge_t *b);

/* Gives it back. */
void ngx_http_whatsauth_ring_leave(ngx_http_whatsauth_bridge_t *b);

/* Gives it back if the worker is to end and has nothing pending. */
void ngx_http_whatsauth_ring_rest(ngx_http_whatsauth_bridge_t *b);

/* Wakes the owner of a seat; data is what is shared. */
void ngx_http_whatsauth_ring_wake(unsigned seat, void *data);

/* Hands the task to a thread; if that fails, all who wait are told. */
void ngx_http_whatsauth_store_post(
    void (*handler)(void *data, ngx_log_t *log), ngx_event_handler_pt done);

/* The task that commits, and what follows it on the event loop. */
void ngx_http_whatsauth_store_turn(void *data, ngx_log_t *log);
void ngx_http_whatsauth_store_turned(ngx_event_t *ev);

/* Events of the queue. */
void ngx_http_whatsauth_store_commit(ngx_event_t *ev);
void ngx_http_whatsauth_store_patience(ngx_event_t *ev);
void ngx_http_whatsauth_store_finish(ngx_event_t *ev);
void ngx_http_whatsauth_store_stuck(ngx_event_t *ev);

/*
 * Tells all who wait that nothing is known.  Their operations stay queued,
 * and what comes of them is dropped.
 */
void ngx_http_whatsauth_store_fail_waiting(void);


#endif /* _NGX_HTTP_WHATSAUTH_BRIDGE_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The bridge from nginx's event loop to the store.  Reads are short and done
 * at once; writes are queued in shared memory, committed by a thread of
 * whichever worker gets the writer lock, and answered on the event loop.
 */


#ifndef _NGX_HTTP_WHATSAUTH_STORE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_STORE_H_INCLUDED_


#include "kit/module.h"

#include "ledger/ledger.h"
#include "lmdb_store/lmdb_store.h"
#include "protocol/code.h"


/* Not every package of nginx has the directory that it lies in. */
#define NGX_HTTP_WHATSAUTH_STORE_PARENT   "/var/lib/nginx"
#define NGX_HTTP_WHATSAUTH_STORE_DEFAULT                                      \
    NGX_HTTP_WHATSAUTH_STORE_PARENT "/whatsauth"


/*
 * Called once on the event loop when the operation is decided.  op is valid
 * during the call; op->result is LEDGER_FAILED if nothing is known.
 */
typedef void (*ngx_http_whatsauth_done_pt)(void *data,
    const ledger_op_t *op);

typedef struct ngx_http_whatsauth_wait_s  ngx_http_whatsauth_wait_t;

struct ngx_http_whatsauth_wait_s {
    ngx_queue_t                  queue;
    ngx_http_whatsauth_done_pt   handler;   /* NULL: nobody waits any more */
    void                        *data;
};


ngx_int_t ngx_http_whatsauth_store_init_module(ngx_cycle_t *cycle);
ngx_int_t ngx_http_whatsauth_store_init_process(ngx_cycle_t *cycle);
void ngx_http_whatsauth_store_exit_process(ngx_cycle_t *cycle);


/*
 * Queues an operation; op and its texts are copied.  Returns the wait, or
 * NULL with op->result set (BUSY or FAILED) when nothing was queued.
 */
ngx_http_whatsauth_wait_t *ngx_http_whatsauth_store_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt handler, void *data);

/*
 * The one who waits goes away: the operation takes place all the same, its
 * result is dropped.
 */
void ngx_http_whatsauth_store_forget(ngx_http_whatsauth_wait_t *wait);

/* NULL while the store is not open. */
lmdb_store_t *ngx_http_whatsauth_store(void);

/* Valid while the store is open. */
whatsauth_codec_t *ngx_http_whatsauth_store_codec(void);

/* Unix time in milliseconds. */
uint64_t ngx_http_whatsauth_store_now(void);


#endif /* _NGX_HTTP_WHATSAUTH_STORE_H_INCLUDED_ */

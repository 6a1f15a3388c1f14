
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Operations: they are handed to the store, and their callers wait.  A worker
 * that is shutting down stays for as long as anybody does.
 */


#include "door/valkey.h"


static void ngx_http_whatsauth_valkey_wait_done(void *data,
    const ledger_op_t *op);
static void ngx_http_whatsauth_valkey_wait_evict(const ledger_op_t *op);


/* Waits that are over are used again: as many as waited at one time. */

ngx_http_whatsauth_valkey_wait_t *
ngx_http_whatsauth_valkey_wait(ngx_http_whatsauth_valkey_t *valkey)
{
    ngx_queue_t                       *q;
    ngx_http_whatsauth_valkey_wait_t  *w;

    if (ngx_queue_empty(&valkey->free)) {
        w = ngx_alloc(sizeof(ngx_http_whatsauth_valkey_wait_t),
                      ngx_cycle->log);
        if (w == NULL) {
            return NULL;
        }

    } else {
        q = ngx_queue_head(&valkey->free);
        ngx_queue_remove(q);
        w = ngx_queue_data(q, ngx_http_whatsauth_valkey_wait_t, wait.queue);
    }

    ngx_memzero(w, sizeof(ngx_http_whatsauth_valkey_wait_t));
    ngx_queue_insert_tail(&valkey->waiting, &w->wait.queue);

    ngx_http_whatsauth_valkey_io_stay(valkey);

    return w;
}


void
ngx_http_whatsauth_valkey_wait_over(ngx_http_whatsauth_valkey_t *valkey,
    ngx_http_whatsauth_valkey_wait_t *w)
{
    ngx_queue_remove(&w->wait.queue);
    ngx_queue_insert_head(&valkey->free, &w->wait.queue);

    ngx_http_whatsauth_valkey_io_stay(valkey);
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_wait_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt done, void *data)
{
    ngx_http_whatsauth_valkey_t       *valkey;
    ngx_http_whatsauth_valkey_wait_t  *w;

    valkey = &ngx_http_whatsauth_valkey;

    w = ngx_http_whatsauth_valkey_wait(valkey);
    if (w == NULL) {
        op->result = LEDGER_FAILED;
        return NULL;
    }

    w->wait.done = done;
    w->wait.data = data;

    if (valkey_store_submit(valkey->store, op,
                            ngx_http_whatsauth_valkey_wait_done, w)
        != 0)
    {
        ngx_http_whatsauth_valkey_wait_over(valkey, w);
        return NULL;
    }

    return &w->wait;
}


static void
ngx_http_whatsauth_valkey_wait_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_valkey_wait_t *w = data;

    ngx_http_whatsauth_done_pt  done;

    ngx_http_whatsauth_valkey_wait_evict(op);

    done = w->wait.done;
    w->wait.done = NULL;

    if (done != NULL) {
        done(w->wait.data, op);
    }

    ngx_http_whatsauth_valkey_wait_over(&ngx_http_whatsauth_valkey, w);
}


/*
 * A session that has ended here must not be let in here any more, also before
 * the servers have told of it.
 */

static void
ngx_http_whatsauth_valkey_wait_evict(const ledger_op_t *op)
{
    switch (op->kind) {

    case LEDGER_TOUCH:
        ngx_http_whatsauth_valkey_cache_evict(op->u.touch.key);
        break;

    case LEDGER_REVOKE:
        ngx_http_whatsauth_valkey_cache_evict_all();
        break;

    default:
        break;
    }
}

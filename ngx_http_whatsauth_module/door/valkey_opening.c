
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A worker that begins takes requests before it has spoken to any server.  They
 * wait until it knows the keys of the store, or for the time that an operation
 * may take.  Danger: only then.  A store that has been away for longer refuses
 * requests at once, or all of them would stand in memory.
 */


#include "door/valkey.h"


static void ngx_http_whatsauth_valkey_opening_wake(ngx_event_t *ev);
static ngx_http_whatsauth_valkey_wait_t *
    ngx_http_whatsauth_valkey_opening_first(
    ngx_http_whatsauth_valkey_t *valkey);


void
ngx_http_whatsauth_valkey_opening_init(ngx_http_whatsauth_valkey_t *valkey,
    ngx_log_t *log, ngx_uint_t waits)
{
    valkey->opening.handler = ngx_http_whatsauth_valkey_opening_wake;
    valkey->opening.data = &valkey->dummy;
    valkey->opening.log = log;
    valkey->opening.cancelable = 1;

    if (waits) {
        ngx_add_timer(&valkey->opening, valkey->conf->timeout);
    }
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_valkey_opening(ngx_http_whatsauth_opened_pt done,
    void *data)
{
    ngx_http_whatsauth_valkey_t       *valkey;
    ngx_http_whatsauth_valkey_wait_t  *w;

    valkey = &ngx_http_whatsauth_valkey;

    if (!valkey->opening.timer_set) {
        return NULL;
    }

    w = ngx_http_whatsauth_valkey_wait(valkey);
    if (w == NULL) {
        return NULL;
    }

    w->wait.opened = done;
    w->wait.data = data;
    w->opening = 1;

    return &w->wait;
}


/* Those that wait may call the store, which must not be in a call by then. */

void
ngx_http_whatsauth_valkey_opening_over(ngx_http_whatsauth_valkey_t *valkey)
{
    if (valkey->opening.timer_set) {
        ngx_del_timer(&valkey->opening);
        ngx_post_event(&valkey->opening, &ngx_posted_events);
    }
}


static void
ngx_http_whatsauth_valkey_opening_wake(ngx_event_t *ev)
{
    void                              *data;
    ngx_http_whatsauth_valkey_t       *valkey;
    ngx_http_whatsauth_opened_pt       done;
    ngx_http_whatsauth_valkey_wait_t  *w;

    valkey = &ngx_http_whatsauth_valkey;

    for ( ;; ) {
        w = ngx_http_whatsauth_valkey_opening_first(valkey);
        if (w == NULL) {
            return;
        }

        done = w->wait.opened;
        data = w->wait.data;
        w->opening = 0;

        ngx_http_whatsauth_valkey_wait_over(valkey, w);

        if (done != NULL) {
            done(data);
        }
    }
}


/* Each may have given the store work, and so the queue is read anew. */

static ngx_http_whatsauth_valkey_wait_t *
ngx_http_whatsauth_valkey_opening_first(ngx_http_whatsauth_valkey_t *valkey)
{
    ngx_queue_t                       *q;
    ngx_http_whatsauth_valkey_wait_t  *w;

    for (q = ngx_queue_head(&valkey->waiting);
         q != ngx_queue_sentinel(&valkey->waiting);
         q = ngx_queue_next(q))
    {
        w = ngx_queue_data(q, ngx_http_whatsauth_valkey_wait_t, wait.queue);

        if (w->opening) {
            return w;
        }
    }

    return NULL;
}

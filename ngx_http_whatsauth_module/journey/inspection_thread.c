
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/inspection_thread.h"


/* Bodies that threads of one worker look at together; others queue up. */
#define NGX_HTTP_WHATSAUTH_THREADS_MAX  2

/*
 * The limits of unverified bodies that wait in one worker for a thread, for
 * each provider, so that a flood of one does not keep the bodies of another
 * out.  One client may have half of them.
 */
#define NGX_HTTP_WHATSAUTH_UNVERIFIED_MAX    128
#define NGX_HTTP_WHATSAUTH_UNVERIFIED_BYTES  (48 * 1024 * 1024)

/* Milliseconds; the timer is renewed for as long as threads work. */
#define NGX_HTTP_WHATSAUTH_INSPECTION_STAY  60000


static void ngx_http_whatsauth_inspection_thread_next(void);
static void ngx_http_whatsauth_inspection_thread_ended(ngx_event_t *ev);
static void ngx_http_whatsauth_inspection_thread_stay(ngx_event_t *ev);


/*
 * Those waiting for a thread, and how many have one.  A worker that is to end
 * waits for its timers but not for its threads, so a timer holds it.
 */

typedef struct {
    ngx_queue_t         waiting;
    ngx_queue_t         unverified;   /* also those that have a thread */
    ngx_uint_t          running;
    ngx_thread_pool_t  *pool;
    ngx_event_t         stay;
} ngx_http_whatsauth_inspection_threads_t;


static ngx_http_whatsauth_inspection_threads_t
    ngx_http_whatsauth_inspection_threads;


ngx_uint_t
ngx_http_whatsauth_inspection_thread_is_full(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, size_t len)
{
    size_t                            bytes, bytes_of_client;
    ngx_uint_t                        n, n_of_client;
    ngx_queue_t                      *q, *unverified;
    ngx_http_whatsauth_client_t       client;
    ngx_http_whatsauth_inspection_t  *inspection;

    unverified = &ngx_http_whatsauth_inspection_threads.unverified;

    if (unverified->next == NULL) {
        return 0;
    }

    ngx_http_whatsauth_client(r, &client);

    n = n_of_client = 1;
    bytes = bytes_of_client = len;

    for (q = ngx_queue_head(unverified);
         q != ngx_queue_sentinel(unverified);
         q = ngx_queue_next(q))
    {
        inspection = ngx_queue_data(q, ngx_http_whatsauth_inspection_t,
                                    unverified);

        if (inspection->webhook.provider != provider) {
            continue;
        }

        n++;
        bytes += inspection->webhook.len;

        if (ngx_memcmp(&inspection->client, &client, sizeof(client)) == 0) {
            n_of_client++;
            bytes_of_client += inspection->webhook.len;
        }
    }

    return n > NGX_HTTP_WHATSAUTH_UNVERIFIED_MAX
           || n_of_client > NGX_HTTP_WHATSAUTH_UNVERIFIED_MAX / 2
           || bytes > NGX_HTTP_WHATSAUTH_UNVERIFIED_BYTES
           || bytes_of_client > NGX_HTTP_WHATSAUTH_UNVERIFIED_BYTES / 2;
}


void
ngx_http_whatsauth_inspection_thread_run(
    ngx_http_whatsauth_inspection_t *inspection, ngx_thread_pool_t *pool,
    ngx_http_whatsauth_inspection_thread_pt run)
{
    ngx_http_whatsauth_inspection_threads_t  *all;

    all = &ngx_http_whatsauth_inspection_threads;

    if (all->pool == NULL) {
        ngx_queue_init(&all->waiting);
        ngx_queue_init(&all->unverified);
        all->pool = pool;
        all->stay.handler = ngx_http_whatsauth_inspection_thread_stay;
        all->stay.data = all;
        all->stay.log = ngx_cycle->log;
    }

    if (!all->stay.timer_set) {
        ngx_add_timer(&all->stay, NGX_HTTP_WHATSAUTH_INSPECTION_STAY);
    }

    inspection->task->ctx = inspection;
    inspection->task->handler = run;
    inspection->task->event.handler =
                                    ngx_http_whatsauth_inspection_thread_ended;
    inspection->task->event.data = inspection;
    inspection->task->event.log = ngx_cycle->log;

    /* Bodies that a header has verified go first. */

    if (inspection->webhook.verified) {
        ngx_queue_insert_head(&all->waiting, &inspection->queue);

    } else {
        ngx_queue_insert_tail(&all->waiting, &inspection->queue);
        ngx_queue_insert_tail(&all->unverified, &inspection->unverified);
    }

    ngx_http_whatsauth_inspection_thread_next();
}


static void
ngx_http_whatsauth_inspection_thread_next(void)
{
    ngx_queue_t                              *q;
    ngx_http_whatsauth_inspection_t          *inspection;
    ngx_http_whatsauth_inspection_threads_t  *all;

    all = &ngx_http_whatsauth_inspection_threads;

    while (all->running < NGX_HTTP_WHATSAUTH_THREADS_MAX
           && !ngx_queue_empty(&all->waiting))
    {
        q = ngx_queue_head(&all->waiting);
        ngx_queue_remove(q);
        inspection = ngx_queue_data(q, ngx_http_whatsauth_inspection_t, queue);

        all->running++;

        if (ngx_thread_task_post(all->pool, inspection->task) != NGX_OK) {
            inspection->unreadable = 1;
            ngx_http_whatsauth_inspection_thread_ended(
                                                    &inspection->task->event);
        }
    }
}


static void
ngx_http_whatsauth_inspection_thread_ended(ngx_event_t *ev)
{
    ngx_http_whatsauth_inspection_t  *inspection;

    inspection = ev->data;
    inspection->task->ctx = NULL;

    ngx_http_whatsauth_inspection_threads.running--;

    if (inspection->unverified.next != NULL) {
        ngx_queue_remove(&inspection->unverified);
    }

    if (inspection->handler != NULL) {
        inspection->handler(inspection);

    } else {
        ngx_http_whatsauth_inspection_destroy(inspection);
    }

    ngx_http_whatsauth_inspection_thread_next();

    if (ngx_http_whatsauth_inspection_threads.running == 0
        && ngx_http_whatsauth_inspection_threads.stay.timer_set)
    {
        ngx_del_timer(&ngx_http_whatsauth_inspection_threads.stay);
    }
}


static void
ngx_http_whatsauth_inspection_thread_stay(ngx_event_t *ev)
{
    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_INSPECTION_STAY);
}


ngx_int_t
ngx_http_whatsauth_inspection_thread_free(
    ngx_http_whatsauth_inspection_t *inspection,
    ngx_http_whatsauth_inspection_thread_pt run, ngx_event_handler_pt done)
{
    ngx_thread_task_t  *task;

    task = inspection->task;

    task->ctx = inspection;
    task->handler = run;
    task->event.handler = done;
    task->event.data = inspection;

    if (ngx_thread_task_post(ngx_http_whatsauth_inspection_threads.pool, task)
        != NGX_OK)
    {
        task->ctx = NULL;
        return NGX_ERROR;
    }

    return NGX_OK;
}

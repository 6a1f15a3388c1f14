
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/engine.h"
#include "door/watch.h"


/* 64 KB; with 10,000 watches each bucket has two or three. */
#define NGX_HTTP_WHATSAUTH_WATCH_BITS      12
#define NGX_HTTP_WHATSAUTH_WATCH_BUCKETS   (1 << NGX_HTTP_WHATSAUTH_WATCH_BITS)

/*
 * Called in one iteration of the event loop.  A call may end a response over
 * TLS, which takes up to 0.1 ms: the loop comes round in a few.
 */
#define NGX_HTTP_WHATSAUTH_WATCH_TURN      32


typedef struct {
    ngx_queue_t        buckets[NGX_HTTP_WHATSAUTH_WATCH_BUCKETS];
    ngx_queue_t        due;        /* to be called, taken from their buckets */
    ngx_event_t        turn;       /* posted: call them */
    ngx_connection_t   dummy;      /* a debug log prints its fd */
    unsigned           made:1;
} ngx_http_whatsauth_watch_table_t;


static void ngx_http_whatsauth_watch_make(void);
static ngx_queue_t *ngx_http_whatsauth_watch_bucket(uint64_t key);
static void ngx_http_whatsauth_watch_due(void);
static void ngx_http_whatsauth_watch_turn(ngx_event_t *ev);


static ngx_http_whatsauth_watch_table_t  ngx_http_whatsauth_watch_table;


ngx_int_t
ngx_http_whatsauth_watch(ngx_http_whatsauth_watch_t *watch)
{
    ngx_int_t  rc;

    ngx_http_whatsauth_watch_make();

    rc = ngx_http_whatsauth_door_engine->watch(watch->key);

    if (rc == NGX_OK) {
        ngx_queue_insert_tail(ngx_http_whatsauth_watch_bucket(watch->key),
                              &watch->queue);
    }

    return rc;
}


void
ngx_http_whatsauth_watch_end(ngx_http_whatsauth_watch_t *watch)
{
    ngx_queue_remove(&watch->queue);
    ngx_http_whatsauth_door_engine->unwatch(watch->key);
}


static void
ngx_http_whatsauth_watch_make(void)
{
    ngx_uint_t                         i;
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    if (table->made) {
        return;
    }

    for (i = 0; i < NGX_HTTP_WHATSAUTH_WATCH_BUCKETS; i++) {
        ngx_queue_init(&table->buckets[i]);
    }

    ngx_queue_init(&table->due);

    table->turn.handler = ngx_http_whatsauth_watch_turn;
    table->turn.data = &table->dummy;
    table->turn.log = ngx_cycle->log;
    table->dummy.fd = (ngx_socket_t) -1;

    table->made = 1;
}


/* Keys of codes that are issued one a millisecond end in ten zeros. */

static ngx_queue_t *
ngx_http_whatsauth_watch_bucket(uint64_t key)
{
    uint64_t  hash;

    hash = key * 0x9e3779b97f4a7c15u >> (64 - NGX_HTTP_WHATSAUTH_WATCH_BITS);

    return &ngx_http_whatsauth_watch_table.buckets[hash];
}


/* A watch that is due already has not been called yet: once is enough. */

void
ngx_http_whatsauth_watch_changed(uint64_t key)
{
    ngx_queue_t                       *bucket, *q, *next;
    ngx_http_whatsauth_watch_t        *watch;
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    if (!table->made) {
        return;
    }

    bucket = ngx_http_whatsauth_watch_bucket(key);

    for (q = ngx_queue_head(bucket);
         q != ngx_queue_sentinel(bucket);
         q = next)
    {
        next = ngx_queue_next(q);
        watch = ngx_queue_data(q, ngx_http_whatsauth_watch_t, queue);

        if (watch->key == key) {
            ngx_queue_remove(q);
            ngx_queue_insert_tail(&table->due, q);
        }
    }

    ngx_http_whatsauth_watch_due();
}


void
ngx_http_whatsauth_watch_changed_all(void)
{
    ngx_uint_t                         i;
    ngx_queue_t                       *bucket;
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    if (!table->made) {
        return;
    }

    for (i = 0; i < NGX_HTTP_WHATSAUTH_WATCH_BUCKETS; i++) {
        bucket = &table->buckets[i];

        if (!ngx_queue_empty(bucket)) {
            ngx_queue_add(&table->due, bucket);
            ngx_queue_init(bucket);
        }
    }

    ngx_http_whatsauth_watch_due();
}


/* They are called in this iteration, after all events that have come. */

static void
ngx_http_whatsauth_watch_due(void)
{
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    if (!ngx_queue_empty(&table->due)) {
        ngx_post_event(&table->turn, &ngx_posted_events);
    }
}


/*
 * Each is put back before it is called, so it does no harm if it or another one
 * ends.
 */

static void
ngx_http_whatsauth_watch_turn(ngx_event_t *ev)
{
    ngx_uint_t                         n;
    ngx_queue_t                       *q;
    ngx_http_whatsauth_watch_t        *watch;
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    for (n = 0; !ngx_queue_empty(&table->due); n++) {

        if (n == NGX_HTTP_WHATSAUTH_WATCH_TURN) {
            ngx_post_event(ev, &ngx_posted_next_events);
            return;
        }

        q = ngx_queue_head(&table->due);
        ngx_queue_remove(q);

        watch = ngx_queue_data(q, ngx_http_whatsauth_watch_t, queue);

        ngx_queue_insert_tail(ngx_http_whatsauth_watch_bucket(watch->key), q);

        watch->changed(watch->data);
    }
}

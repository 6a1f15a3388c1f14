
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/engine.h"
#include "door/watch.h"


/* 64 KB; with 10,000 watches each bucket has two or three. */
#define NGX_HTTP_WHATSAUTH_WATCH_BITS      12
#define NGX_HTTP_WHATSAUTH_WATCH_BUCKETS   (1 << NGX_HTTP_WHATSAUTH_WATCH_BITS)

/* Called in one iteration of the event loop when keys have been lost. */
#define NGX_HTTP_WHATSAUTH_WATCH_TURN      256


typedef struct {
    ngx_queue_t        buckets[NGX_HTTP_WHATSAUTH_WATCH_BUCKETS];
    ngx_uint_t         left;       /* buckets to be called, from the last on */
    ngx_event_t        turn;       /* posted: go on with them */
    ngx_connection_t   dummy;      /* a debug log prints its fd */
    unsigned           made:1;
} ngx_http_whatsauth_watch_table_t;


static void ngx_http_whatsauth_watch_make(void);
static ngx_queue_t *ngx_http_whatsauth_watch_bucket(uint64_t key);
static ngx_uint_t ngx_http_whatsauth_watch_call(ngx_queue_t *bucket,
    const uint64_t *key);
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


ngx_uint_t
ngx_http_whatsauth_watch_changed(uint64_t key)
{
    ngx_queue_t                 *bucket, *q;
    ngx_http_whatsauth_watch_t  *watch;

    if (!ngx_http_whatsauth_watch_table.made) {
        return 0;
    }

    bucket = ngx_http_whatsauth_watch_bucket(key);

    for (q = ngx_queue_head(bucket);
         q != ngx_queue_sentinel(bucket);
         q = ngx_queue_next(q))
    {
        watch = ngx_queue_data(q, ngx_http_whatsauth_watch_t, queue);

        if (watch->key == key) {
            return ngx_http_whatsauth_watch_call(bucket, &key);
        }
    }

    return 0;
}


/*
 * Calls the watches of a bucket, or those of one key in it.  Each is put back
 * before it is called, so it does no harm if it or another one ends.
 */

static ngx_uint_t
ngx_http_whatsauth_watch_call(ngx_queue_t *bucket, const uint64_t *key)
{
    ngx_uint_t                   n;
    ngx_queue_t                  queue, *q;
    ngx_http_whatsauth_watch_t  *watch;

    if (ngx_queue_empty(bucket)) {
        return 0;
    }

    n = 0;

    ngx_queue_init(&queue);
    ngx_queue_add(&queue, bucket);
    ngx_queue_init(bucket);

    while (!ngx_queue_empty(&queue)) {
        q = ngx_queue_head(&queue);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(bucket, q);

        watch = ngx_queue_data(q, ngx_http_whatsauth_watch_t, queue);

        if (key == NULL || watch->key == *key) {
            n++;
            watch->changed(watch->data);
        }
    }

    return n;
}


void
ngx_http_whatsauth_watch_changed_all(void)
{
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    if (!table->made) {
        return;
    }

    table->left = NGX_HTTP_WHATSAUTH_WATCH_BUCKETS;
    ngx_post_event(&table->turn, &ngx_posted_next_events);
}


static void
ngx_http_whatsauth_watch_turn(ngx_event_t *ev)
{
    ngx_uint_t                         n;
    ngx_http_whatsauth_watch_table_t  *table;

    table = &ngx_http_whatsauth_watch_table;

    for (n = 0; table->left && n < NGX_HTTP_WHATSAUTH_WATCH_TURN; /* void */) {
        table->left--;
        n += ngx_http_whatsauth_watch_call(&table->buckets[table->left], NULL);
    }

    if (table->left) {
        ngx_post_event(ev, &ngx_posted_next_events);
    }
}

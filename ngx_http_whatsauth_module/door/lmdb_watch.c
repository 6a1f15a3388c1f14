
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * While this worker watches, its seat is woken when any worker of this nginx
 * has changed something.  Once a second it asks whether another nginx has
 * committed, and whether a worker that died has left something untold.
 */


#include "door/lmdb.h"
#include "door/watch.h"


#define NGX_HTTP_WHATSAUTH_LMDB_TICK        1000

/* Keys that are looked at, a part at a time, in one iteration at most. */
#define NGX_HTTP_WHATSAUTH_LMDB_KEYS        64
#define NGX_HTTP_WHATSAUTH_LMDB_KEYS_MAX    4096


static uint64_t ngx_http_whatsauth_lmdb_watch_others(
    ngx_http_whatsauth_lmdb_t *lmdb);
static ngx_uint_t ngx_http_whatsauth_lmdb_watch_keys(
    ngx_http_whatsauth_lmdb_t *lmdb);


ngx_int_t
ngx_http_whatsauth_lmdb_watch(uint64_t key)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    if (lmdb->watches == 0) {

        if (lmdb->seat == COMMIT_RING_NO_SEAT
            && ngx_http_whatsauth_lmdb_seat_join(lmdb) != NGX_OK)
        {
            return NGX_DECLINED;
        }

        lmdb->changed = commit_ring_watch(ngx_http_whatsauth_lmdb_shared.ring,
                                          lmdb->seat);
        lmdb->others = ngx_http_whatsauth_lmdb_watch_others(lmdb);

        ngx_add_timer(&lmdb->tick, NGX_HTTP_WHATSAUTH_LMDB_TICK);
    }

    lmdb->watches++;

    return NGX_OK;
}


void
ngx_http_whatsauth_lmdb_unwatch(uint64_t key)
{
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    if (--lmdb->watches) {
        return;
    }

    commit_ring_unwatch(ngx_http_whatsauth_lmdb_shared.ring, lmdb->seat);
    ngx_del_timer(&lmdb->tick);

    ngx_http_whatsauth_lmdb_seat_rest(lmdb);
}


static uint64_t
ngx_http_whatsauth_lmdb_watch_others(ngx_http_whatsauth_lmdb_t *lmdb)
{
    return commit_ring_others(ngx_http_whatsauth_lmdb_shared.ring,
                              lmdb->store == NULL
                              ? 0 : lmdb_store_last_txn(lmdb->store));
}


void
ngx_http_whatsauth_lmdb_watch_tick(ngx_event_t *ev)
{
    uint64_t                    others;
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;

    ngx_add_timer(ev, NGX_HTTP_WHATSAUTH_LMDB_TICK);

    others = ngx_http_whatsauth_lmdb_watch_others(lmdb);

    if (others != lmdb->others) {
        lmdb->others = others;
        ngx_http_whatsauth_watch_changed_all();
    }

    ngx_http_whatsauth_lmdb_turn_commit(&lmdb->commit);
    ngx_http_whatsauth_lmdb_watch_look(&lmdb->look);
}


void
ngx_http_whatsauth_lmdb_watch_look(ngx_event_t *ev)
{
    ngx_uint_t                  keys, n;
    ngx_http_whatsauth_lmdb_t  *lmdb;

    lmdb = &ngx_http_whatsauth_lmdb;
    keys = 0;

    while (lmdb->watches) {

        n = ngx_http_whatsauth_lmdb_watch_keys(lmdb);
        if (n == 0) {
            return;
        }

        keys += n;

        if (keys >= NGX_HTTP_WHATSAUTH_LMDB_KEYS_MAX) {
            ngx_post_event(&lmdb->look, &ngx_posted_next_events);
            return;
        }
    }
}


/* Returns how many keys were new. */

static ngx_uint_t
ngx_http_whatsauth_lmdb_watch_keys(ngx_http_whatsauth_lmdb_t *lmdb)
{
    unsigned  i, n;
    uint64_t  keys[NGX_HTTP_WHATSAUTH_LMDB_KEYS];

    n = commit_ring_changed(ngx_http_whatsauth_lmdb_shared.ring,
                            &lmdb->changed, keys,
                            NGX_HTTP_WHATSAUTH_LMDB_KEYS);

    if (n == CHANGED_LOG_LOST) {
        ngx_http_whatsauth_watch_changed_all();
        return 0;
    }

    for (i = 0; i < n; i++) {
        ngx_http_whatsauth_watch_changed(keys[i]);
    }

    return n;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Reads: LMDB's are a microsecond or two in memory, so they are made at once,
 * and the record lies on the stack until its handler returns.
 */


#include "door/lmdb.h"


static ngx_int_t ngx_http_whatsauth_lmdb_read_head(lmdb_store_t *store,
    ngx_http_whatsauth_scan_t *scan);


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_lmdb_read(uint64_t key, ngx_http_whatsauth_read_pt done,
    void *data)
{
    lmdb_store_t     *store;
    ledger_copy_t     copy;
    ledger_result_t   result;

    store = ngx_http_whatsauth_lmdb.store;

    result = store == NULL ? LEDGER_FAILED
                           : lmdb_store_get(store, key, &copy);

    done(data, result, result == LEDGER_OK ? &copy.record : NULL);

    return NULL;
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_lmdb_read_asked(const ledger_text_t *app,
    const ledger_text_t *user_id, ngx_http_whatsauth_read_pt done, void *data)
{
    uint64_t          key;
    lmdb_store_t     *store;
    ledger_result_t   result;

    store = ngx_http_whatsauth_lmdb.store;

    result = store == NULL ? LEDGER_FAILED
                           : lmdb_store_asked(store, app, user_id, &key);

    if (result == LEDGER_OK) {
        return ngx_http_whatsauth_lmdb_read(key, done, data);
    }

    done(data, result, NULL);

    return NULL;
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_lmdb_read_subject(const ledger_text_t *app,
    const ledger_text_t *number, ngx_http_whatsauth_subject_pt done,
    void *data)
{
    lmdb_store_t           *store;
    ledger_result_t         result;
    ledger_subject_copy_t   copy;

    store = ngx_http_whatsauth_lmdb.store;

    result = store == NULL ? LEDGER_FAILED
                           : lmdb_store_get_subject(store, app, number,
                                                    &copy);

    done(data, result, result == LEDGER_OK ? &copy.subject : NULL);

    return NULL;
}


void
ngx_http_whatsauth_lmdb_read_due(ngx_http_whatsauth_scan_t *scan)
{
    ngx_uint_t     i;
    lmdb_store_t  *store;

    store = ngx_http_whatsauth_lmdb.store;
    scan->more = (store != NULL);
    scan->full = 0;
    scan->own = 0;

    for (i = 0; i < scan->lanes && scan->more; i++) {

        if (ngx_http_whatsauth_lmdb_read_head(store, scan) != NGX_OK) {
            scan->lane = LEDGER_LANE_CALLBACK;
            scan->more = 0;
        }
    }

    scan->done(scan);
}


/* NGX_DONE: no lane with deliveries follows. */

static ngx_int_t
ngx_http_whatsauth_lmdb_read_head(lmdb_store_t *store,
    ngx_http_whatsauth_scan_t *scan)
{
    unsigned      n;
    ledger_due_t  due[NGX_HTTP_WHATSAUTH_HEAD_MAX];

    if (lmdb_store_next_lane(store, scan->lane, &scan->lane) != LEDGER_OK
        || scan->lane >= LEDGER_LANE_KEPT)
    {
        return NGX_DONE;
    }

    if (lmdb_store_due(store, scan->lane, scan->now, scan->horizon, due,
                       NGX_HTTP_WHATSAUTH_HEAD_MAX, &n)
        == LEDGER_OK && n)
    {
        scan->full |= n == NGX_HTTP_WHATSAUTH_HEAD_MAX;
        scan->head(scan, due, n);
    }

    scan->lane++;

    return NGX_OK;
}


void
ngx_http_whatsauth_lmdb_read_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done)
{
    int            wanted;
    lmdb_store_t  *store;

    store = ngx_http_whatsauth_lmdb.store;

    done(store != NULL
         && lmdb_store_sweep_wanted(store, now, &wanted) == LEDGER_OK
         && wanted);
}

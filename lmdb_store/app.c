
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The counts of each app: name -> waiting codes, those of them that a page
 * asked for, and the bytes that its records, sessions and subjects cost,
 * 8 bytes each.
 */


#include "store.h"


int
lmdb_store_counts_decode(lmdb_store_counts_t *counts, const MDB_val *value)
{
    const unsigned char  *p;

    if (value->mv_size != LMDB_STORE_APP_LEN) {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;
    counts->waiting = ledger_get64(p);
    counts->pages = ledger_get64(p + 8);
    counts->bytes = ledger_get64(p + 16);

    return 0;
}


static int
lmdb_store_app_read(lmdb_store_t *store, lmdb_store_app_t *app)
{
    int      rc;
    MDB_val  k, v;

    k.mv_data = app->name;
    k.mv_size = app->len;

    rc = mdb_get(store->write.txn, store->tables.apps, &k, &v);

    if (rc == MDB_NOTFOUND) {
        memset(&app->counts, 0, sizeof(lmdb_store_counts_t));
        return 0;
    }

    return rc ? rc : lmdb_store_counts_decode(&app->counts, &v);
}


static int
lmdb_store_app_write(lmdb_store_t *store, lmdb_store_app_t *app)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_APP_LEN];

    k.mv_data = app->name;
    k.mv_size = app->len;

    /* Nothing that an app has is without cost. */

    if (app->counts.bytes == 0) {
        rc = mdb_del(store->write.txn, store->tables.apps, &k, NULL);
        return rc == MDB_NOTFOUND ? 0 : rc;
    }

    ledger_put64(buf, app->counts.waiting);
    ledger_put64(buf + 8, app->counts.pages);
    ledger_put64(buf + 16, app->counts.bytes);
    v.mv_data = buf;
    v.mv_size = sizeof(buf);

    return mdb_put(store->write.txn, store->tables.apps, &k, &v, 0);
}


/* Writes the counts that have changed and forgets them all. */

int
lmdb_store_app_flush(lmdb_store_t *store)
{
    int       rc;
    unsigned  i;

    for (i = 0; i < store->write.n_apps; i++) {

        if (!store->write.apps[i].dirty) {
            continue;
        }

        rc = lmdb_store_app_write(store, &store->write.apps[i]);
        if (rc) {
            return rc;
        }
    }

    store->write.n_apps = 0;

    return 0;
}


/* The app stays valid until the next find or flush. */

int
lmdb_store_app_find(lmdb_store_t *store, const ledger_text_t *name,
    lmdb_store_app_t **out)
{
    int                rc;
    unsigned           i;
    lmdb_store_app_t  *app;

    for (i = 0; i < store->write.n_apps; i++) {
        app = &store->write.apps[i];

        if (app->len == name->len
            && memcmp(app->name, name->data, name->len) == 0)
        {
            *out = app;
            return 0;
        }
    }

    if (store->write.n_apps == LMDB_STORE_APPS_HELD) {
        rc = lmdb_store_app_flush(store);
        if (rc) {
            return rc;
        }
    }

    app = &store->write.apps[store->write.n_apps];
    memcpy(app->name, name->data, name->len);
    app->len = name->len;
    app->dirty = 0;

    rc = lmdb_store_app_read(store, app);
    if (rc) {
        return rc;
    }

    store->write.n_apps++;
    *out = app;

    return 0;
}


static uint64_t
lmdb_store_app_add(uint64_t n, int more)
{
    return more < 0 && n == 0 ? 0 : n + (uint64_t) (int64_t) more;
}


static void
lmdb_store_app_bytes(lmdb_store_app_t *app, uint64_t before, uint64_t after)
{
    lmdb_store_counts_t  *counts;

    counts = &app->counts;

    counts->bytes -= before < counts->bytes ? before : counts->bytes;
    counts->bytes += after;
    app->dirty = 1;
}


/* Counts a change of a record, and what it costs before and after it. */

int
lmdb_store_app_count(lmdb_store_t *store, const ledger_row_t *row,
    const ledger_change_t *change, uint64_t before, uint64_t after)
{
    int                   rc;
    lmdb_store_app_t     *app;
    lmdb_store_counts_t  *counts;

    if (change->waiting == 0 && before == after) {
        return 0;
    }

    rc = lmdb_store_app_find(store, &row->record.text[LEDGER_APP], &app);
    if (rc) {
        return rc;
    }

    counts = &app->counts;

    counts->waiting = lmdb_store_app_add(counts->waiting, change->waiting);
    counts->pages = lmdb_store_app_add(counts->pages, change->pages);
    lmdb_store_app_bytes(app, before, after);

    return 0;
}


int
lmdb_store_app_charge(lmdb_store_t *store, const ledger_text_t *name,
    uint64_t before, uint64_t after)
{
    int                rc;
    lmdb_store_app_t  *app;

    if (before == after) {
        return 0;
    }

    rc = lmdb_store_app_find(store, name, &app);

    if (rc == 0) {
        lmdb_store_app_bytes(app, before, after);
    }

    return rc;
}

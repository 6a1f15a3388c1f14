
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What is counted for each app: name -> waiting codes, those of them that a
 * page asked for, and the bytes that its records cost, 8 bytes each.
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
    counts->waiting = lmdb_store_get64(p);
    counts->pages = lmdb_store_get64(p + 8);
    counts->bytes = lmdb_store_get64(p + 16);

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

    /* Not one record has no cost. */

    if (app->counts.bytes == 0) {
        rc = mdb_del(store->write.txn, store->tables.apps, &k, NULL);
        return rc == MDB_NOTFOUND ? 0 : rc;
    }

    lmdb_store_put64(buf, app->counts.waiting);
    lmdb_store_put64(buf + 8, app->counts.pages);
    lmdb_store_put64(buf + 16, app->counts.bytes);
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
lmdb_store_app_find(lmdb_store_t *store, const void *name, size_t len,
    lmdb_store_app_t **out)
{
    int                rc;
    unsigned           i;
    lmdb_store_app_t  *app;

    for (i = 0; i < store->write.n_apps; i++) {
        app = &store->write.apps[i];

        if (app->len == len && memcmp(app->name, name, len) == 0) {
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
    memcpy(app->name, name, len);
    app->len = len;
    app->dirty = 0;

    rc = lmdb_store_app_read(store, app);
    if (rc) {
        return rc;
    }

    store->write.n_apps++;
    *out = app;

    return 0;
}


int
lmdb_store_app_of(lmdb_store_t *store, const lmdb_store_entry_t *entry,
    lmdb_store_app_t **app)
{
    return lmdb_store_app_find(store, entry->value + LMDB_STORE_HEAD_LEN,
                               entry->head.len[LEDGER_APP], app);
}


/* A record stops waiting. */

int
lmdb_store_app_leave(lmdb_store_t *store, const lmdb_store_entry_t *entry)
{
    int                rc;
    lmdb_store_app_t  *app;

    rc = lmdb_store_app_of(store, entry, &app);
    if (rc) {
        return rc;
    }

    app->counts.waiting -= app->counts.waiting > 0;
    app->counts.pages -= (entry->head.flags & LEDGER_PAGE)
                         && app->counts.pages > 0;
    app->dirty = 1;

    return 0;
}


/* A record that has cost its app entry->cost costs it so much from now on. */

int
lmdb_store_app_charge(lmdb_store_t *store, lmdb_store_entry_t *entry,
    uint64_t cost)
{
    int                rc;
    uint64_t           bytes;
    lmdb_store_app_t  *app;

    if (entry->cost == cost) {
        return 0;
    }

    rc = lmdb_store_app_of(store, entry, &app);
    if (rc) {
        return rc;
    }

    bytes = app->counts.bytes;
    bytes -= entry->cost < bytes ? entry->cost : bytes;

    app->counts.bytes = bytes + cost;
    app->dirty = 1;
    entry->cost = cost;

    return 0;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * How many codes of each app are waiting: name -> count, 8 bytes.
 */


#include "store.h"


static int
lmdb_store_app_read(lmdb_store_t *store, lmdb_store_app_t *app)
{
    int      rc;
    MDB_val  k, v;

    k.mv_data = app->name;
    k.mv_size = app->len;

    rc = mdb_get(store->write.txn, store->tables.apps, &k, &v);

    if (rc == MDB_NOTFOUND) {
        app->waiting = 0;
        return 0;
    }

    if (rc == 0 && v.mv_size != 8) {
        rc = MDB_CORRUPTED;
    }

    if (rc == 0) {
        app->waiting = lmdb_store_get64(v.mv_data);
    }

    return rc;
}


static int
lmdb_store_app_write(lmdb_store_t *store, lmdb_store_app_t *app)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[8];

    k.mv_data = app->name;
    k.mv_size = app->len;

    if (app->waiting == 0) {
        rc = mdb_del(store->write.txn, store->tables.apps, &k, NULL);
        return rc == MDB_NOTFOUND ? 0 : rc;
    }

    lmdb_store_put64(buf, app->waiting);
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


/* A record stops waiting. */

int
lmdb_store_app_leave(lmdb_store_t *store, const lmdb_store_entry_t *entry)
{
    int                rc;
    lmdb_store_app_t  *app;

    if (entry->head.len[LMDB_STORE_APP] > LMDB_STORE_APP_MAX) {
        return MDB_CORRUPTED;
    }

    rc = lmdb_store_app_find(store, entry->value + LMDB_STORE_HEAD_LEN,
                             entry->head.len[LMDB_STORE_APP], &app);

    if (rc == 0 && app->waiting > 0) {
        app->waiting--;
        app->dirty = 1;
    }

    return rc;
}

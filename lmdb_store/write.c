
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Write transactions.  Every operation changes the last key and the counts of
 * waiting codes, so commit writes them once for all.
 */


#include <errno.h>
#include <sys/statvfs.h>

#include "store.h"


#define LMDB_STORE_READERS_EVERY  60000   /* milliseconds */
#define LMDB_STORE_BEGIN_TRIES    3


void
lmdb_store_write_clear(lmdb_store_t *store)
{
    store->write.txn = NULL;
    /* LMDB has closed the cursors with their transaction. */
    store->write.records = NULL;
    store->write.due = NULL;
    store->write.last_key_read = 0;
    store->write.last_key_dirty = 0;
    store->write.room_known = 0;
    store->write.purged = 0;
    store->write.freed = 0;
    store->write.kept_lane = 0;
    store->write.n_apps = 0;
}


static void
lmdb_store_write_announce(lmdb_store_t *store, int writing)
{
    pthread_mutex_lock(&store->map_lock);
    store->writing = writing;
    pthread_mutex_unlock(&store->map_lock);
}


/* The writer's thread may wait for those that warm, and they end soon. */

int
lmdb_store_write_mend(lmdb_store_t *store, int rc)
{
    pthread_mutex_lock(&store->map_lock);

    while (store->warming) {
        pthread_cond_wait(&store->warmed, &store->map_lock);
    }

    rc = lmdb_store_mend(store, rc);
    pthread_mutex_unlock(&store->map_lock);

    return rc;
}


/*
 * A reader that died with its transaction open would keep every page that
 * was freed since from being used again.
 */

static void
lmdb_store_write_check_readers(lmdb_store_t *store)
{
    uint64_t  now;

    now = lmdb_store_monotonic();

    if (store->env == NULL
        || (!store->readers_suspect
            && now - store->readers_checked_at < LMDB_STORE_READERS_EVERY))
    {
        return;
    }

    (void) mdb_reader_check(store->env, NULL);

    store->readers_suspect = 0;
    store->readers_checked_at = now;
}


ledger_result_t
lmdb_store_begin(lmdb_store_t *store)
{
    int       rc;
    unsigned  tries;

    lmdb_store_write_announce(store, 1);
    lmdb_store_space_grow(store);
    lmdb_store_write_check_readers(store);
    lmdb_store_write_clear(store);

    for (tries = 0; tries < LMDB_STORE_BEGIN_TRIES; tries++) {

        rc = store->env == NULL ? MDB_PANIC
                                : mdb_txn_begin(store->env, NULL, 0,
                                                &store->write.txn);
        if (rc == 0) {
            return LEDGER_OK;
        }

        store->write.txn = NULL;
        (void) lmdb_store_note(store, rc);

        rc = lmdb_store_write_mend(store, rc);
        if (rc) {
            break;
        }
    }

    lmdb_store_write_announce(store, 0);

    return LEDGER_FAILED;
}


void
lmdb_store_abort(lmdb_store_t *store)
{
    mdb_txn_abort(store->write.txn);
    lmdb_store_write_clear(store);
    lmdb_store_write_announce(store, 0);
}


void
lmdb_store_on_changed(lmdb_store_t *store,
    void (*changed)(void *data, uint64_t key), void *data)
{
    store->changed = changed;
    store->changed_data = data;
}


void
lmdb_store_write_changed(lmdb_store_t *store, uint64_t key)
{
    if (store->changed != NULL) {
        store->changed(store->changed_data, key);
    }
}


uint64_t
lmdb_store_txn(const lmdb_store_t *store)
{
    return mdb_txn_id(store->write.txn);
}


/* Reads the last key into the transaction, once. */

int
lmdb_store_write_last_key(lmdb_store_t *store)
{
    int      rc;
    MDB_val  val;

    if (store->write.last_key_read) {
        return 0;
    }

    rc = lmdb_store_tables_get(store, store->write.txn, LMDB_STORE_LAST_KEY,
                               &val);

    if (rc == MDB_NOTFOUND) {
        store->write.last_key = 0;

    } else if (rc == 0 && val.mv_size == 8) {
        store->write.last_key = ledger_get64(val.mv_data);

    } else {
        return rc ? rc : MDB_CORRUPTED;
    }

    store->write.last_key_read = 1;
    return 0;
}


static int
lmdb_store_write_flush(lmdb_store_t *store)
{
    int            rc;
    unsigned char  buf[8];

    rc = lmdb_store_app_flush(store);

    if (rc == 0 && store->write.last_key_dirty) {
        ledger_put64(buf, store->write.last_key);
        rc = lmdb_store_tables_put(store, store->write.txn,
                                   LMDB_STORE_LAST_KEY, buf, sizeof(buf));
    }

    return rc;
}


void
lmdb_store_write_failed(lmdb_store_t *store, int rc)
{
    if (rc == MDB_MAP_FULL) {
        store->readers_suspect = 1;
        store->map_suspect = 1;
        lmdb_store_sweep_less(store);
    }

    (void) lmdb_store_note(store, rc);
}


/*
 * LMDB calls it an input/output error when only a part of a page could be
 * written, as happens at the moment when a disk gets full.
 */

static int
lmdb_store_write_error(const lmdb_store_t *store, int rc)
{
    struct statvfs  fs;

    if (rc == EIO && statvfs(store->path, &fs) == 0 && fs.f_bavail == 0) {
        return ENOSPC;
    }

    return rc;
}


ledger_result_t
lmdb_store_commit(lmdb_store_t *store)
{
    int  rc;

    rc = lmdb_store_write_flush(store);

    if (rc == 0) {
        /* Frees the transaction even if it fails. */
        rc = lmdb_store_write_error(store, mdb_txn_commit(store->write.txn));

        if (rc == 0) {
            store->freed += store->write.freed;
        }

    } else {
        mdb_txn_abort(store->write.txn);
    }

    lmdb_store_write_failed(store, rc);
    lmdb_store_write_clear(store);
    lmdb_store_write_announce(store, 0);

    return rc ? LEDGER_FAILED : LEDGER_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions live for days, and the system may have taken their pages out of
 * memory.  A read of such a page waits for the disk: here in a thread, so that
 * the reads that follow in the event loop do not.
 */


#include "store.h"


/* The page of a session is in memory once its row has been found in it. */

static void
lmdb_store_warm_rows(const lmdb_store_t *store, MDB_txn *txn,
    const uint64_t *keys, unsigned n)
{
    MDB_val        k, v;
    unsigned       i;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    for (i = 0; i < n; i++) {
        lmdb_store_key_encode(buf, keys[i], &k);
        (void) mdb_get(txn, store->tables.sessions, &k, &v);
    }
}


/*
 * The lock is not held meanwhile, or the event loop would wait for it.  The
 * count keeps the map where it is.
 */

void
lmdb_store_warm_sessions(lmdb_store_t *store, const uint64_t *keys, unsigned n)
{
    int       rc;
    MDB_txn  *txn;

    pthread_mutex_lock(&store->map_lock);

    rc = store->env == NULL ? MDB_PANIC
                            : mdb_txn_begin(store->env, NULL, MDB_RDONLY,
                                            &txn);
    if (rc == 0) {
        store->warming++;
    }

    pthread_mutex_unlock(&store->map_lock);

    if (rc) {
        return;
    }

    lmdb_store_warm_rows(store, txn, keys, n);

    pthread_mutex_lock(&store->map_lock);

    mdb_txn_abort(txn);
    store->warming--;
    pthread_cond_broadcast(&store->warmed);

    pthread_mutex_unlock(&store->map_lock);
}

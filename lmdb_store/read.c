
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Reads: short read transactions that copy out what they find.
 */


#include "store.h"


#define LMDB_STORE_READ_TRIES  3


/* On success the map is locked and a transaction open until read_end. */

int
lmdb_store_read_begin(lmdb_store_t *store)
{
    int       rc;
    unsigned  tries;

    pthread_mutex_lock(&store->map_lock);

    for (tries = 0; tries < LMDB_STORE_READ_TRIES; tries++) {

        rc = store->env == NULL ? MDB_PANIC : mdb_txn_renew(store->read_txn);

        if (rc == 0) {
            return 0;
        }

        (void) lmdb_store_note(store, rc);

        /* A writer that is under way mends the same thing itself. */
        if (store->writing || lmdb_store_mend(store, rc)) {
            break;
        }
    }

    pthread_mutex_unlock(&store->map_lock);

    return rc;
}


void
lmdb_store_read_end(lmdb_store_t *store)
{
    mdb_txn_reset(store->read_txn);
    pthread_mutex_unlock(&store->map_lock);
}


int
lmdb_store_read_last_key(lmdb_store_t *store, uint64_t *last_key)
{
    int      rc;
    MDB_val  v;

    rc = lmdb_store_tables_get(store, store->read_txn, LMDB_STORE_LAST_KEY,
                               &v);

    if (rc == 0 && v.mv_size != 8) {
        rc = MDB_CORRUPTED;
    }

    if (rc == 0) {
        *last_key = ledger_get64(v.mv_data);
    }

    return rc == MDB_NOTFOUND ? 0 : rc;
}


static int
lmdb_store_read_record(lmdb_store_t *store, const MDB_val *key,
    const MDB_val *value, ledger_copy_t *copy)
{
    int           rc;
    ledger_row_t  row;

    rc = lmdb_store_record_read(store, store->read_txn, key, value, &row);

    if (rc == 0) {
        row.record.status = ledger_status(&row.record, store->now());
        ledger_copy(copy, &row.record);
    }

    return rc;
}


ledger_result_t
lmdb_store_get(lmdb_store_t *store, uint64_t key, ledger_copy_t *copy)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_get(store->read_txn, store->tables.records, &k, &v);

    if (rc == 0) {
        rc = lmdb_store_read_record(store, &k, &v, copy);
    }

    lmdb_store_read_end(store);

    if (rc == MDB_NOTFOUND) {
        return LEDGER_UNKNOWN;
    }

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


/* The first record at or after *key, whose key goes into *key. */

static int
lmdb_store_read_next(lmdb_store_t *store, uint64_t *key,
    ledger_copy_t *copy)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    rc = lmdb_store_read_begin(store);
    if (rc) {
        return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
    }

    lmdb_store_key_encode(buf, *key, &k);

    rc = mdb_cursor_renew(store->read_txn, store->read_records);

    if (rc == 0) {
        rc = mdb_cursor_get(store->read_records, &k, &v, MDB_SET_RANGE);
    }

    /* In a damaged table keys may go back, for ever. */

    if (rc == 0
        && (k.mv_size != LEDGER_ROW_KEY_LEN
            || ledger_get64(k.mv_data) < *key))
    {
        rc = MDB_CORRUPTED;
    }

    if (rc == 0) {
        *key = ledger_get64(k.mv_data);
        rc = lmdb_store_read_record(store, &k, &v, copy);
    }

    lmdb_store_read_end(store);

    return rc;
}


ledger_result_t
lmdb_store_walk(lmdb_store_t *store,
    int (*each)(const ledger_record_t *record, void *data), void *data)
{
    int            rc;
    uint64_t       key;
    ledger_copy_t  copy;

    for (key = 0; /* void */ ; key++) {

        rc = lmdb_store_read_next(store, &key, &copy);

        if (rc == MDB_NOTFOUND) {
            return LEDGER_OK;
        }

        if (rc) {
            (void) lmdb_store_note(store, rc);
            return LEDGER_FAILED;
        }

        if (each(&copy.record, data) || key == UINT64_MAX) {
            return LEDGER_OK;
        }
    }
}

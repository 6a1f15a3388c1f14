
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * From schema 4 to 5: a message tells its provider, in a byte behind all that
 * it had before.
 *
 * A binary upgrade leaves workers of the old version at the same file for a
 * while.  They go on changing the state of converted rows, do not read them
 * (503, or a callback that the new workers make when its lease ends), and
 * write rows of schema 4, which can be read for good.
 */


#include "store.h"


/* A row that cannot be read stays as it is; the check reports it. */

static int
lmdb_store_convert_one(lmdb_store_t *store, uint64_t key)
{
    int               rc;
    lmdb_store_row_t  row;

    rc = lmdb_store_record_load(store, key, &row);

    if (rc == MDB_NOTFOUND || rc == MDB_CORRUPTED
        || (rc == 0 && (row.damaged || row.message_size == 0)))
    {
        return 0;
    }

    return rc ? rc : lmdb_store_record_rewrite(store, &row, &row.entry);
}


/* Looks for each next message anew: saving one moves those around it. */

static int
lmdb_store_convert_messages(lmdb_store_t *store, MDB_cursor *cursor)
{
    int            rc;
    MDB_val        k, v;
    uint64_t       key;
    unsigned char  buf[LMDB_STORE_KEY_LEN];

    for (key = 0; /* void */ ; key++) {
        lmdb_store_key_encode(buf, key, &k);

        rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);

        if (rc == 0 && k.mv_size != LMDB_STORE_KEY_LEN) {
            rc = MDB_CORRUPTED;
        }

        if (rc == 0) {
            key = lmdb_store_get64(k.mv_data);
            rc = lmdb_store_convert_one(store, key);
        }

        if (rc) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        if (key == UINT64_MAX) {
            return 0;
        }
    }
}


int
lmdb_store_convert(lmdb_store_t *store, MDB_txn *txn)
{
    int          rc;
    MDB_cursor  *cursor;

    store->write.txn = txn;

    rc = mdb_cursor_open(txn, store->tables.messages, &cursor);

    if (rc == 0) {
        rc = lmdb_store_convert_messages(store, cursor);
    }

    if (rc == 0) {
        rc = lmdb_store_app_flush(store);
    }

    /* LMDB closes the cursors with the transaction, which is the caller's. */
    lmdb_store_write_clear(store);

    return rc;
}

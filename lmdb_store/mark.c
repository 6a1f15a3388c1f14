
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Marks: "mark" and a name of 8 bytes -> the mark and the transaction that
 * set it, 8 bytes each.
 */


#include "store.h"


#define LMDB_STORE_MARK       "mark"
#define LMDB_STORE_MARK_LEN   4

/*
 * Each start of nginx brings a new name.  Of so many the one that was set
 * longest ago goes; a mark matters only right after it was set.
 */
#define LMDB_STORE_MARKS_MAX  256


static void
lmdb_store_mark_key(unsigned char *buf, uint64_t name, MDB_val *key)
{
    memcpy(buf, LMDB_STORE_MARK, LMDB_STORE_MARK_LEN);
    ledger_put64(buf + LMDB_STORE_MARK_LEN, name);

    key->mv_data = buf;
    key->mv_size = LMDB_STORE_MARK_LEN + 8;
}


/* Removes the oldest mark if there are too many. */

static int
lmdb_store_mark_thin(lmdb_store_t *store, MDB_cursor *cursor)
{
    int            rc;
    MDB_val        k, v;
    uint64_t       set_in, oldest;
    unsigned       n;
    unsigned char  buf[LMDB_STORE_MARK_LEN + 8];
    unsigned char  found[LMDB_STORE_MARK_LEN + 8];

    n = 0;
    oldest = UINT64_MAX;
    lmdb_store_mark_key(buf, 0, &k);

    for (rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
         rc == 0 && k.mv_size == sizeof(buf) && v.mv_size == 16
         && memcmp(k.mv_data, LMDB_STORE_MARK, LMDB_STORE_MARK_LEN) == 0;
         rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT))
    {
        n++;
        set_in = ledger_get64((unsigned char *) v.mv_data + 8);

        if (set_in < oldest) {
            oldest = set_in;
            memcpy(found, k.mv_data, sizeof(found));
        }
    }

    if (rc != 0 && rc != MDB_NOTFOUND) {
        return rc;
    }

    if (n < LMDB_STORE_MARKS_MAX) {
        return 0;
    }

    k.mv_data = found;
    k.mv_size = sizeof(found);

    return mdb_del(store->write.txn, store->tables.meta, &k, NULL);
}


static int
lmdb_store_mark_make_room(lmdb_store_t *store)
{
    int          rc;
    MDB_cursor  *cursor;

    rc = mdb_cursor_open(store->write.txn, store->tables.meta, &cursor);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_mark_thin(store, cursor);
    mdb_cursor_close(cursor);

    return rc;
}


int
lmdb_store_set_mark(lmdb_store_t *store, uint64_t name, uint64_t mark)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  key[LMDB_STORE_MARK_LEN + 8], value[16];

    lmdb_store_mark_key(key, name, &k);

    rc = mdb_get(store->write.txn, store->tables.meta, &k, &v);

    if (rc == MDB_NOTFOUND) {
        rc = lmdb_store_mark_make_room(store);
    }

    if (rc == 0) {
        ledger_put64(value, mark);
        ledger_put64(value + 8, mdb_txn_id(store->write.txn));
        v.mv_data = value;
        v.mv_size = sizeof(value);

        rc = mdb_put(store->write.txn, store->tables.meta, &k, &v, 0);
    }

    return lmdb_store_note(store, rc) ? -1 : 0;
}


uint64_t
lmdb_store_get_mark(lmdb_store_t *store, uint64_t name)
{
    MDB_val        k, v;
    unsigned char  key[LMDB_STORE_MARK_LEN + 8];

    lmdb_store_mark_key(key, name, &k);

    if (mdb_get(store->write.txn, store->tables.meta, &k, &v)
        || v.mv_size != 16)
    {
        return 0;
    }

    return ledger_get64(v.mv_data);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The index of due work: (lane, due time, key) -> nothing.
 */


#include "store.h"


void
lmdb_store_due_encode(unsigned char *out, unsigned lane, uint64_t due_at,
    uint64_t key, MDB_val *val)
{
    lmdb_store_put16(out, lane);
    lmdb_store_put64(out + 2, due_at);
    lmdb_store_put64(out + 10, key);

    val->mv_data = out;
    val->mv_size = LMDB_STORE_DUE_LEN;
}


int
lmdb_store_due_decode(const MDB_val *val, unsigned *lane, uint64_t *due_at,
    uint64_t *key)
{
    const unsigned char  *p;

    if (val->mv_size != LMDB_STORE_DUE_LEN) {
        return MDB_CORRUPTED;
    }

    p = val->mv_data;
    *lane = lmdb_store_get16(p);
    *due_at = lmdb_store_get64(p + 2);
    *key = lmdb_store_get64(p + 10);

    return 0;
}


static int
lmdb_store_due_cursor(lmdb_store_t *store)
{
    if (store->write.due != NULL) {
        return 0;
    }

    return mdb_cursor_open(store->write.txn, store->tables.due,
                           &store->write.due);
}


/*
 * One cursor for all: codes of one lifetime come in order, and LMDB looks at
 * the page that the cursor is on before it searches the tree.
 */

int
lmdb_store_due_add(lmdb_store_t *store, unsigned lane, uint64_t due_at,
    uint64_t key)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, lane, due_at, key, &k);
    v.mv_data = NULL;
    v.mv_size = 0;

    return mdb_cursor_put(store->write.due, &k, &v, 0);
}


/* An entry that is missing already is as good as removed. */

int
lmdb_store_due_remove(lmdb_store_t *store, unsigned lane, uint64_t due_at,
    uint64_t key)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, lane, due_at, key, &k);

    rc = mdb_cursor_get(store->write.due, &k, &v, MDB_SET);
    if (rc) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }

    return mdb_cursor_del(store->write.due, 0);
}


/* The first entry at *place or after it, into *place; or MDB_NOTFOUND. */

int
lmdb_store_due_seek(lmdb_store_t *store, lmdb_store_place_t *place)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, place->lane, place->due_at, place->key, &k);

    rc = mdb_cursor_get(store->write.due, &k, &v, MDB_SET_RANGE);
    if (rc) {
        return rc;
    }

    return lmdb_store_due_decode(&k, &place->lane, &place->due_at,
                                 &place->key);
}


/* Takes entries of one lane from a due time on, in one read transaction. */

static int
lmdb_store_due_take(lmdb_store_t *store, unsigned lane, uint64_t from,
    uint64_t until, ledger_due_t *due, unsigned max, unsigned *n)
{
    int               rc;
    MDB_val           k, v;
    unsigned          l;
    unsigned char     buf[LMDB_STORE_DUE_LEN];
    ledger_due_t  entry;

    lmdb_store_due_encode(buf, lane, from, 0, &k);
    rc = mdb_cursor_get(store->read_due, &k, &v, MDB_SET_RANGE);

    while (rc == 0 && *n < max) {

        rc = lmdb_store_due_decode(&k, &l, &entry.due_at, &entry.key);
        if (rc) {
            return rc;
        }

        if (l != lane || entry.due_at > until) {
            return 0;
        }

        due[(*n)++] = entry;

        rc = mdb_cursor_get(store->read_due, &k, &v, MDB_NEXT);
    }

    return rc == MDB_NOTFOUND ? 0 : rc;
}


ledger_result_t
lmdb_store_due(lmdb_store_t *store, unsigned lane, uint64_t now,
    uint64_t horizon, ledger_due_t *due, unsigned max, unsigned *n)
{
    int       rc;
    uint64_t  far;

    *n = 0;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = lmdb_store_due_take(store, lane, 0, now, due, max, n);

    far = lmdb_store_after(now, horizon);

    if (rc == 0 && lane >= LEDGER_LANE_CALLBACK
        && lane < LEDGER_LANE_KEPT && far != UINT64_MAX)
    {
        rc = lmdb_store_due_take(store, lane, far + 1, UINT64_MAX, due, max,
                                 n);
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


ledger_result_t
lmdb_store_first_due(lmdb_store_t *store, unsigned lane, uint64_t *due_at)
{
    int               rc;
    unsigned          n;
    ledger_due_t  entry;

    *due_at = UINT64_MAX;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    n = 0;
    rc = lmdb_store_due_take(store, lane, 0, UINT64_MAX, &entry, 1, &n);

    if (rc == 0 && n == 1) {
        *due_at = entry.due_at;
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


/*
 * Looks at the head of LANE_TIME and of each lane of what is retained.
 * *kept: something is retained, even if it is not yet to be purged.
 */

static int
lmdb_store_due_sweep(lmdb_store_t *store, uint64_t now, int *wanted,
    int *kept)
{
    int               rc;
    MDB_val           k, v;
    unsigned          lane;
    unsigned char     buf[LMDB_STORE_DUE_LEN];
    ledger_due_t  entry;

    for (lane = LEDGER_LANE_TIME; lane < LEDGER_LANES; lane++) {

        if (lane > LEDGER_LANE_TIME && lane < LEDGER_LANE_KEPT) {
            lane = LEDGER_LANE_KEPT;
        }

        lmdb_store_due_encode(buf, lane, 0, 0, &k);
        rc = mdb_cursor_get(store->read_due, &k, &v, MDB_SET_RANGE);

        if (rc == 0) {
            rc = lmdb_store_due_decode(&k, &lane, &entry.due_at, &entry.key);
        }

        if (rc) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        *kept |= lane >= LEDGER_LANE_KEPT;

        if ((lane == LEDGER_LANE_TIME || lane >= LEDGER_LANE_KEPT)
            && entry.due_at <= now)
        {
            *wanted = 1;
            return 0;
        }
    }

    return 0;
}


ledger_result_t
lmdb_store_sweep_wanted(lmdb_store_t *store, uint64_t now, int *wanted)
{
    int  rc, kept;

    *wanted = 0;
    kept = 0;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = lmdb_store_due_sweep(store, now, wanted, &kept);

    if (rc == 0 && kept && !*wanted) {
        rc = lmdb_store_space_seems_short(store, wanted);
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


ledger_result_t
lmdb_store_next_lane(lmdb_store_t *store, unsigned from, unsigned *lane)
{
    int               rc;
    MDB_val           k, v;
    unsigned char     buf[LMDB_STORE_DUE_LEN];
    ledger_due_t  entry;

    *lane = LEDGER_LANES;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    lmdb_store_due_encode(buf, from, 0, 0, &k);
    rc = mdb_cursor_get(store->read_due, &k, &v, MDB_SET_RANGE);

    if (rc == 0) {
        rc = lmdb_store_due_decode(&k, lane, &entry.due_at, &entry.key);

    } else if (rc == MDB_NOTFOUND) {
        rc = 0;
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}

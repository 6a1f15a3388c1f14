
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The index of due work: (lane, due time, key) -> nothing.
 */


#include "store.h"


int
lmdb_store_due_is(const ledger_entry_t *a, const ledger_entry_t *b)
{
    return a->lane == b->lane && a->due_at == b->due_at && a->key == b->key;
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
lmdb_store_due_add(lmdb_store_t *store, const ledger_entry_t *entry)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, entry, &k);
    v.mv_data = NULL;
    v.mv_size = 0;

    return mdb_cursor_put(store->write.due, &k, &v, 0);
}


/* An entry that is missing already is as good as removed. */

int
lmdb_store_due_remove(lmdb_store_t *store, const ledger_entry_t *entry)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, entry, &k);

    rc = mdb_cursor_get(store->write.due, &k, &v, MDB_SET);
    if (rc) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }

    return mdb_cursor_del(store->write.due, 0);
}


/* The first entry at *entry or after it, into *entry; or MDB_NOTFOUND. */

int
lmdb_store_due_seek(lmdb_store_t *store, ledger_entry_t *entry)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, entry, &k);

    rc = mdb_cursor_get(store->write.due, &k, &v, MDB_SET_RANGE);
    if (rc) {
        return rc;
    }

    return lmdb_store_due_decode(&k, entry);
}


/* The first entry of a lane at a due time or after it, for a reader. */

static int
lmdb_store_due_find(lmdb_store_t *store, unsigned lane, uint64_t from,
    ledger_entry_t *entry)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_DUE_LEN];

    entry->lane = lane;
    entry->due_at = from;
    entry->key = 0;

    lmdb_store_due_encode(buf, entry, &k);

    rc = mdb_cursor_renew(store->read_txn, store->read_due);

    if (rc == 0) {
        rc = mdb_cursor_get(store->read_due, &k, &v, MDB_SET_RANGE);
    }

    return rc ? rc : lmdb_store_due_decode(&k, entry);
}


/* Takes entries of one lane from a due time on, in one read transaction. */

static int
lmdb_store_due_take(lmdb_store_t *store, unsigned lane, uint64_t from,
    uint64_t until, ledger_due_t *due, unsigned max, unsigned *n)
{
    int             rc;
    MDB_val         k, v;
    ledger_entry_t  entry;

    rc = lmdb_store_due_find(store, lane, from, &entry);

    while (rc == 0 && *n < max && entry.lane == lane
           && entry.due_at <= until)
    {
        due[*n].key = entry.key;
        due[*n].due_at = entry.due_at;
        (*n)++;

        rc = mdb_cursor_get(store->read_due, &k, &v, MDB_NEXT);

        if (rc == 0) {
            rc = lmdb_store_due_decode(&k, &entry);
        }
    }

    return rc == MDB_NOTFOUND ? 0 : rc;
}


ledger_result_t
lmdb_store_due(lmdb_store_t *store, unsigned lane, uint64_t now,
    uint64_t horizon, ledger_due_t *due, unsigned max, unsigned *n)
{
    int  rc;

    *n = 0;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = lmdb_store_due_take(store, lane, 0, now, due, max, n);

    if (rc == 0 && lane >= LEDGER_LANE_CALLBACK && lane < LEDGER_LANE_KEPT
        && horizon < UINT64_MAX - now)
    {
        rc = lmdb_store_due_take(store, lane, now + horizon + 1, UINT64_MAX,
                                 due, max, n);
    }

    lmdb_store_read_end(store);

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


/*
 * Looks at the head of LANE_TIME, of each lane of what is retained, and of that
 * of sessions.
 * *kept: something is retained, even if it is not yet to be purged.
 */

static int
lmdb_store_due_sweep(lmdb_store_t *store, uint64_t now, int *wanted,
    int *kept)
{
    int             rc;
    unsigned        lane;
    ledger_entry_t  entry;

    lane = LEDGER_LANE_TIME;

    while (lane < LMDB_STORE_LANES) {

        rc = lmdb_store_due_find(store, lane, 0, &entry);
        if (rc) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        if (entry.lane > LEDGER_LANE_TIME && entry.lane < LEDGER_LANE_KEPT) {
            lane = LEDGER_LANE_KEPT;
            continue;
        }

        *kept |= entry.lane >= LEDGER_LANE_KEPT
                 && entry.lane < LMDB_STORE_LANE_SESSIONS;

        if (entry.due_at <= now) {
            *wanted = 1;
            return 0;
        }

        lane = entry.lane + 1;
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
    int             rc;
    ledger_entry_t  entry;

    *lane = LMDB_STORE_LANES;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    rc = lmdb_store_due_find(store, from, 0, &entry);

    if (rc == 0) {
        *lane = entry.lane;
    }

    lmdb_store_read_end(store);

    rc = rc == MDB_NOTFOUND ? 0 : rc;

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}

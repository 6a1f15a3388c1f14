
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * What time does to records: expiry and purge.
 */


#include "store.h"


#define LMDB_STORE_SWEEP_NS      1000000
/* Records between two looks at the clock. */
#define LMDB_STORE_SWEEP_STRIDE  16
#define LMDB_STORE_SWEEP_MIN     8


static uint64_t
lmdb_store_sweep_clock(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}


/* The oldest due entry of LANE_TIME; MDB_NOTFOUND if there is none. */

static int
lmdb_store_sweep_head(lmdb_store_t *store, uint64_t now, uint64_t *due_at,
    uint64_t *key)
{
    int            rc;
    MDB_val        k, v;
    unsigned       lane;
    unsigned char  buf[LMDB_STORE_DUE_LEN];

    rc = lmdb_store_due_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_due_encode(buf, LMDB_STORE_LANE_TIME, 0, 0, &k);

    rc = mdb_cursor_get(store->write.due, &k, &v, MDB_SET_RANGE);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_due_decode(&k, &lane, due_at, key);
    if (rc) {
        return rc;
    }

    return lane != LMDB_STORE_LANE_TIME || *due_at > now ? MDB_NOTFOUND : 0;
}


static int
lmdb_store_sweep_one(lmdb_store_t *store, lmdb_store_op_t *op, uint64_t now,
    uint64_t due_at, uint64_t key)
{
    int                 rc;
    lmdb_store_entry_t  entry;

    rc = lmdb_store_entry_load(store, key, &entry);

    if (rc == MDB_NOTFOUND || rc == MDB_CORRUPTED
        || (rc == 0 && (entry.head.lane != LMDB_STORE_LANE_TIME
                        || entry.head.due_at != due_at)))
    {
        /*
         * An entry that no record knows, or whose record cannot be read, must
         * not hold up the others.
         */
        return lmdb_store_due_remove(store, LMDB_STORE_LANE_TIME, due_at, key);
    }

    if (rc) {
        return rc;
    }

    if (entry.head.keep_until > now) {
        due_at = entry.head.keep_until;
        entry.head.keep_until = 0;

        return lmdb_store_entry_move(store, &entry, LMDB_STORE_LANE_TIME,
                                     due_at);
    }

    if (entry.head.state != LMDB_STORE_STATE_WAITING) {
        op->u.sweep.purged++;
        return lmdb_store_entry_remove(store, &entry);
    }

    op->u.sweep.expired++;
    entry.head.status = LMDB_STORE_STATUS_EXPIRED;

    return lmdb_store_finish(store, &entry, LMDB_STORE_LANE_EXPIRED, now,
                             lmdb_store_after(now, op->u.sweep.retain));
}


/*
 * Even deleting takes free pages, the more the more records one transaction
 * touches: a map without room is swept in small steps, so that it is not
 * full for ever.
 */

void
lmdb_store_sweep_less(lmdb_store_t *store)
{
    store->sweep_max = store->sweep_max / 4 > LMDB_STORE_SWEEP_MIN
                       ? store->sweep_max / 4 : LMDB_STORE_SWEEP_MIN;
}


static void
lmdb_store_sweep_more(lmdb_store_t *store)
{
    store->sweep_max = store->sweep_max < LMDB_STORE_SWEEP_MAX / 2
                       ? store->sweep_max * 2 : LMDB_STORE_SWEEP_MAX;
}


int
lmdb_store_op_sweep(lmdb_store_t *store, lmdb_store_op_t *op)
{
    int       rc;
    uint64_t  now, due_at, key, end;
    unsigned  n;

    op->u.sweep.expired = 0;
    op->u.sweep.purged = 0;
    op->u.sweep.more = 0;

    now = store->now();
    end = lmdb_store_sweep_clock() + LMDB_STORE_SWEEP_NS;

    for (n = 1; (rc = lmdb_store_sweep_head(store, now, &due_at, &key)) == 0;
         n++)
    {
        if (n > store->sweep_max
            || (n % LMDB_STORE_SWEEP_STRIDE == 0
                && lmdb_store_sweep_clock() >= end))
        {
            op->u.sweep.more = 1;
            break;
        }

        rc = lmdb_store_sweep_one(store, op, now, due_at, key);
        if (rc) {
            return rc;
        }
    }

    if (rc != 0 && rc != MDB_NOTFOUND) {
        return rc;
    }

    lmdb_store_sweep_more(store);
    op->result = LMDB_STORE_OK;

    return 0;
}

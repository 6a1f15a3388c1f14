
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Time acts on records and sessions: expiry, purge, end.
 */


#include "store.h"


#define LMDB_STORE_SWEEP_NS      1000000
/* Records between two looks at the clock. */
#define LMDB_STORE_SWEEP_STRIDE  16
#define LMDB_STORE_SWEEP_MIN     8


typedef struct {
    uint64_t  now;
    uint64_t  end;     /* nanoseconds */
    unsigned  n;       /* records */
    unsigned  max;
} lmdb_store_sweep_t;


static uint64_t
lmdb_store_sweep_clock(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}


/* A record that stands where its code would have expired may be kept on. */

static int
lmdb_store_sweep_record(lmdb_store_t *store, ledger_op_t *op, uint64_t now,
    const ledger_row_t *row)
{
    ledger_change_t  change;
    ledger_row_t     after;

    if (row->record.state == LEDGER_STATE_KEPT && row->record.due_at > now) {
        return lmdb_store_kept_move(store, row);
    }

    (void) ledger_apply(&row->record, NULL, op, now, &after.record, &change);

    if (change.remove) {
        op->u.sweep.purged++;
        return lmdb_store_record_remove(store, row);
    }

    if (change.save) {
        op->u.sweep.expired++;
        lmdb_store_record_settle(row, &change, &after);
        return lmdb_store_record_save(store, row, &change, &after);
    }

    return lmdb_store_due_remove(store, &row->entry);
}


/*
 * An entry that no record knows, whose record cannot be read, or for whose
 * record there is nothing to do, must not hold up the others.
 */

static int
lmdb_store_sweep_one(lmdb_store_t *store, ledger_op_t *op, uint64_t now,
    const ledger_entry_t *entry)
{
    int           rc;
    ledger_row_t  row;

    if (entry->lane == LMDB_STORE_LANE_SESSIONS) {
        return lmdb_store_login_sweep(store, now, entry);
    }

    rc = lmdb_store_record_load(store, entry->key, &row);

    if (rc == MDB_NOTFOUND || rc == MDB_CORRUPTED
        || (rc == 0 && !lmdb_store_due_is(&row.entry, entry)))
    {
        return lmdb_store_due_remove(store, entry);
    }

    return rc ? rc : lmdb_store_sweep_record(store, op, now, &row);
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


/* A small map has room for the pages of few records. */

static unsigned
lmdb_store_sweep_max(const lmdb_store_t *store)
{
    unsigned  max;

    max = store->sweep_max < store->write.sweep_max ? store->sweep_max
                                                    : store->write.sweep_max;

    return max > LMDB_STORE_SWEEP_MIN ? max : LMDB_STORE_SWEEP_MIN;
}


/* The clock is asked now and then only. */

static int
lmdb_store_sweep_is_enough(lmdb_store_sweep_t *sweep)
{
    return ++sweep->n > sweep->max
           || (sweep->n % LMDB_STORE_SWEEP_STRIDE == 0
               && lmdb_store_sweep_clock() >= sweep->end);
}


/*
 * Handles the due entries of one lane, and moves *lane to the next lane with
 * entries.  Leaves it where it is when the sweep has done enough.
 */

static int
lmdb_store_sweep_lane(lmdb_store_t *store, ledger_op_t *op,
    lmdb_store_sweep_t *sweep, unsigned *lane)
{
    int             rc;
    ledger_entry_t  entry;

    for ( ;; ) {
        entry.lane = *lane;
        entry.due_at = 0;
        entry.key = 0;

        rc = lmdb_store_due_seek(store, &entry);

        if (rc) {
            *lane = LMDB_STORE_LANES;
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        if (entry.lane != *lane) {
            *lane = entry.lane;
            return 0;
        }

        if (entry.due_at > sweep->now) {
            *lane = entry.lane + 1;
            return 0;
        }

        if (lmdb_store_sweep_is_enough(sweep)) {
            op->u.sweep.more = 1;
            return 0;
        }

        rc = lmdb_store_sweep_one(store, op, sweep->now, &entry);
        if (rc) {
            return rc;
        }
    }
}


/*
 * The lanes of what is retained and that of sessions, from where the last sweep
 * has stopped.
 */

static int
lmdb_store_sweep_kept(lmdb_store_t *store, ledger_op_t *op,
    lmdb_store_sweep_t *sweep)
{
    int       rc;
    unsigned  lane, passed;

    lane = store->sweep_lane < LEDGER_LANE_KEPT ? LEDGER_LANE_KEPT
                                                : store->sweep_lane;

    /* Since then records may have become due in a lane before this one. */
    passed = lane > LEDGER_LANE_KEPT;

    while (lane < LMDB_STORE_LANES) {

        rc = lmdb_store_sweep_lane(store, op, sweep, &lane);
        if (rc) {
            return rc;
        }

        if (op->u.sweep.more) {
            store->sweep_lane = lane;
            return 0;
        }
    }

    store->sweep_lane = LEDGER_LANE_KEPT;
    op->u.sweep.more = passed;

    return 0;
}


/*
 * While space is short, kept records go before their time, even if nobody
 * issues codes: messages need room, too, and a full store must not wait for
 * the retention to end.
 */

static int
lmdb_store_sweep_yield(lmdb_store_t *store, ledger_op_t *op,
    lmdb_store_sweep_t *sweep)
{
    int  rc;

    while (lmdb_store_space_is_short(store)) {

        if (store->write.purged >= store->write.purge_max
            || lmdb_store_sweep_is_enough(sweep))
        {
            op->u.sweep.more = 1;
            return 0;
        }

        rc = lmdb_store_kept_drop(store);
        if (rc) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        op->u.sweep.purged++;
    }

    return 0;
}


/*
 * First what codes expire, for half of the time, so that neither these nor
 * what is retained waits for the end of the other.
 */

int
lmdb_store_op_sweep(lmdb_store_t *store, ledger_op_t *op)
{
    int                 rc;
    unsigned            lane, more;
    lmdb_store_sweep_t  sweep;

    op->u.sweep.expired = 0;
    op->u.sweep.purged = 0;
    op->u.sweep.more = 0;

    rc = lmdb_store_space_know(store);
    if (rc) {
        return rc;
    }

    sweep.now = store->now();
    sweep.n = 0;
    sweep.max = lmdb_store_sweep_max(store) / 2;
    sweep.end = lmdb_store_sweep_clock() + LMDB_STORE_SWEEP_NS / 2;

    lane = LEDGER_LANE_TIME;

    rc = lmdb_store_sweep_lane(store, op, &sweep, &lane);
    if (rc) {
        return rc;
    }

    more = op->u.sweep.more;
    op->u.sweep.more = 0;

    sweep.max = lmdb_store_sweep_max(store);
    sweep.end += LMDB_STORE_SWEEP_NS / 2;

    rc = lmdb_store_sweep_kept(store, op, &sweep);

    if (rc == 0 && !op->u.sweep.more) {
        rc = lmdb_store_sweep_yield(store, op, &sweep);
    }

    if (rc) {
        return rc;
    }

    op->u.sweep.more |= more;

    lmdb_store_sweep_more(store);
    op->result = LEDGER_OK;

    return 0;
}

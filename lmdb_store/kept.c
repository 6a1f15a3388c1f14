
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records that are only retained.  Those of an app stand in one lane by the
 * time of their purge, so that its oldest one stands near the head.  Where
 * room is short they go before their time, from there.
 *
 * A record that a message has ended stands in LANE_TIME until its code would
 * have expired, and is not found here before: the sweep, which goes in the
 * order of the index, moves it on for less.
 */


#include "store.h"


/* Purged before their time for one new code. */
#define LMDB_STORE_KEPT_PURGE  4

/* Entries skipped that an app of the same lane has. */
#define LMDB_STORE_KEPT_SKIP   64

/* The oldest lane is looked for again when another one's head is so much
   older, milliseconds. */
#define LMDB_STORE_KEPT_SLACK  1000


unsigned
lmdb_store_kept_lane(const ledger_text_t *app)
{
    return LEDGER_LANE_KEPT
           + (unsigned) (ledger_hash(app->data, app->len)
                         % LMDB_STORE_KEPT_LANES);
}


void
lmdb_store_kept_entry(const ledger_row_t *row,
    const ledger_record_t *after, ledger_entry_t *entry)
{
    if (after->state == LEDGER_STATE_KEPT
        && row->record.state == LEDGER_STATE_WAITING
        && after->status != LEDGER_STATUS_EXPIRED
        && row->entry.due_at < after->due_at)
    {
        *entry = row->entry;
        return;
    }

    entry->lane = after->state == LEDGER_STATE_KEPT
                  ? lmdb_store_kept_lane(&after->text[LEDGER_APP])
                  : after->lane;
    entry->due_at = after->due_at;
    entry->key = after->key;
}


int
lmdb_store_kept_move(lmdb_store_t *store, const ledger_row_t *row)
{
    ledger_entry_t  entry;

    entry.lane = lmdb_store_kept_lane(&row->record.text[LEDGER_APP]);
    entry.due_at = row->record.due_at;
    entry.key = row->record.key;

    return lmdb_store_record_rewrite(store, row, &entry);
}


/* MDB_NOTFOUND: there is no such record to be purged. */

static int
lmdb_store_kept_load(lmdb_store_t *store, const ledger_entry_t *entry,
    ledger_row_t *row)
{
    int  rc;

    rc = lmdb_store_record_load(store, entry->key, row);

    if (rc == MDB_CORRUPTED
        || (rc == 0 && (row->record.state != LEDGER_STATE_KEPT
                        || !lmdb_store_due_is(&row->entry, entry))))
    {
        return MDB_NOTFOUND;
    }

    return rc;
}


static int
lmdb_store_kept_purge(lmdb_store_t *store, const ledger_row_t *row)
{
    store->write.purged++;
    store->write.freed += row->cost;

    return lmdb_store_record_remove(store, row);
}


static int
lmdb_store_kept_is_of(const ledger_row_t *row,
    const lmdb_store_app_t *app)
{
    const ledger_text_t  *name;

    name = &row->record.text[LEDGER_APP];

    return name->len == app->len
           && memcmp(name->data, app->name, app->len) == 0;
}


int
lmdb_store_kept_shrink(lmdb_store_t *store, const lmdb_store_app_t *app,
    uint64_t bytes)
{
    int             rc;
    unsigned        lane, purged, skipped;
    ledger_text_t   name;
    ledger_row_t    row;
    ledger_entry_t  entry;

    name.data = app->name;
    name.len = app->len;

    lane = lmdb_store_kept_lane(&name);
    entry.lane = lane;
    entry.due_at = 0;
    entry.key = 0;

    for (purged = 0, skipped = 0;
         app->counts.bytes > bytes
         && purged < LMDB_STORE_KEPT_PURGE && skipped < LMDB_STORE_KEPT_SKIP
         && store->write.purged < store->write.purge_max;
         entry.key++)
    {
        rc = lmdb_store_due_seek(store, &entry);

        if (rc == MDB_NOTFOUND || (rc == 0 && entry.lane != lane)) {
            return 0;
        }

        if (rc == 0) {
            rc = lmdb_store_kept_load(store, &entry, &row);
        }

        if (rc && rc != MDB_NOTFOUND) {
            return rc;
        }

        if (rc == MDB_NOTFOUND || !lmdb_store_kept_is_of(&row, app)) {
            skipped++;
            continue;
        }

        rc = lmdb_store_kept_purge(store, &row);
        if (rc) {
            return rc;
        }

        purged++;
    }

    return 0;
}


/* Finds the lane whose head is the oldest, and how long it will be so. */

static int
lmdb_store_kept_find_oldest(lmdb_store_t *store)
{
    int             rc;
    uint64_t        oldest;
    ledger_entry_t  entry;

    store->write.kept_lane = LMDB_STORE_LANE_SESSIONS;
    store->write.kept_until = UINT64_MAX;
    oldest = UINT64_MAX;

    for (entry.lane = LEDGER_LANE_KEPT; /* void */ ; entry.lane++) {
        entry.due_at = 0;
        entry.key = 0;

        rc = lmdb_store_due_seek(store, &entry);

        if (rc || entry.lane >= LMDB_STORE_LANE_SESSIONS) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        if (entry.due_at < oldest) {
            store->write.kept_lane = entry.lane;
            store->write.kept_until = oldest;
            oldest = entry.due_at;

        } else if (entry.due_at < store->write.kept_until) {
            store->write.kept_until = entry.due_at;
        }
    }
}


/* The oldest entry of all lanes, or MDB_NOTFOUND. */

static int
lmdb_store_kept_head(lmdb_store_t *store, ledger_entry_t *entry)
{
    int       rc;
    unsigned  tries;

    for (tries = 0; tries < 2; tries++) {

        if (tries || store->write.kept_lane == 0) {
            rc = lmdb_store_kept_find_oldest(store);
            if (rc) {
                return rc;
            }
        }

        if (store->write.kept_lane == LMDB_STORE_LANE_SESSIONS) {
            return MDB_NOTFOUND;
        }

        entry->lane = store->write.kept_lane;
        entry->due_at = 0;
        entry->key = 0;

        rc = lmdb_store_due_seek(store, entry);

        if (rc == 0 && entry->lane == store->write.kept_lane
            && (entry->due_at <= store->write.kept_until
                || entry->due_at - store->write.kept_until
                   <= LMDB_STORE_KEPT_SLACK))
        {
            return 0;
        }

        if (rc && rc != MDB_NOTFOUND) {
            return rc;
        }
    }

    return MDB_NOTFOUND;
}


int
lmdb_store_kept_is_pressed(const lmdb_store_t *store)
{
    return lmdb_store_space_is_short(store)
           && store->write.purged < store->write.purge_max;
}


int
lmdb_store_kept_drop(lmdb_store_t *store)
{
    int             rc;
    ledger_row_t    row;
    ledger_entry_t  entry;

    rc = lmdb_store_kept_head(store, &entry);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_kept_load(store, &entry, &row);

    if (rc == MDB_NOTFOUND) {
        /* An entry that no record knows must not hold up the others. */
        return lmdb_store_due_remove(store, &entry);
    }

    return rc ? rc : lmdb_store_kept_purge(store, &row);
}


int
lmdb_store_kept_yield(lmdb_store_t *store)
{
    int       rc;
    unsigned  n;

    for (n = 0;
         n < LMDB_STORE_KEPT_PURGE && lmdb_store_kept_is_pressed(store);
         n++)
    {
        rc = lmdb_store_kept_drop(store);
        if (rc) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }
    }

    return 0;
}

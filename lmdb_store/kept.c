
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records that are only retained.  Those of an app stand in one lane by the
 * time of their purge, so that its oldest one stands near the head.  Where room
 * is short they go before their time, from there.
 *
 * A record that a message has ended may stand in LANE_TIME until its code
 * would have expired, and is not found here before.
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
lmdb_store_kept_lane(const void *app, size_t len)
{
    return LEDGER_LANE_KEPT
           + (unsigned) (ledger_hash(app, len) % LEDGER_KEPT_LANES);
}


int
lmdb_store_kept_move(lmdb_store_t *store, lmdb_store_entry_t *entry,
    uint64_t purge_at)
{
    unsigned  lane;

    lane = lmdb_store_kept_lane(entry->value + LMDB_STORE_HEAD_LEN,
                                entry->head.len[LEDGER_APP]);

    return lmdb_store_entry_move(store, entry, lane, purge_at);
}


/* MDB_NOTFOUND: there is no such record to be purged. */

static int
lmdb_store_kept_load(lmdb_store_t *store, const lmdb_store_place_t *place,
    lmdb_store_entry_t *entry)
{
    int  rc;

    rc = lmdb_store_entry_load(store, place->key, entry);

    if (rc == MDB_CORRUPTED
        || (rc == 0 && (entry->head.state != LEDGER_STATE_KEPT
                        || entry->head.lane != place->lane
                        || entry->head.due_at != place->due_at)))
    {
        return MDB_NOTFOUND;
    }

    return rc;
}


static int
lmdb_store_kept_purge(lmdb_store_t *store, lmdb_store_entry_t *entry)
{
    store->write.purged++;
    store->write.freed += entry->cost;

    return lmdb_store_entry_remove(store, entry);
}


static int
lmdb_store_kept_is_of(const lmdb_store_entry_t *entry,
    const lmdb_store_app_t *app)
{
    return entry->head.len[LEDGER_APP] == app->len
           && memcmp(entry->value + LMDB_STORE_HEAD_LEN, app->name, app->len)
              == 0;
}


int
lmdb_store_kept_shrink(lmdb_store_t *store, const lmdb_store_app_t *app,
    uint64_t bytes)
{
    int                 rc;
    unsigned            lane, purged, skipped;
    lmdb_store_entry_t  entry;
    lmdb_store_place_t  place;

    lane = lmdb_store_kept_lane(app->name, app->len);
    place.lane = lane;
    place.due_at = 0;
    place.key = 0;

    for (purged = 0, skipped = 0;
         app->counts.bytes > bytes
         && purged < LMDB_STORE_KEPT_PURGE && skipped < LMDB_STORE_KEPT_SKIP
         && store->write.purged < store->write.purge_max;
         place.key++)
    {
        rc = lmdb_store_due_seek(store, &place);

        if (rc == MDB_NOTFOUND || (rc == 0 && place.lane != lane)) {
            return 0;
        }

        if (rc == 0) {
            rc = lmdb_store_kept_load(store, &place, &entry);
        }

        if (rc && rc != MDB_NOTFOUND) {
            return rc;
        }

        if (rc == MDB_NOTFOUND || !lmdb_store_kept_is_of(&entry, app)) {
            skipped++;
            continue;
        }

        rc = lmdb_store_kept_purge(store, &entry);
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
    int                 rc;
    uint64_t            oldest;
    lmdb_store_place_t  place;

    store->write.kept_lane = LEDGER_LANES;
    store->write.kept_until = UINT64_MAX;
    oldest = UINT64_MAX;

    for (place.lane = LEDGER_LANE_KEPT; /* void */ ; place.lane++) {
        place.due_at = 0;
        place.key = 0;

        rc = lmdb_store_due_seek(store, &place);

        if (rc || place.lane >= LEDGER_LANES) {
            return rc == MDB_NOTFOUND ? 0 : rc;
        }

        if (place.due_at < oldest) {
            store->write.kept_lane = place.lane;
            store->write.kept_until = oldest;
            oldest = place.due_at;

        } else if (place.due_at < store->write.kept_until) {
            store->write.kept_until = place.due_at;
        }
    }
}


/* The oldest entry of all lanes, or MDB_NOTFOUND. */

static int
lmdb_store_kept_head(lmdb_store_t *store, lmdb_store_place_t *place)
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

        if (store->write.kept_lane == LEDGER_LANES) {
            return MDB_NOTFOUND;
        }

        place->lane = store->write.kept_lane;
        place->due_at = 0;
        place->key = 0;

        rc = lmdb_store_due_seek(store, place);

        if (rc == 0 && place->lane == store->write.kept_lane
            && place->due_at <= lmdb_store_after(store->write.kept_until,
                                                 LMDB_STORE_KEPT_SLACK))
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
    int                 rc;
    lmdb_store_entry_t  entry;
    lmdb_store_place_t  place;

    rc = lmdb_store_kept_head(store, &place);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_kept_load(store, &place, &entry);

    if (rc == MDB_NOTFOUND) {
        /* An entry that no record knows must not hold up the others. */
        return lmdb_store_due_remove(store, place.lane, place.due_at,
                                     place.key);
    }

    return rc ? rc : lmdb_store_kept_purge(store, &entry);
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

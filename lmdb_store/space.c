
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The room in the map.  LMDB needs free pages even to delete, so issuing stops
 * while there is still room for everything else.
 */


#include "store.h"


#define LMDB_STORE_FULL_PERCENT    90
/* Sessions may use a part of what codes leave. */
#define LMDB_STORE_LAST_PERCENT    92
#define LMDB_STORE_SHORT_PERCENT   80
/* A transaction may purge one record for so many pages of the map. */
#define LMDB_STORE_PURGE_PAGES     32
/* A sweep may write to several pages for each record. */
#define LMDB_STORE_SWEEP_PAGES     64
#define LMDB_STORE_COUNT_EVERY     100    /* milliseconds */
#define LMDB_STORE_GROW_EVERY      1000   /* milliseconds */

/* LMDB's own table of free pages; lmdb.h has no name for it. */
#define LMDB_STORE_FREE_DBI        0


/*
 * Counts the free pages, up to as many as the caller asks for or a few more:
 * each value of their table begins with their number.
 */

int
lmdb_store_space_count_free(MDB_txn *txn, uint64_t most, uint64_t *pages)
{
    int          rc;
    size_t       n, txn_id, last;
    MDB_val      k, v;
    MDB_cursor  *cursor;

    *pages = 0;
    last = 0;

    rc = mdb_cursor_open(txn, LMDB_STORE_FREE_DBI, &cursor);
    if (rc) {
        return rc;
    }

    while (*pages < most
           && (rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == 0)
    {

        if (k.mv_size != sizeof(txn_id) || v.mv_size < sizeof(n)) {
            rc = MDB_CORRUPTED;
            break;
        }

        memcpy(&txn_id, k.mv_data, sizeof(txn_id));
        memcpy(&n, v.mv_data, sizeof(n));

        /* In a damaged table keys may go back, for ever. */

        if (txn_id <= last) {
            rc = MDB_CORRUPTED;
            break;
        }

        last = txn_id;
        *pages += n;
    }

    mdb_cursor_close(cursor);

    return rc == MDB_NOTFOUND ? 0 : rc;
}


/*
 * The free pages, counted again when the last count is old or as many codes
 * have been issued since as could fill one percent of the map.  LMDB shows
 * the table to reading transactions alone.  If it cannot be counted, it counts
 * as none: refusing a code is better than failing the transaction.
 */

static void
lmdb_store_space_free(lmdb_store_t *store, uint64_t map_pages)
{
    MDB_txn   *txn;
    uint64_t   now;

    now = lmdb_store_monotonic();

    if (store->free_counted_at != 0
        && now - store->free_counted_at < LMDB_STORE_COUNT_EVERY
        && store->free_stale < map_pages / 100)
    {
        return;
    }

    store->free_counted_at = now;
    store->free_stale = 0;
    store->free_pages = 0;
    store->freed = 0;

    if (mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn)) {
        return;
    }

    if (lmdb_store_space_count_free(txn, UINT64_MAX, &store->free_pages)) {
        store->free_pages = 0;
    }

    mdb_txn_abort(txn);
}


/* Those that have ever been used count as used; *size: bytes of one. */

static int
lmdb_store_space_pages(lmdb_store_t *store, uint64_t *pages, uint64_t *used,
    uint64_t *size)
{
    int          rc;
    MDB_stat     stat;
    MDB_envinfo  info;

    rc = mdb_env_info(store->env, &info);

    if (rc == 0) {
        rc = mdb_env_stat(store->env, &stat);
    }

    if (rc) {
        return rc;
    }

    *size = stat.ms_psize;
    *pages = info.me_mapsize / stat.ms_psize;
    *used = info.me_last_pgno + 1;

    return 0;
}


static int
lmdb_store_space_measure(lmdb_store_t *store)
{
    int       rc;
    uint64_t  pages, used, size, limit;

    rc = lmdb_store_space_pages(store, &pages, &used, &size);
    if (rc) {
        return rc;
    }

    limit = pages * LMDB_STORE_FULL_PERCENT / 100;

    if (used > pages * LMDB_STORE_SHORT_PERCENT / 100) {
        lmdb_store_space_free(store, pages);
        used -= store->free_pages < used ? store->free_pages : used;
    }

    store->write.usable = limit * size;
    store->write.room = ((int64_t) limit - (int64_t) used) * (int64_t) size;
    store->write.room_known = 1;
    store->write.purge_max = pages / LMDB_STORE_PURGE_PAGES;
    store->write.sweep_max = pages / LMDB_STORE_SWEEP_PAGES;

    return 0;
}


/*
 * Measured once for a transaction and then estimated: a thousand large codes
 * in one transaction must not use up what deleting needs.
 */

int
lmdb_store_space_know(lmdb_store_t *store)
{
    return store->write.room_known ? 0 : lmdb_store_space_measure(store);
}


/*
 * The pages of what has been purged are free only for later transactions, and
 * seen when they are counted again: until then it is known by its cost.
 */

int
lmdb_store_space_is_short(const lmdb_store_t *store)
{
    uint64_t  margin, freed;

    margin = store->write.usable / LMDB_STORE_FULL_PERCENT
             * (LMDB_STORE_FULL_PERCENT - LMDB_STORE_SHORT_PERCENT);

    freed = store->freed + store->write.freed;

    return store->write.room + (int64_t) freed < (int64_t) margin;
}


int
lmdb_store_space_seems_short(lmdb_store_t *store, int *is_short)
{
    int       rc;
    uint64_t  pages, used, size, most, free;

    *is_short = 0;

    rc = lmdb_store_space_pages(store, &pages, &used, &size);
    if (rc) {
        return rc;
    }

    most = pages * LMDB_STORE_SHORT_PERCENT / 100;

    if (used <= most) {
        return 0;
    }

    rc = lmdb_store_space_count_free(store->read_txn, used - most, &free);
    if (rc) {
        return rc;
    }

    *is_short = used - most > free;

    return 0;
}


/* Takes room for one code: 0 if the map is full. */

int
lmdb_store_space_take(lmdb_store_t *store, uint64_t cost)
{
    store->write.room -= (int64_t) cost;
    store->free_stale++;

    if (store->write.room < 0) {
        store->map_suspect = 1;
        return 0;
    }

    return 1;
}


/*
 * 1 if a session may begin.  It follows from a code that had room; but a map
 * that sessions fill could not even end them.
 */

int
lmdb_store_space_has_session(lmdb_store_t *store)
{
    uint64_t  margin;

    margin = store->write.usable / LMDB_STORE_FULL_PERCENT
             * (LMDB_STORE_LAST_PERCENT - LMDB_STORE_FULL_PERCENT);

    if (store->write.room + (int64_t) margin < 0) {
        store->map_suspect = 1;
        return 0;
    }

    return 1;
}


void
lmdb_store_space_take_session(lmdb_store_t *store, uint64_t cost)
{
    store->write.room -= (int64_t) cost;
    store->free_stale++;
}


/*
 * A batch of rows copies many pages before it frees any, so half of the map is
 * left for it.  nginx needs that half afterwards: with less than a fifth it
 * purges records before their time.
 */

int
lmdb_store_space_extend(lmdb_store_t *store)
{
    int       rc;
    uint64_t  pages, used, size;

    rc = lmdb_store_space_pages(store, &pages, &used, &size);

    if (rc || used <= pages / 2) {
        return rc;
    }

    return mdb_env_set_mapsize(store->env, (size_t) (2 * pages * size));
}


/*
 * A map that seems full may have been enlarged by another process, which
 * LMDB tells nobody before it is used.  Called between transactions.
 */

void
lmdb_store_space_grow(lmdb_store_t *store)
{
    uint64_t  now;

    if (!store->map_suspect) {
        return;
    }

    now = lmdb_store_monotonic();

    if (store->env == NULL
        || now - store->map_grown_at < LMDB_STORE_GROW_EVERY)
    {
        return;
    }

    store->map_suspect = 0;
    store->map_grown_at = now;

    (void) lmdb_store_note(store,
                           lmdb_store_write_mend(store, MDB_MAP_RESIZED));
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The environment of LMDB: opened, closed, and made to work again.
 */


#include <errno.h>

#include "store.h"


#define LMDB_STORE_MAX_DBS     8
#define LMDB_STORE_REOPEN_WAIT 1000   /* milliseconds */

/* Environments that may be left open where closing them is not safe. */
#define LMDB_STORE_LEAKS_MAX   16


/*
 * liblmdb 0.9.26 to 0.9.31 destroys the mutexes in the lock file when the
 * closing process is alone for an instant; a process that opens the file at
 * that moment gets EINVAL for ever.
 */

static int
lmdb_store_env_close_is_safe(void)
{
    int  major, minor, patch;

    mdb_version(&major, &minor, &patch);

    return major != 0 || minor != 9 || patch < 26 || patch > 31;
}


void
lmdb_store_env_close(lmdb_store_t *store)
{
    if (store->read_txn != NULL) {
        mdb_cursor_close(store->read_records);
        mdb_cursor_close(store->read_due);
        mdb_txn_abort(store->read_txn);
    }

    store->read_txn = NULL;
    store->read_records = NULL;
    store->read_due = NULL;

    if (store->env != NULL) {

        if (lmdb_store_env_close_is_safe()) {
            mdb_env_close(store->env);

        } else {
            store->n_leaked++;
        }
    }

    store->env = NULL;
}


/* The one reading transaction, renewed for each read and reset after it. */

static int
lmdb_store_env_reader(lmdb_store_t *store)
{
    int       rc;
    MDB_txn  *txn;

    rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);

    if (rc == MDB_READERS_FULL) {
        (void) mdb_reader_check(store->env, NULL);
        rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
    }

    if (rc) {
        return rc;
    }

    rc = mdb_cursor_open(txn, store->tables.records, &store->read_records);
    if (rc) {
        mdb_txn_abort(txn);
        return rc;
    }

    rc = mdb_cursor_open(txn, store->tables.due, &store->read_due);
    if (rc) {
        mdb_cursor_close(store->read_records);
        mdb_txn_abort(txn);
        return rc;
    }

    mdb_txn_reset(txn);
    store->read_txn = txn;

    return 0;
}


/* Takes the map that the file names and enlarges it to the one wished for. */

static int
lmdb_store_env_map(lmdb_store_t *store)
{
    int          rc;
    MDB_envinfo  info;

    rc = mdb_env_info(store->env, &info);

    if (rc == 0 && !store->read_only && info.me_mapsize < store->map_size) {
        rc = mdb_env_set_mapsize(store->env, (size_t) store->map_size);
    }

    return rc;
}


static int
lmdb_store_env_start(lmdb_store_t *store)
{
    int       rc;
    unsigned  flags;

    rc = mdb_env_create(&store->env);
    if (rc) {
        store->env = NULL;
        return rc;
    }

    flags = MDB_NOTLS | (store->read_only ? MDB_RDONLY : 0);

    if (store->lockless) {
        flags |= MDB_NOLOCK;
    }

    (void) mdb_env_set_maxreaders(store->env, store->max_readers);
    (void) mdb_env_set_maxdbs(store->env, LMDB_STORE_MAX_DBS);

    rc = mdb_env_open(store->env, store->path, flags, 0600);

    if (rc) {
        /* LMDB has closed its files itself; this frees the handle. */
        mdb_env_close(store->env);
        store->env = NULL;
        return rc;
    }

    return lmdb_store_env_map(store);
}


static ledger_result_t
lmdb_store_env_failed(const lmdb_store_t *store, int rc, char *detail)
{
    switch (rc) {

    case EACCES:
        lmdb_store_directory_denied(store, detail);
        return LEDGER_UNUSABLE;

    case MDB_INVALID:
        lmdb_store_say(detail, "\"%s\" holds files that are not of LMDB 0.9:"
                       " %s", store->path, mdb_strerror(rc));
        return LEDGER_FOREIGN;

    case MDB_VERSION_MISMATCH:
        lmdb_store_say(detail, "\"%s\" was opened or written by another"
                       " version of LMDB: %s", store->path, mdb_strerror(rc));
        return LEDGER_VERSION;

    default:
        lmdb_store_say(detail, "\"%s\" cannot be opened: %s", store->path,
                       mdb_strerror(rc));
        return LEDGER_UNUSABLE;
    }
}


ledger_result_t
lmdb_store_env_open(lmdb_store_t *store, char *detail)
{
    int              rc;
    ledger_result_t  result;

    rc = lmdb_store_env_start(store);

    if (rc == 0) {
        (void) mdb_reader_check(store->env, NULL);

        result = lmdb_store_schema_open(store, detail);

        if (result != LEDGER_OK) {
            lmdb_store_env_close(store);
            return result;
        }

        rc = lmdb_store_env_reader(store);
    }

    if (rc) {
        lmdb_store_env_close(store);
        return lmdb_store_env_failed(store, rc, detail);
    }

    return LEDGER_OK;
}


/*
 * Takes over the size that another process has given to the map.  One that
 * was enlarged here but not yet written down must not shrink again.
 */

static int
lmdb_store_env_remap(lmdb_store_t *store)
{
    int          rc;
    MDB_envinfo  before, after;

    rc = mdb_env_info(store->env, &before);

    if (rc == 0) {
        rc = mdb_env_set_mapsize(store->env, 0);
    }

    if (rc == 0) {
        rc = mdb_env_info(store->env, &after);
    }

    if (rc == 0 && after.me_mapsize < before.me_mapsize) {
        rc = mdb_env_set_mapsize(store->env, before.me_mapsize);
    }

    if (rc) {
        /* LMDB has unmapped the file and is of no use without. */
        lmdb_store_env_close(store);
    }

    return rc;
}


/*
 * The keys are in use outside, so the store that is found must be the one
 * that was lost.
 */

static int
lmdb_store_env_reopen(lmdb_store_t *store)
{
    char               detail[LMDB_STORE_DETAIL_MAX];
    uint64_t           now;
    lmdb_store_keys_t  keys;

    now = lmdb_store_monotonic();

    if (now < store->reopen_at) {
        return MDB_PANIC;
    }

    if (!lmdb_store_env_close_is_safe()
        && store->n_leaked >= LMDB_STORE_LEAKS_MAX)
    {
        return MDB_PANIC;
    }

    store->reopen_at = now + LMDB_STORE_REOPEN_WAIT;
    lmdb_store_env_close(store);

    keys = store->keys;

    if (lmdb_store_open_files(store, detail) == LEDGER_OK
        && memcmp(&keys, &store->keys, sizeof(lmdb_store_keys_t)) == 0)
    {
        return 0;
    }

    lmdb_store_env_close(store);
    store->keys = keys;

    return MDB_PANIC;
}


/*
 * Called with map_lock held and no transaction in the process, with the
 * error that a transaction could not begin for.  Returns 0 if it is worth
 * trying again, else the error.
 *
 * A thread that warms has one: the writer waits for it before, a reader has to
 * do without.
 *
 * MDB_PANIC is what LMDB answers after a failed write of its meta page, or
 * after a thread of this process died inside a transaction.
 */

int
lmdb_store_mend(lmdb_store_t *store, int rc)
{
    if (store->warming) {
        return rc;
    }

    switch (rc) {

    case MDB_MAP_RESIZED:
        return lmdb_store_env_remap(store);

    case MDB_READERS_FULL:
        (void) mdb_reader_check(store->env, NULL);
        return 0;

    case MDB_PANIC:
        return lmdb_store_env_reopen(store);

    default:
        return rc;
    }
}

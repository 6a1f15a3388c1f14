
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The row that says what an environment holds: a store, and of which version.
 *
 * Schema 6 has two tables and a key more than 5, and rows of records with a
 * claim, so a store of schema 5 is converted by adding what it lacks.
 *
 * A binary upgrade leaves workers of schema 5 at the same file for a while.
 * They see neither sessions nor subjects, whose lane lies behind all of
 * theirs.  A record with a claim has a message that they cannot read: they
 * leave it to the new workers (503, or a callback that these make), but for
 * its expiry and its retention, which need its state alone.  Such a record
 * then has lost its claim, and its login is to be begun again.
 *
 * A store that is being filled with the rows of another one has a version that
 * nobody opens, these rows, and keys that are not its own yet.
 */


#include "store.h"


#define LMDB_STORE_SCHEMA_VERSION  6
#define LMDB_STORE_SCHEMA_FILLING  0
#define LMDB_STORE_SCHEMA_LEN      18

/* Neither made nor foreign: an environment without any table. */
#define LMDB_STORE_EMPTY           (-1)
/* A store of the version before this one. */
#define LMDB_STORE_OLD             (-2)
/* One that is being filled, or was when that was broken off. */
#define LMDB_STORE_HALF            (-3)
/* One that is there already, where one is to be filled. */
#define LMDB_STORE_THERE           (-4)


/* 16 bytes of name, then the version in 2. */

static const unsigned char  lmdb_store_schema[LMDB_STORE_SCHEMA_LEN - 2] = {
    'w', 'h', 'a', 't', 's', 'a', 'u', 't', 'h', ' ', 's', 't', 'o', 'r', 'e',
    0
};


/* Recognises a store by its row: 0, OLD, HALF or an error of LMDB. */

static int
lmdb_store_schema_judge(const MDB_val *val)
{
    unsigned              version;
    const unsigned char  *p;

    p = val->mv_data;

    if (val->mv_size != LMDB_STORE_SCHEMA_LEN
        || memcmp(p, lmdb_store_schema, sizeof(lmdb_store_schema)) != 0)
    {
        return MDB_INVALID;
    }

    version = ledger_get16(p + sizeof(lmdb_store_schema));

    switch (version) {

    case LMDB_STORE_SCHEMA_VERSION:
        return 0;

    case LMDB_STORE_SCHEMA_VERSION - 1:
        return LMDB_STORE_OLD;

    case LMDB_STORE_SCHEMA_FILLING:
        return LMDB_STORE_HALF;

    default:
        return MDB_VERSION_MISMATCH;
    }
}


/*
 * Finds out what an environment holds: 0, EMPTY, OLD, HALF or an error of
 * LMDB.
 */

static int
lmdb_store_schema_look(lmdb_store_t *store, MDB_txn *txn)
{
    int       rc;
    MDB_dbi   main_dbi;
    MDB_val   val;
    MDB_stat  stat;

    rc = mdb_dbi_open(txn, "meta", 0, &store->tables.meta);

    if (rc == MDB_NOTFOUND) {
        rc = mdb_dbi_open(txn, NULL, 0, &main_dbi);
        if (rc == 0) {
            rc = mdb_stat(txn, main_dbi, &stat);
        }

        if (rc) {
            return rc;
        }

        return stat.ms_entries == 0 ? LMDB_STORE_EMPTY : MDB_INVALID;
    }

    if (rc == 0) {
        rc = lmdb_store_tables_get(store, txn, "schema", &val);
    }

    if (rc) {
        return rc == MDB_NOTFOUND ? MDB_INVALID : rc;
    }

    return lmdb_store_schema_judge(&val);
}


static int
lmdb_store_schema_put(lmdb_store_t *store, MDB_txn *txn, unsigned version)
{
    unsigned char  row[LMDB_STORE_SCHEMA_LEN];

    memcpy(row, lmdb_store_schema, sizeof(lmdb_store_schema));
    ledger_put16(row + sizeof(lmdb_store_schema), version);

    return lmdb_store_tables_put(store, txn, "schema", row, sizeof(row));
}


int
lmdb_store_schema_filled(lmdb_store_t *store, MDB_txn *txn)
{
    return lmdb_store_schema_put(store, txn, LMDB_STORE_SCHEMA_VERSION);
}


/* Adds all that is missing: to nothing, or to the version before. */

static int
lmdb_store_schema_make(lmdb_store_t *store, MDB_txn *txn)
{
    int  rc;

    rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &store->tables.meta);

    if (rc == 0) {
        rc = lmdb_store_schema_put(store, txn,
                                   store->fill ? LMDB_STORE_SCHEMA_FILLING
                                               : LMDB_STORE_SCHEMA_VERSION);
    }

    return rc ? rc : lmdb_store_tables_load(store, txn, MDB_CREATE);
}


/* Takes the rows that a broken move has left. */

static int
lmdb_store_schema_anew(lmdb_store_t *store, MDB_txn *txn)
{
    int  rc;

    rc = mdb_drop(txn, store->tables.meta, 0);

    if (rc == 0) {
        rc = lmdb_store_schema_make(store, txn);
    }

    return rc ? rc : lmdb_store_tables_empty(store, txn);
}


/* Opens what has been found; with flags 0, and what may be made is made. */

static int
lmdb_store_schema_take(lmdb_store_t *store, MDB_txn *txn, unsigned flags,
    int found)
{
    if (store->fill && (found == 0 || found == LMDB_STORE_OLD)) {
        return LMDB_STORE_THERE;
    }

    if (found == 0) {
        return lmdb_store_tables_load(store, txn, 0);
    }

    if (flags == 0 && store->fill && found == LMDB_STORE_HALF) {
        return lmdb_store_schema_anew(store, txn);
    }

    return flags == 0 && (found == LMDB_STORE_EMPTY || found == LMDB_STORE_OLD)
           ? lmdb_store_schema_make(store, txn) : found;
}


/*
 * One transaction: a reading one first, because a writing one would make
 * every start of a process wait for the writers and for the disk.
 */

static int
lmdb_store_schema_pass(lmdb_store_t *store, unsigned flags, char *detail)
{
    int       rc;
    MDB_txn  *txn;

    rc = mdb_txn_begin(store->env, NULL, flags, &txn);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_schema_look(store, txn);

    if (rc == LMDB_STORE_OLD && flags == 0) {
        lmdb_store_say(detail, "converted to this version of this module");
    }

    rc = lmdb_store_schema_take(store, txn, flags, rc);

    if (rc) {
        mdb_txn_abort(txn);
        return rc;
    }

    /* Committing a reading transaction keeps the table handles. */
    return mdb_txn_commit(txn);
}


static ledger_result_t
lmdb_store_schema_failed(const lmdb_store_t *store, int rc, char *detail)
{
    switch (rc) {

    case LMDB_STORE_EMPTY:
        lmdb_store_say(detail, "\"%s\" holds no store yet", store->path);
        return LEDGER_UNUSABLE;

    case LMDB_STORE_OLD:
        lmdb_store_say(detail, "\"%s/data.mdb\" was written by the version of"
                       " this module before this one: start nginx with this"
                       " one, which converts it", store->path);
        return LEDGER_VERSION;

    case LMDB_STORE_HALF:
        lmdb_store_say(detail, "\"%s\" is only half moved: move again, or"
                       " remove its files", store->path);
        return LEDGER_UNUSABLE;

    case LMDB_STORE_THERE:
        lmdb_store_say(detail, "there is a store in \"%s\" already",
                       store->path);
        return LEDGER_UNUSABLE;

    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
    case MDB_NOTFOUND:
        lmdb_store_say(detail, "\"%s/data.mdb\" is a file of LMDB, but not a"
                       " store of this module", store->path);
        return LEDGER_FOREIGN;

    case MDB_VERSION_MISMATCH:
        lmdb_store_say(detail, "\"%s/data.mdb\" was written by a version of"
                       " this module that is not known here", store->path);
        return LEDGER_VERSION;

    default:
        lmdb_store_say(detail, "\"%s\" cannot be opened: %s", store->path,
                       mdb_strerror(rc));
        return LEDGER_UNUSABLE;
    }
}


ledger_result_t
lmdb_store_schema_open(lmdb_store_t *store, char *detail)
{
    int  rc, old;

    rc = lmdb_store_schema_pass(store, MDB_RDONLY, detail);

    if (rc == MDB_READERS_FULL) {
        (void) mdb_reader_check(store->env, NULL);
        rc = lmdb_store_schema_pass(store, MDB_RDONLY, detail);
    }

    old = (rc == LMDB_STORE_OLD);

    if ((old || rc == LMDB_STORE_EMPTY
         || (rc == LMDB_STORE_HALF && store->fill))
        && !store->read_only)
    {
        rc = lmdb_store_schema_pass(store, 0, detail);
    }

    if (rc == MDB_MAP_FULL && old) {
        lmdb_store_say(detail, "\"%s\" has no room to be converted to this"
                       " version of this module, and is as it was: give it a"
                       " larger size", store->path);
        return LEDGER_UNUSABLE;
    }

    return rc ? lmdb_store_schema_failed(store, rc, detail) : LEDGER_OK;
}

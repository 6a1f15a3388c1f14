
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The tables of a store and the record that says whose they are.
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
 */


#include <errno.h>
#include <sys/random.h>

#include "store.h"


#define LMDB_STORE_SCHEMA_VERSION  6
#define LMDB_STORE_SCHEMA_LEN      18

/* Neither made nor foreign: an environment without any table. */
#define LMDB_STORE_EMPTY           (-1)
/* A store of the version before this one. */
#define LMDB_STORE_OLD             (-2)


/* A table or a key, and its place in lmdb_store_tables_t or _keys_t. */

typedef struct {
    const char    *name;
    size_t         offset;
    MDB_cmp_func  *compare;      /* of the keys of a table; NULL: LMDB's own */
} lmdb_store_part_t;


static int lmdb_store_schema_compare(const MDB_val *a, const MDB_val *b);


/* 16 bytes of name, then the version in 2. */

static const unsigned char  lmdb_store_schema[LMDB_STORE_SCHEMA_LEN] = {
    'w', 'h', 'a', 't', 's', 'a', 'u', 't', 'h', ' ', 's', 't', 'o', 'r', 'e',
    0, 0, LMDB_STORE_SCHEMA_VERSION
};

static const lmdb_store_part_t  lmdb_store_table[] = {
    { "records",  offsetof(lmdb_store_tables_t, records),
      lmdb_store_schema_compare },
    { "due",      offsetof(lmdb_store_tables_t, due), NULL },
    { "messages", offsetof(lmdb_store_tables_t, messages),
      lmdb_store_schema_compare },
    { "apps",     offsetof(lmdb_store_tables_t, apps), NULL },
    { "asked",    offsetof(lmdb_store_tables_t, asked), NULL },
    { "sessions", offsetof(lmdb_store_tables_t, sessions),
      lmdb_store_schema_compare },
    { "subjects", offsetof(lmdb_store_tables_t, subjects), NULL }
};

static const lmdb_store_part_t  lmdb_store_key[] = {
    { "code_key",  offsetof(lmdb_store_keys_t, code), NULL },
    { "id_key",    offsetof(lmdb_store_keys_t, id), NULL },
    { "token_key", offsetof(lmdb_store_keys_t, token), NULL }
};

#define LMDB_STORE_TABLES                                                     \
    (sizeof(lmdb_store_table) / sizeof(lmdb_store_table[0]))
#define LMDB_STORE_KEYS                                                       \
    (sizeof(lmdb_store_key) / sizeof(lmdb_store_key[0]))


static int
lmdb_store_schema_get(lmdb_store_t *store, MDB_txn *txn, const char *name,
    MDB_val *val)
{
    MDB_val  key;

    key.mv_size = strlen(name);
    key.mv_data = (void *) name;

    return mdb_get(txn, store->tables.meta, &key, val);
}


static int
lmdb_store_schema_put(lmdb_store_t *store, MDB_txn *txn, const char *name,
    const void *data, size_t len)
{
    MDB_val  key, val;

    key.mv_size = strlen(name);
    key.mv_data = (void *) name;
    val.mv_size = len;
    val.mv_data = (void *) data;

    return mdb_put(txn, store->tables.meta, &key, &val, 0);
}


/*
 * LMDB's own order, so that any program may open the tables, in a third of the
 * time: a lookup among a million keys compares twenty.  Keys of other lengths
 * stand in damaged tables alone.
 */

static int
lmdb_store_schema_compare(const MDB_val *a, const MDB_val *b)
{
    int       order;
    size_t    len;
    uint64_t  x, y;

    if (a->mv_size == LEDGER_ROW_KEY_LEN && b->mv_size == LEDGER_ROW_KEY_LEN) {
        x = ledger_get64(a->mv_data);
        y = ledger_get64(b->mv_data);

        return (x > y) - (x < y);
    }

    len = a->mv_size < b->mv_size ? a->mv_size : b->mv_size;
    order = memcmp(a->mv_data, b->mv_data, len);

    return order ? order : (a->mv_size > b->mv_size)
                           - (a->mv_size < b->mv_size);
}


static int
lmdb_store_schema_tables(lmdb_store_t *store, MDB_txn *txn, unsigned flags)
{
    int                       rc;
    size_t                    i;
    MDB_dbi                  *dbi;
    const lmdb_store_part_t  *table;

    for (i = 0; i < LMDB_STORE_TABLES; i++) {
        table = &lmdb_store_table[i];
        dbi = (MDB_dbi *) ((char *) &store->tables + table->offset);

        rc = mdb_dbi_open(txn, table->name, flags, dbi);

        if (rc == 0 && table->compare != NULL) {
            rc = mdb_set_compare(txn, *dbi, table->compare);
        }

        if (rc) {
            return rc;
        }
    }

    return 0;
}


/* Reads a key, and makes it before, if it is missing and may be made. */

static int
lmdb_store_schema_key(lmdb_store_t *store, MDB_txn *txn, unsigned flags,
    const lmdb_store_part_t *part)
{
    int       rc;
    uint8_t  *key;
    MDB_val   val;

    key = (uint8_t *) &store->keys + part->offset;

    rc = lmdb_store_schema_get(store, txn, part->name, &val);

    if (rc == MDB_NOTFOUND && (flags & MDB_CREATE)) {

        if (getrandom(key, 16, 0) != 16) {
            return errno;
        }

        return lmdb_store_schema_put(store, txn, part->name, key, 16);
    }

    if (rc) {
        return rc;
    }

    if (val.mv_size != 16) {
        return MDB_INVALID;
    }

    memcpy(key, val.mv_data, 16);
    return 0;
}


/* Opens the tables and reads the keys; with MDB_CREATE it makes them. */

static int
lmdb_store_schema_load(lmdb_store_t *store, MDB_txn *txn, unsigned flags)
{
    int     rc;
    size_t  i;

    rc = lmdb_store_schema_tables(store, txn, flags);

    for (i = 0; rc == 0 && i < LMDB_STORE_KEYS; i++) {
        rc = lmdb_store_schema_key(store, txn, flags, &lmdb_store_key[i]);
    }

    return rc;
}


/* Recognises a store by its row: 0, OLD or an error of LMDB. */

static int
lmdb_store_schema_judge(const MDB_val *val)
{
    unsigned              version;
    const unsigned char  *p;

    p = val->mv_data;

    if (val->mv_size != LMDB_STORE_SCHEMA_LEN
        || memcmp(p, lmdb_store_schema, LMDB_STORE_SCHEMA_LEN - 2) != 0)
    {
        return MDB_INVALID;
    }

    version = ledger_get16(p + LMDB_STORE_SCHEMA_LEN - 2);

    return version == LMDB_STORE_SCHEMA_VERSION ? 0
           : version == LMDB_STORE_SCHEMA_VERSION - 1 ? LMDB_STORE_OLD
           : MDB_VERSION_MISMATCH;
}


/* Finds out what an environment holds: 0, EMPTY, OLD or an error of LMDB. */

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
        rc = lmdb_store_schema_get(store, txn, "schema", &val);
    }

    if (rc) {
        return rc == MDB_NOTFOUND ? MDB_INVALID : rc;
    }

    return lmdb_store_schema_judge(&val);
}


/* Adds all that is missing: to nothing, or to the version before. */

static int
lmdb_store_schema_make(lmdb_store_t *store, MDB_txn *txn)
{
    int  rc;

    rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &store->tables.meta);

    if (rc == 0) {
        rc = lmdb_store_schema_put(store, txn, "schema", lmdb_store_schema,
                                   LMDB_STORE_SCHEMA_LEN);
    }

    return rc ? rc : lmdb_store_schema_load(store, txn, MDB_CREATE);
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

    if (rc == 0) {
        rc = lmdb_store_schema_load(store, txn, 0);

    } else if ((rc == LMDB_STORE_EMPTY || rc == LMDB_STORE_OLD)
               && flags == 0)
    {
        rc = lmdb_store_schema_make(store, txn);
    }

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

    if ((old || rc == LMDB_STORE_EMPTY) && !store->read_only) {
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

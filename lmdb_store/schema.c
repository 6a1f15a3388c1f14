
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The tables of a store and the record that says whose they are.
 */


#include <errno.h>
#include <sys/random.h>

#include "store.h"


#define LMDB_STORE_SCHEMA_VERSION  4
#define LMDB_STORE_SCHEMA_LEN      18

/* Neither made nor foreign: an environment without any table. */
#define LMDB_STORE_EMPTY           (-1)


typedef struct {
    const char  *name;
    size_t       offset;
} lmdb_store_table_t;


/* 16 bytes of name, then the version in 2. */

static const unsigned char  lmdb_store_schema[LMDB_STORE_SCHEMA_LEN] = {
    'w', 'h', 'a', 't', 's', 'a', 'u', 't', 'h', ' ', 's', 't', 'o', 'r', 'e',
    0, 0, LMDB_STORE_SCHEMA_VERSION
};

static const lmdb_store_table_t  lmdb_store_table[] = {
    { "records",  offsetof(lmdb_store_tables_t, records) },
    { "due",      offsetof(lmdb_store_tables_t, due) },
    { "messages", offsetof(lmdb_store_tables_t, messages) },
    { "apps",     offsetof(lmdb_store_tables_t, apps) },
    { "asked",    offsetof(lmdb_store_tables_t, asked) }
};


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


static int
lmdb_store_schema_tables(lmdb_store_t *store, MDB_txn *txn, unsigned flags)
{
    int     rc;
    char   *base;
    size_t  i;

    base = (char *) &store->tables;

    for (i = 0; i < sizeof(lmdb_store_table) / sizeof(lmdb_store_table[0]);
         i++)
    {
        rc = mdb_dbi_open(txn, lmdb_store_table[i].name, flags,
                          (MDB_dbi *) (base + lmdb_store_table[i].offset));
        if (rc) {
            return rc;
        }
    }

    return 0;
}


static int
lmdb_store_schema_key(lmdb_store_t *store, MDB_txn *txn, const char *name,
    uint8_t *out)
{
    int      rc;
    MDB_val  val;

    rc = lmdb_store_schema_get(store, txn, name, &val);
    if (rc) {
        return rc;
    }

    if (val.mv_size != 16) {
        return MDB_INVALID;
    }

    memcpy(out, val.mv_data, 16);
    return 0;
}


/* Finds out what an environment holds: 0, EMPTY or an error of LMDB. */

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

    if (val.mv_size != LMDB_STORE_SCHEMA_LEN
        || memcmp(val.mv_data, lmdb_store_schema, 16) != 0)
    {
        return MDB_INVALID;
    }

    if (memcmp(val.mv_data, lmdb_store_schema, LMDB_STORE_SCHEMA_LEN) != 0) {
        return MDB_VERSION_MISMATCH;
    }

    return 0;
}


static int
lmdb_store_schema_load(lmdb_store_t *store, MDB_txn *txn)
{
    int  rc;

    rc = lmdb_store_schema_tables(store, txn, 0);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_schema_key(store, txn, "code_key", store->code_key);
    if (rc) {
        return rc;
    }

    return lmdb_store_schema_key(store, txn, "id_key", store->id_key);
}


static int
lmdb_store_schema_make(lmdb_store_t *store, MDB_txn *txn)
{
    int      rc;
    uint8_t  key[32];

    if (getrandom(key, sizeof(key), 0) != sizeof(key)) {
        return errno;
    }

    rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &store->tables.meta);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_schema_put(store, txn, "schema", lmdb_store_schema,
                               LMDB_STORE_SCHEMA_LEN);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_schema_put(store, txn, "code_key", key, 16);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_schema_put(store, txn, "id_key", key + 16, 16);
    if (rc) {
        return rc;
    }

    return lmdb_store_schema_tables(store, txn, MDB_CREATE);
}


/*
 * One transaction: a reading one first, because a writing one would make
 * every start of a process wait for the writers and for the disk.
 */

static int
lmdb_store_schema_pass(lmdb_store_t *store, unsigned flags)
{
    int       rc;
    MDB_txn  *txn;

    rc = mdb_txn_begin(store->env, NULL, flags, &txn);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_schema_look(store, txn);

    if (rc == LMDB_STORE_EMPTY && flags == 0) {
        rc = lmdb_store_schema_make(store, txn);
    }

    if (rc == 0) {
        rc = lmdb_store_schema_load(store, txn);
    }

    if (rc) {
        mdb_txn_abort(txn);
        return rc;
    }

    /* Committing a reading transaction keeps the table handles. */
    return mdb_txn_commit(txn);
}


ledger_result_t
lmdb_store_schema_open(lmdb_store_t *store, char *detail)
{
    int  rc;

    rc = lmdb_store_schema_pass(store, MDB_RDONLY);

    if (rc == MDB_READERS_FULL) {
        (void) mdb_reader_check(store->env, NULL);
        rc = lmdb_store_schema_pass(store, MDB_RDONLY);
    }

    if (rc == LMDB_STORE_EMPTY && !store->read_only) {
        rc = lmdb_store_schema_pass(store, 0);
    }

    switch (rc) {

    case 0:
        return LEDGER_OK;

    case LMDB_STORE_EMPTY:
        lmdb_store_say(detail, "\"%s\" holds no store yet", store->path);
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

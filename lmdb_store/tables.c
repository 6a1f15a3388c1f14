
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The tables and random keys of a store.
 */


#include <errno.h>
#include <sys/random.h>

#include "store.h"


/* A table or a key, and its place in lmdb_store_tables_t or _keys_t. */

typedef struct {
    const char    *name;
    size_t         offset;
    MDB_cmp_func  *compare;      /* of the keys of a table; NULL: LMDB's own */
} lmdb_store_part_t;


static int lmdb_store_tables_compare(const MDB_val *a, const MDB_val *b);


static const lmdb_store_part_t  lmdb_store_table[] = {
    { "records",  offsetof(lmdb_store_tables_t, records),
      lmdb_store_tables_compare },
    { "due",      offsetof(lmdb_store_tables_t, due), NULL },
    { "messages", offsetof(lmdb_store_tables_t, messages),
      lmdb_store_tables_compare },
    { "apps",     offsetof(lmdb_store_tables_t, apps), NULL },
    { "asked",    offsetof(lmdb_store_tables_t, asked), NULL },
    { "sessions", offsetof(lmdb_store_tables_t, sessions),
      lmdb_store_tables_compare },
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


int
lmdb_store_tables_get(lmdb_store_t *store, MDB_txn *txn, const char *name,
    MDB_val *val)
{
    MDB_val  key;

    key.mv_size = strlen(name);
    key.mv_data = (void *) name;

    return mdb_get(txn, store->tables.meta, &key, val);
}


int
lmdb_store_tables_put(lmdb_store_t *store, MDB_txn *txn, const char *name,
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
lmdb_store_tables_compare(const MDB_val *a, const MDB_val *b)
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
lmdb_store_tables_open(lmdb_store_t *store, MDB_txn *txn, unsigned flags)
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
lmdb_store_tables_key(lmdb_store_t *store, MDB_txn *txn, unsigned flags,
    const lmdb_store_part_t *part)
{
    int       rc;
    uint8_t  *key;
    MDB_val   val;

    key = (uint8_t *) &store->keys + part->offset;

    rc = lmdb_store_tables_get(store, txn, part->name, &val);

    if (rc == MDB_NOTFOUND && (flags & MDB_CREATE)) {

        if (getrandom(key, 16, 0) != 16) {
            return errno;
        }

        return lmdb_store_tables_put(store, txn, part->name, key, 16);
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


int
lmdb_store_tables_load(lmdb_store_t *store, MDB_txn *txn, unsigned flags)
{
    int     rc;
    size_t  i;

    rc = lmdb_store_tables_open(store, txn, flags);

    for (i = 0; rc == 0 && i < LMDB_STORE_KEYS; i++) {
        rc = lmdb_store_tables_key(store, txn, flags, &lmdb_store_key[i]);
    }

    return rc;
}


int
lmdb_store_tables_set_keys(lmdb_store_t *store, MDB_txn *txn,
    const lmdb_store_keys_t *keys)
{
    int                       rc;
    size_t                    i;
    const lmdb_store_part_t  *part;

    store->keys = *keys;

    for (rc = 0, i = 0; rc == 0 && i < LMDB_STORE_KEYS; i++) {
        part = &lmdb_store_key[i];
        rc = lmdb_store_tables_put(store, txn, part->name,
                                   (const uint8_t *) keys + part->offset, 16);
    }

    return rc;
}


int
lmdb_store_tables_empty(lmdb_store_t *store, MDB_txn *txn)
{
    int             rc;
    size_t          i;
    const MDB_dbi  *dbi;

    for (rc = 0, i = 0; rc == 0 && i < LMDB_STORE_TABLES; i++) {
        dbi = (const MDB_dbi *) ((const char *) &store->tables
                                 + lmdb_store_table[i].offset);
        rc = mdb_drop(txn, *dbi, 0);
    }

    return rc;
}

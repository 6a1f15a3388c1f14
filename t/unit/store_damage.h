
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Tables damaged on purpose, and what the check says of them. */


#ifndef _STORE_DAMAGE_H_INCLUDED_
#define _STORE_DAMAGE_H_INCLUDED_


#include <lmdb.h>

#include "lmdb_store/store.h"
#include "store_help.h"


/* Changes one table behind the store's back, while it is closed. */

static inline void
damage(help_t *h, const char *table, const MDB_val *key, const void *data,
    size_t len)
{
    MDB_dbi   dbi;
    MDB_env  *env;
    MDB_txn  *txn;
    MDB_val   k, v;

    help_close(h);

    k = *key;
    v.mv_data = (void *) data;
    v.mv_size = len;

    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
    assert_int_equal(mdb_env_open(env, h->dir, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, table, 0, &dbi), 0);

    if (data == NULL) {
        assert_int_equal(mdb_del(txn, dbi, &k, NULL), 0);

    } else {
        assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
    }

    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);

    help_open(h);
}


static inline MDB_val
record_key(uint64_t key)
{
    MDB_val               val;
    static unsigned char  buf[LEDGER_ROW_KEY_LEN];

    lmdb_store_key_encode(buf, key, &val);
    return val;
}


static inline MDB_val
due_key(unsigned lane, uint64_t due_at, uint64_t key)
{
    MDB_val               val;
    ledger_entry_t        entry;
    static unsigned char  buf[LEDGER_ROW_DUE_LEN];

    entry.lane = lane;
    entry.due_at = due_at;
    entry.key = key;

    lmdb_store_due_encode(buf, &entry, &val);
    return val;
}


static inline void
remember(const char *sentence, void *data)
{
    size_t  len;

    len = strlen(data);
    snprintf((char *) data + len, 512 - len, "%s%s", len ? "; " : "",
             sentence);
}


static inline uint64_t
faults(help_t *h, char *sentence)
{
    uint64_t  n;

    sentence[0] = '\0';
    assert_int_equal(lmdb_store_check(h->store, remember, sentence, &n),
                     LEDGER_OK);
    return n;
}


#endif /* _STORE_DAMAGE_H_INCLUDED_ */

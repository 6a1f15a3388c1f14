
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Compares the tables with each other.
 *
 * Any snapshot can tell whether an entry of one table has its counterpart in
 * another.  So the check works in slices, which do not keep pages of a running
 * store from reuse for long.  Only the counts of apps need one snapshot of all
 * records.
 */


#include <stdarg.h>
#include <stdio.h>

#include "check.h"


#define LMDB_STORE_CHECK_SLICE     1024
#define LMDB_STORE_CHECK_KEY_MAX   511    /* LMDB's own limit */
#define LMDB_STORE_CHECK_SENTENCE  512


/* A table, by its place in lmdb_store_tables_t, and what checks its rows. */

typedef struct {
    size_t               offset;
    lmdb_store_check_pt  each;
} lmdb_store_check_table_t;


void
lmdb_store_check_fault(lmdb_store_check_t *check, const char *fmt, ...)
{
    char     sentence[LMDB_STORE_CHECK_SENTENCE];
    va_list  args;

    check->faults++;

    if (check->problem == NULL) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, args);
    va_end(args);

    check->problem(sentence, check->data);
}


int
lmdb_store_check_find(lmdb_store_check_t *check, MDB_dbi dbi,
    const unsigned char *key, size_t len, MDB_val *value)
{
    MDB_val  k;

    k.mv_data = (void *) key;
    k.mv_size = len;

    return mdb_get(check->store->read_txn, dbi, &k, value);
}


int
lmdb_store_check_next(MDB_cursor *cursor, MDB_val *key, MDB_val *value)
{
    int      rc;
    MDB_val  last;

    last = *key;

    rc = mdb_cursor_get(cursor, key, value, MDB_NEXT);

    if (rc == 0 && last.mv_size
        && mdb_cmp(mdb_cursor_txn(cursor), mdb_cursor_dbi(cursor), &last, key)
           >= 0)
    {
        return MDB_CORRUPTED;
    }

    return rc;
}


/* A slice of one table: from key on, which is moved past what was seen. */

static int
lmdb_store_check_slice(lmdb_store_check_t *check, MDB_dbi dbi,
    lmdb_store_check_pt each, MDB_val *from, unsigned char *buf)
{
    int          rc;
    MDB_val      k, v;
    unsigned     n;
    MDB_cursor  *cursor;

    rc = mdb_cursor_open(check->store->read_txn, dbi, &cursor);
    if (rc) {
        return rc;
    }

    k = *from;
    rc = mdb_cursor_get(cursor, &k, &v, k.mv_size ? MDB_SET_RANGE : MDB_FIRST);

    if (rc == 0 && from->mv_size
        && mdb_cmp(check->store->read_txn, dbi, from, &k) > 0)
    {
        rc = MDB_CORRUPTED;
    }

    for (n = 0; rc == 0 && n < LMDB_STORE_CHECK_SLICE; n++) {
        rc = each(check, &k, &v);

        if (rc == 0) {
            rc = lmdb_store_check_next(cursor, &k, &v);
        }
    }

    if (rc == 0 && k.mv_size <= LMDB_STORE_CHECK_KEY_MAX) {
        memcpy(buf, k.mv_data, k.mv_size);
        from->mv_data = buf;
        from->mv_size = k.mv_size;
    }

    mdb_cursor_close(cursor);

    return rc;
}


static int
lmdb_store_check_table(lmdb_store_check_t *check,
    const lmdb_store_check_table_t *table)
{
    int            rc;
    MDB_dbi        dbi;
    MDB_val        from;
    unsigned char  buf[LMDB_STORE_CHECK_KEY_MAX];

    memcpy(&dbi, (const char *) &check->store->tables + table->offset,
           sizeof(dbi));

    from.mv_data = NULL;
    from.mv_size = 0;

    do {
        rc = lmdb_store_read_begin(check->store);
        if (rc) {
            return rc;
        }

        rc = lmdb_store_read_last_key(check->store, &check->last_key);

        if (rc == 0) {
            rc = lmdb_store_check_slice(check, dbi, table->each, &from, buf);
        }

        lmdb_store_read_end(check->store);

    } while (rc == 0);

    return rc == MDB_NOTFOUND ? 0 : rc;
}


static const lmdb_store_check_table_t  lmdb_store_check_tables[] = {
    { offsetof(lmdb_store_tables_t, records),  lmdb_store_check_record },
    { offsetof(lmdb_store_tables_t, due),      lmdb_store_check_due },
    { offsetof(lmdb_store_tables_t, messages), lmdb_store_check_message },
    { offsetof(lmdb_store_tables_t, asked),    lmdb_store_check_asked },
    { offsetof(lmdb_store_tables_t, sessions), lmdb_store_check_session },
    { offsetof(lmdb_store_tables_t, subjects), lmdb_store_check_subject }
};


ledger_result_t
lmdb_store_check(lmdb_store_t *store,
    void (*problem)(const char *sentence, void *data), void *data,
    uint64_t *faults)
{
    int                 rc;
    size_t              i;
    lmdb_store_check_t  check;

    memset(&check, 0, sizeof(check));
    check.store = store;
    check.problem = problem;
    check.data = data;

    rc = 0;

    for (i = 0; rc == 0 && i < sizeof(lmdb_store_check_tables)
                                / sizeof(lmdb_store_check_tables[0]); i++)
    {
        rc = lmdb_store_check_table(&check, &lmdb_store_check_tables[i]);
    }

    if (rc == 0) {
        rc = lmdb_store_check_counts(&check);
    }

    *faults = check.faults;

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}

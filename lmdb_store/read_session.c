
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Reads of sessions and subjects.
 */


#include "store.h"


typedef int (*lmdb_store_read_session_pt)(const ledger_session_t *session,
    void *data);
typedef int (*lmdb_store_read_subject_pt)(const ledger_subject_t *subject,
    void *data);


static ledger_result_t
lmdb_store_read_session_result(lmdb_store_t *store, int rc)
{
    if (rc == MDB_NOTFOUND) {
        return LEDGER_UNKNOWN;
    }

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


/* One that has ended cannot be told from one that never was. */

ledger_result_t
lmdb_store_get_session(lmdb_store_t *store, uint64_t key,
    ledger_session_copy_t *copy)
{
    int                   rc;
    MDB_val               k, v;
    unsigned char         buf[LEDGER_ROW_KEY_LEN];
    ledger_row_session_t  row;

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_get(store->read_txn, store->tables.sessions, &k, &v);

    if (rc == 0) {
        rc = lmdb_store_session_decode(&row, key, &v);
    }

    if (rc == 0 && ledger_session_until(&row.session) <= store->now()) {
        rc = MDB_NOTFOUND;
    }

    if (rc == 0) {
        ledger_session_copy(copy, &row.session);
    }

    lmdb_store_read_end(store);

    return lmdb_store_read_session_result(store, rc);
}


ledger_result_t
lmdb_store_get_subject(lmdb_store_t *store, const ledger_text_t *app,
    const ledger_text_t *number, ledger_subject_copy_t *copy)
{
    int                   rc;
    MDB_val               k, v;
    ledger_row_subject_t  row;

    if (!ledger_row_subject_fits(app, number)) {
        return LEDGER_UNKNOWN;
    }

    if (lmdb_store_read_begin(store)) {
        return LEDGER_FAILED;
    }

    lmdb_store_subject_key(row.key, app, number, &k);

    rc = mdb_get(store->read_txn, store->tables.subjects, &k, &v);

    if (rc == 0) {
        rc = lmdb_store_subject_decode(&row, &k, &v);
    }

    if (rc == 0) {
        ledger_subject_copy(copy, &row.subject);
    }

    lmdb_store_read_end(store);

    return lmdb_store_read_session_result(store, rc);
}


/*
 * The row at k or after it, in a transaction of its own.  In a damaged table
 * keys may go back, for ever.
 */

static int
lmdb_store_read_session_seek(lmdb_store_t *store, MDB_dbi dbi, MDB_val *k,
    MDB_val *v)
{
    int          rc;
    MDB_val      from;
    MDB_cursor  *cursor;

    from = *k;

    rc = mdb_cursor_open(store->read_txn, dbi, &cursor);
    if (rc) {
        return rc;
    }

    rc = mdb_cursor_get(cursor, k, v, MDB_SET_RANGE);

    if (rc == 0 && mdb_cmp(store->read_txn, dbi, k, &from) < 0) {
        rc = MDB_CORRUPTED;
    }

    mdb_cursor_close(cursor);

    return rc;
}


/* The first session at or after *key, whose key goes into *key. */

static int
lmdb_store_read_session_next(lmdb_store_t *store, uint64_t *key,
    ledger_session_copy_t *copy)
{
    int                   rc;
    MDB_val               k, v;
    unsigned char         buf[LEDGER_ROW_KEY_LEN];
    ledger_row_session_t  row;

    rc = lmdb_store_read_begin(store);
    if (rc) {
        return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
    }

    lmdb_store_key_encode(buf, *key, &k);

    rc = lmdb_store_read_session_seek(store, store->tables.sessions, &k, &v);

    if (rc == 0 && k.mv_size != LEDGER_ROW_KEY_LEN) {
        rc = MDB_CORRUPTED;
    }

    if (rc == 0) {
        *key = ledger_get64(k.mv_data);
        rc = lmdb_store_session_decode(&row, *key, &v);
    }

    if (rc == 0) {
        ledger_session_copy(copy, &row.session);
    }

    lmdb_store_read_end(store);

    return rc;
}


ledger_result_t
lmdb_store_walk_sessions(lmdb_store_t *store, lmdb_store_read_session_pt each,
    void *data)
{
    int                    rc;
    uint64_t               key;
    ledger_session_copy_t  copy;

    for (key = 0; /* void */ ; key++) {

        rc = lmdb_store_read_session_next(store, &key, &copy);

        if (rc) {
            rc = rc == MDB_NOTFOUND ? 0 : rc;
            break;
        }

        if (each(&copy.session, data) || key == UINT64_MAX) {
            break;
        }
    }

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}


/* The first subject at or after a key, which it replaces by the one after. */

static int
lmdb_store_read_session_next_subject(lmdb_store_t *store, unsigned char *key,
    size_t *len, ledger_subject_copy_t *copy)
{
    int                   rc;
    MDB_val               k, v;
    ledger_row_subject_t  row;

    rc = lmdb_store_read_begin(store);
    if (rc) {
        return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
    }

    k.mv_data = key;
    k.mv_size = *len;

    rc = lmdb_store_read_session_seek(store, store->tables.subjects, &k, &v);

    if (rc == 0) {
        rc = lmdb_store_subject_decode(&row, &k, &v);
    }

    if (rc == 0) {
        ledger_subject_copy(copy, &row.subject);

        /* No key of bytes lies between one and the same with a zero. */

        memcpy(key, k.mv_data, k.mv_size);
        key[k.mv_size] = 0;
        *len = k.mv_size + 1;
    }

    lmdb_store_read_end(store);

    return rc;
}


ledger_result_t
lmdb_store_walk_subjects(lmdb_store_t *store, lmdb_store_read_subject_pt each,
    void *data)
{
    int                    rc;
    size_t                 len;
    unsigned char          key[LEDGER_ROW_SUBJECT_KEY_MAX + 1];
    ledger_subject_copy_t  copy;

    key[0] = 0;
    len = 1;

    do {
        rc = lmdb_store_read_session_next_subject(store, key, &len, &copy);

    } while (rc == 0 && each(&copy.subject, data) == 0);

    rc = rc == MDB_NOTFOUND ? 0 : rc;

    return lmdb_store_note(store, rc) ? LEDGER_FAILED : LEDGER_OK;
}

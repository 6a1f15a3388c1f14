
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions and subjects in their tables.
 */


#include "store.h"


static void
lmdb_store_session_entry(const ledger_row_session_t *row,
    ledger_entry_t *entry)
{
    entry->lane = LMDB_STORE_LANE_SESSIONS;
    entry->due_at = row->stands_at;
    entry->key = row->session.key;
}


/* Its texts are copied out, because the map changes with the next write. */

int
lmdb_store_session_load(lmdb_store_t *store, uint64_t key,
    ledger_row_session_t *row)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_get(store->write.txn, store->tables.sessions, &k, &v);

    if (rc == 0 && v.mv_size > LEDGER_ROW_SESSION_VALUE_MAX) {
        rc = MDB_CORRUPTED;
    }

    if (rc) {
        return rc;
    }

    memcpy(row->value, v.mv_data, v.mv_size);
    v.mv_data = row->value;

    return lmdb_store_session_decode(row, key, &v);
}


/* 0, or MDB_NOTFOUND, or an error. */

int
lmdb_store_session_is_there(lmdb_store_t *store, uint64_t key)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    lmdb_store_key_encode(buf, key, &k);

    return mdb_get(store->write.txn, store->tables.sessions, &k, &v);
}


static int
lmdb_store_session_put(lmdb_store_t *store, ledger_row_session_t *row,
    unsigned flags)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    ledger_row_session_encode(row);
    lmdb_store_key_encode(buf, row->session.key, &k);

    v.mv_data = row->value;
    v.mv_size = row->size;

    return mdb_put(store->write.txn, store->tables.sessions, &k, &v, flags);
}


int
lmdb_store_session_add(lmdb_store_t *store, ledger_row_session_t *row)
{
    int             rc;
    ledger_entry_t  entry;

    rc = lmdb_store_session_put(store, row, MDB_NOOVERWRITE);

    if (rc == 0) {
        lmdb_store_session_entry(row, &entry);
        rc = lmdb_store_due_add(store, &entry);
    }

    return rc ? rc : lmdb_store_app_charge(store,
                         &row->session.text[LEDGER_SESSION_APP], 0, row->cost);
}


int
lmdb_store_session_save(lmdb_store_t *store, ledger_row_session_t *row)
{
    lmdb_store_session_measure(row);

    return lmdb_store_session_put(store, row, 0);
}


/* Takes the session last loaded out of the tables, but not of its subject. */

static int
lmdb_store_session_take(lmdb_store_t *store, const ledger_row_session_t *row)
{
    int             rc;
    ledger_entry_t  entry;

    lmdb_store_session_entry(row, &entry);

    rc = lmdb_store_due_remove(store, &entry);

    return rc ? rc : lmdb_store_app_charge(store,
                         &row->session.text[LEDGER_SESSION_APP], row->cost, 0);
}


/*
 * One that is gone, or that cannot be read, is removed all the same: nothing
 * may keep a session from being ended.
 */

int
lmdb_store_session_remove(lmdb_store_t *store, uint64_t key)
{
    int                   rc;
    MDB_val               k;
    unsigned char         buf[LEDGER_ROW_KEY_LEN];
    ledger_row_session_t  row;

    rc = lmdb_store_session_load(store, key, &row);

    if (rc == 0) {
        rc = lmdb_store_session_take(store, &row);
    }

    if (rc == 0 || rc == MDB_CORRUPTED) {
        lmdb_store_key_encode(buf, key, &k);
        rc = mdb_del(store->write.txn, store->tables.sessions, &k, NULL);

        if (rc == 0) {
            lmdb_store_write_changed(store, key);
        }
    }

    return rc == MDB_NOTFOUND ? 0 : rc;
}


/* Moves the entry of the session last loaded to where it ends by now. */

int
lmdb_store_session_move(lmdb_store_t *store, const ledger_row_session_t *row)
{
    int                   rc;
    ledger_entry_t        entry;
    ledger_row_session_t  after;

    lmdb_store_session_entry(row, &entry);

    rc = lmdb_store_due_remove(store, &entry);
    if (rc) {
        return rc;
    }

    after.session = row->session;
    after.stands_at = ledger_session_until(&row->session);

    rc = lmdb_store_session_save(store, &after);
    if (rc) {
        return rc;
    }

    lmdb_store_session_entry(&after, &entry);

    return lmdb_store_due_add(store, &entry);
}


int
lmdb_store_subject_load(lmdb_store_t *store, const ledger_text_t *app,
    const ledger_text_t *number, ledger_row_subject_t *row)
{
    int      rc;
    MDB_val  k, v;

    if (!ledger_row_subject_fits(app, number)) {
        return MDB_NOTFOUND;
    }

    lmdb_store_subject_key(row->key, app, number, &k);

    rc = mdb_get(store->write.txn, store->tables.subjects, &k, &v);

    return rc ? rc : lmdb_store_subject_decode(row, &k, &v);
}


/* before: the cost of the one that it takes the place of, or 0. */

int
lmdb_store_subject_save(lmdb_store_t *store, ledger_row_subject_t *row,
    uint64_t before)
{
    int                   rc;
    MDB_val               k, v;
    unsigned char         key[LEDGER_ROW_SUBJECT_KEY_MAX];
    unsigned char         value[LEDGER_ROW_SUBJECT_VALUE_MAX];
    const ledger_text_t  *text;

    text = row->subject.text;

    lmdb_store_subject_measure(row);
    ledger_row_subject_encode(row, value);
    lmdb_store_subject_key(key, &text[LEDGER_SUBJECT_APP],
                           &text[LEDGER_SUBJECT_NUMBER], &k);
    v.mv_data = value;
    v.mv_size = row->size;

    rc = mdb_put(store->write.txn, store->tables.subjects, &k, &v, 0);

    return rc ? rc : lmdb_store_app_charge(store, &text[LEDGER_SUBJECT_APP],
                                           before, row->cost);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Rows of another store, taken over as they stand: no rule of the ledger
 * changes them, and no limit refuses them.
 */


#include "store.h"


ledger_result_t
lmdb_store_fill_begin(lmdb_store_t *store)
{
    if (store->env != NULL
        && lmdb_store_note(store, lmdb_store_space_extend(store)))
    {
        return LEDGER_FAILED;
    }

    return lmdb_store_begin(store);
}


static int
lmdb_store_fill_done(lmdb_store_t *store, int rc)
{
    if (rc) {
        lmdb_store_write_failed(store, rc);
        return -1;
    }

    return 0;
}


/* No code is issued with the key of one that was moved, nor of its session. */

static int
lmdb_store_fill_key(lmdb_store_t *store, uint64_t key)
{
    int  rc;

    rc = lmdb_store_write_last_key(store);

    if (rc == 0 && key > store->write.last_key) {
        store->write.last_key = key;
        store->write.last_key_dirty = 1;
    }

    return rc;
}


int
lmdb_store_fill_record(lmdb_store_t *store, const ledger_record_t *record)
{
    int              rc;
    ledger_row_t     row;
    ledger_change_t  change;

    memset(&change, 0, sizeof(ledger_change_t));

    change.moves = 1;

    if (record->state == LEDGER_STATE_WAITING) {
        change.waiting = 1;
        change.pages = (record->flags & LEDGER_PAGE) != 0;
    }

    row.record = *record;
    lmdb_store_record_settle(&row, &change, &row);

    rc = lmdb_store_fill_key(store, record->key);

    if (rc == 0) {
        rc = lmdb_store_record_add(store, &row, &change);
    }

    return lmdb_store_fill_done(store, rc);
}


int
lmdb_store_fill_asked(lmdb_store_t *store, const ledger_record_t *record)
{
    return lmdb_store_fill_done(store, lmdb_store_asked_save(store, record));
}


int
lmdb_store_fill_session(lmdb_store_t *store, const ledger_session_t *session)
{
    int                   rc;
    ledger_row_session_t  row;

    row.session = *session;
    row.stands_at = ledger_session_until(session);
    lmdb_store_session_measure(&row);

    rc = lmdb_store_fill_key(store, session->key);

    if (rc == 0) {
        rc = lmdb_store_session_add(store, &row);
    }

    return lmdb_store_fill_done(store, rc);
}


/* A subject of Valkey may name a session that has ended; here none does. */

int
lmdb_store_fill_subject(lmdb_store_t *store, const ledger_subject_t *subject)
{
    int                   rc;
    uint64_t              key;
    unsigned              i;
    ledger_row_subject_t  row;

    row.subject = *subject;

    for (i = 0; i < subject->n_sessions; i++) {
        key = subject->session[i].key;
        rc = lmdb_store_session_is_there(store, key);

        if (rc == MDB_NOTFOUND) {
            ledger_subject_drop(&row.subject, key);

        } else if (rc) {
            return lmdb_store_fill_done(store, rc);
        }
    }

    return lmdb_store_fill_done(store,
                                lmdb_store_subject_save(store, &row, 0));
}


int
lmdb_store_fill_end(lmdb_store_t *store, const uint8_t *code_key,
    const uint8_t *id_key, const uint8_t *token_key)
{
    int                rc;
    lmdb_store_keys_t  keys;

    memcpy(keys.code, code_key, sizeof(keys.code));
    memcpy(keys.id, id_key, sizeof(keys.id));
    memcpy(keys.token, token_key, sizeof(keys.token));

    rc = lmdb_store_tables_set_keys(store, store->write.txn, &keys);

    if (rc == 0) {
        rc = lmdb_store_schema_filled(store, store->write.txn);
    }

    return lmdb_store_fill_done(store, rc);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Compares sessions, their subjects and their entries in the index.
 */


#include "check.h"


static int
lmdb_store_check_session_read(lmdb_store_check_t *check, uint64_t key,
    ledger_row_session_t *row)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    lmdb_store_key_encode(buf, key, &k);

    rc = lmdb_store_check_find(check, check->store->tables.sessions,
                               k.mv_data, k.mv_size, &v);

    return rc ? rc : lmdb_store_session_decode(row, key, &v);
}


/* 1 if the subject of a session knows it; 0 also if it cannot be read. */

static int
lmdb_store_check_session_is_known(lmdb_store_check_t *check,
    const ledger_session_t *session)
{
    MDB_val               k, v;
    ledger_row_subject_t  row;

    lmdb_store_subject_key(row.key, &session->text[LEDGER_SESSION_APP],
                           &session->text[LEDGER_SESSION_SUBJECT], &k);

    return lmdb_store_check_find(check, check->store->tables.subjects,
                                 k.mv_data, k.mv_size, &v)
           == 0
           && lmdb_store_subject_decode(&row, &k, &v) == 0
           && ledger_subject_has(&row.subject, session->key);
}


/*
 * 1 if its record waits to be collected.  It may also be gone, or have lost its
 * claim.
 */

static int
lmdb_store_check_session_is_early(lmdb_store_check_t *check,
    const MDB_val *key)
{
    MDB_val       v;
    ledger_row_t  row;

    return lmdb_store_check_find(check, check->store->tables.records,
                                 key->mv_data, key->mv_size, &v)
           == 0
           && lmdb_store_record_read(check->store, check->store->read_txn,
                                     key, &v, &row)
              == 0
           && row.record.claim.step != LEDGER_STEP_NONE
           && row.record.claim.collected_at == 0;
}


int
lmdb_store_check_session(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    int                   rc;
    MDB_val               k, v;
    unsigned long long    id;
    unsigned char         buf[LEDGER_ROW_DUE_LEN];
    ledger_entry_t        entry;
    ledger_row_session_t  row;

    if (key->mv_size != LEDGER_ROW_KEY_LEN
        || lmdb_store_session_decode(&row, ledger_get64(key->mv_data),
                                     value))
    {
        lmdb_store_check_fault(check, "a session cannot be read");
        return 0;
    }

    id = row.session.key;

    if (id > check->last_key) {
        lmdb_store_check_fault(check, "session %llu is beyond the last key",
                               id);
    }

    if (row.stands_at > ledger_session_until(&row.session)
        || lmdb_store_check_session_is_early(check, key))
    {
        lmdb_store_check_fault(check, "session %llu contradicts its record or"
                               " itself", id);
    }

    if (!lmdb_store_check_session_is_known(check, &row.session)) {
        lmdb_store_check_fault(check, "session %llu is missing in its"
                               " subject", id);
    }

    entry.lane = LMDB_STORE_LANE_SESSIONS;
    entry.due_at = row.stands_at;
    entry.key = row.session.key;
    lmdb_store_due_encode(buf, &entry, &k);

    rc = lmdb_store_check_find(check, check->store->tables.due, buf,
                               sizeof(buf), &v);

    if (rc == MDB_NOTFOUND) {
        lmdb_store_check_fault(check, "session %llu is missing in the index",
                               id);
        return 0;
    }

    return rc;
}


int
lmdb_store_check_session_due(lmdb_store_check_t *check,
    const ledger_entry_t *entry)
{
    int                   rc;
    unsigned long long    id;
    ledger_row_session_t  row;

    id = entry->key;

    rc = lmdb_store_check_session_read(check, entry->key, &row);

    if (rc == MDB_NOTFOUND) {
        lmdb_store_check_fault(check, "the index names session %llu, which"
                               " does not exist", id);
        return 0;
    }

    if (rc == 0 && row.stands_at != entry->due_at) {
        lmdb_store_check_fault(check, "the index has session %llu in a wrong"
                               " place", id);
    }

    /* A row that cannot be read is reported with its own table. */

    return rc == MDB_CORRUPTED ? 0 : rc;
}


/* One that cannot be read counts as there: it is reported with its table. */

static int
lmdb_store_check_session_login(lmdb_store_check_t *check,
    const ledger_subject_t *subject, uint64_t key)
{
    int                   rc;
    ledger_row_session_t  row;

    rc = lmdb_store_check_session_read(check, key, &row);

    if (rc == MDB_NOTFOUND
        || (rc == 0
            && (!ledger_text_same(&row.session.text[LEDGER_SESSION_APP],
                                  &subject->text[LEDGER_SUBJECT_APP])
                || !ledger_text_same(
                       &row.session.text[LEDGER_SESSION_SUBJECT],
                       &subject->text[LEDGER_SUBJECT_NUMBER]))))
    {
        lmdb_store_check_fault(check, "a subject names session %llu, which it"
                               " does not have", (unsigned long long) key);
        return 0;
    }

    return rc == MDB_CORRUPTED ? 0 : rc;
}


int
lmdb_store_check_subject(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    int                   rc;
    unsigned              i;
    ledger_row_subject_t  row;

    if (lmdb_store_subject_decode(&row, key, value)) {
        lmdb_store_check_fault(check, "a subject cannot be read");
        return 0;
    }

    rc = 0;

    for (i = 0; rc == 0 && i < row.subject.n_sessions; i++) {
        rc = lmdb_store_check_session_login(check, &row.subject,
                                            row.subject.session[i].key);
    }

    return rc;
}

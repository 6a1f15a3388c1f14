
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Checks records, and what other tables say of them. */


#include "check.h"


static int lmdb_store_check_record_agrees(const ledger_row_t *row);
static int lmdb_store_check_record_asks(lmdb_store_check_t *check,
    const MDB_val *key, const ledger_text_t *app, ledger_row_t *row);


/* Kept records stand in lanes of this engine alone. */

static int
lmdb_store_check_record_agrees(const ledger_row_t *row)
{
    unsigned                lane;
    const ledger_record_t  *record;

    record = &row->record;

    if (!ledger_row_agrees(row)) {
        return 0;
    }

    lane = record->due_at > row->entry.due_at
           ? LEDGER_LANE_TIME
           : lmdb_store_kept_lane(&record->text[LEDGER_APP]);

    return record->state != LEDGER_STATE_KEPT || row->entry.lane == lane;
}


int
lmdb_store_check_record(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    int            rc;
    MDB_val        k, v;
    uint64_t       id;
    unsigned char  buf[LEDGER_ROW_DUE_LEN];
    ledger_row_t   row;

    if (key->mv_size != LEDGER_ROW_KEY_LEN
        || lmdb_store_row_decode(&row, ledger_get64(key->mv_data), value))
    {
        lmdb_store_check_fault(check, "a record cannot be read");
        return 0;
    }

    rc = lmdb_store_record_read(check->store, check->store->read_txn, key,
                                value, &row);
    if (rc) {
        /* A message that cannot be read is reported with the messages. */
        return rc == MDB_CORRUPTED ? 0 : rc;
    }

    id = row.record.key;

    if (!lmdb_store_check_record_agrees(&row)) {
        lmdb_store_check_fault(check, "record %llu contradicts itself",
                               (unsigned long long) id);
    }

    if (id > check->last_key) {
        lmdb_store_check_fault(check, "record %llu is beyond the last key",
                               (unsigned long long) id);
    }

    lmdb_store_due_encode(buf, &row.entry, &k);

    rc = lmdb_store_check_find(check, check->store->tables.due, buf,
                               sizeof(buf), &v);
    if (rc == MDB_NOTFOUND) {
        lmdb_store_check_fault(check, "record %llu is missing in the index",
                               (unsigned long long) id);
        return 0;
    }

    return rc;
}


int
lmdb_store_check_due(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    int             rc;
    MDB_val         k, v;
    ledger_row_t    row;
    ledger_entry_t  entry;

    if (lmdb_store_due_decode(key, &entry) || value->mv_size != 0) {
        lmdb_store_check_fault(check, "an entry of the index cannot be read");
        return 0;
    }

    if (entry.lane == LMDB_STORE_LANE_SESSIONS) {
        return lmdb_store_check_session_due(check, &entry);
    }

    k.mv_data = (unsigned char *) key->mv_data + LEDGER_ROW_DUE_LEN
                - LEDGER_ROW_KEY_LEN;
    k.mv_size = LEDGER_ROW_KEY_LEN;

    rc = lmdb_store_check_find(check, check->store->tables.records, k.mv_data,
                               k.mv_size, &v);

    if (rc == MDB_NOTFOUND) {
        lmdb_store_check_fault(check, "the index names record %llu, which"
                               " does not exist",
                               (unsigned long long) entry.key);
        return 0;
    }

    if (rc) {
        return rc;
    }

    /* A row that cannot be read is reported with its own table. */
    if (lmdb_store_record_read(check->store, check->store->read_txn, &k, &v,
                               &row)
        == 0
        && !lmdb_store_due_is(&row.entry, &entry))
    {
        lmdb_store_check_fault(check, "the index has record %llu in a wrong"
                               " place", (unsigned long long) entry.key);
    }

    return 0;
}


int
lmdb_store_check_message(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    int           rc;
    MDB_val       v;
    uint64_t      id;
    ledger_row_t  row, message;

    if (key->mv_size != LEDGER_ROW_KEY_LEN
        || lmdb_store_row_decode_message(&message, value))
    {
        lmdb_store_check_fault(check, "a message cannot be read");
        return 0;
    }

    id = ledger_get64(key->mv_data);

    rc = lmdb_store_check_find(check, check->store->tables.records,
                               key->mv_data, key->mv_size, &v);

    if (rc == MDB_NOTFOUND) {
        lmdb_store_check_fault(check, "message %llu has no record",
                               (unsigned long long) id);
        return 0;
    }

    if (rc || lmdb_store_row_decode(&row, id, &v)) {
        return rc;
    }

    if (row.record.state != LEDGER_STATE_WAITING) {
        lmdb_store_check_fault(check, "record %llu has a message and a state"
                               " without it", (unsigned long long) id);
    }

    /* Upon its record it is read again: a claim may have a later expiry. */

    (void) lmdb_store_row_decode_message(&row, value);

    if (row.record.sent_at >= row.record.expires_at) {
        lmdb_store_check_fault(check, "message %llu was sent after its code"
                               " had expired", (unsigned long long) id);
    }

    return 0;
}


/* 1 if the record of that key is one of that app and has asked its user. */

static int
lmdb_store_check_record_asks(lmdb_store_check_t *check, const MDB_val *key,
    const ledger_text_t *app, ledger_row_t *row)
{
    MDB_val  v;

    return lmdb_store_check_find(check, check->store->tables.records,
                                 key->mv_data, key->mv_size, &v)
           == 0
           && lmdb_store_record_read(check->store, check->store->read_txn,
                                     key, &v, row)
              == 0
           && (row->record.flags & LEDGER_ASKED)
           && ledger_text_same(&row->record.text[LEDGER_APP], app);
}


/* A user who was asked: about a record of that app that knows the user. */

int
lmdb_store_check_asked(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    uint64_t       id;
    ledger_text_t  app, user_id;
    ledger_row_t   row;

    if (lmdb_store_asked_decode(key, value, &app, &user_id, &id)) {
        lmdb_store_check_fault(check, "whom a user was asked by cannot be"
                               " read");

    } else if (!lmdb_store_check_record_asks(check, value, &app, &row)) {
        lmdb_store_check_fault(check, "a user was asked about record %llu,"
                               " which does not say so",
                               (unsigned long long) id);

    } else if (!ledger_text_same(&user_id,
                                 &row.record.message[LEDGER_USER_ID]))
    {
        lmdb_store_check_fault(check, "record %llu does not know the user who"
                               " was asked", (unsigned long long) id);
    }

    return 0;
}

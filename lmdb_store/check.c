
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


static int
lmdb_store_check_state(const ledger_row_t *row)
{
    unsigned                lane;
    const ledger_record_t  *record;

    record = &row->record;
    lane = row->entry.lane;

    switch (record->state) {

    case LEDGER_STATE_WAITING:
        return record->status == LEDGER_STATUS_REQUESTED
               && lane == LEDGER_LANE_TIME
               && record->due_at == record->expires_at
               && record->refusals <= LEDGER_REFUSALS_MAX;

    case LEDGER_STATE_CALLBACK:
        return record->status != LEDGER_STATUS_REQUESTED
               && lane == (record->status == LEDGER_STATUS_EXPIRED
                           ? LEDGER_LANE_EXPIRED : LEDGER_LANE_CALLBACK)
                          + record->host_lane;

    case LEDGER_STATE_KEPT:
        return record->status != LEDGER_STATUS_REQUESTED
               && lane == (record->due_at > row->entry.due_at
                           ? LEDGER_LANE_TIME
                           : lmdb_store_kept_lane(&record->text[LEDGER_APP]));
    }

    return 0;
}


static int
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

    if (!lmdb_store_check_state(&row)
        || ((row.record.flags & LEDGER_ASKED)
            && row.record.provider == LEDGER_PROVIDER_NONE)
        || ((row.record.flags & LEDGER_CLAIMED) && row.message_size == 0))
    {
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


static int
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


static int
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


/* 1 if the record of that key is one of that app and has asked its user. */

static int
lmdb_store_check_is_asked(lmdb_store_check_t *check, const MDB_val *key,
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

static int
lmdb_store_check_asked(lmdb_store_check_t *check, const MDB_val *key,
    const MDB_val *value)
{
    uint64_t       id;
    ledger_text_t  app, user_id;
    ledger_row_t   row;

    if (lmdb_store_asked_decode(key, value, &app, &user_id, &id)) {
        lmdb_store_check_fault(check, "whom a user was asked by cannot be"
                               " read");

    } else if (!lmdb_store_check_is_asked(check, value, &app, &row)) {
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

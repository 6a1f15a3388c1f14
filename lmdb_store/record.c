
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records in their tables: read, added, saved, removed, with all that other
 * tables have of them.
 */


#include "store.h"


static const ledger_change_t  lmdb_store_record_unchanged;


/* The texts of row->record point into the map. */

int
lmdb_store_record_read(lmdb_store_t *store, MDB_txn *txn, const MDB_val *key,
    const MDB_val *value, ledger_row_t *row)
{
    int      rc;
    MDB_val  k, message;

    if (key->mv_size != LEDGER_ROW_KEY_LEN) {
        return MDB_CORRUPTED;
    }

    rc = lmdb_store_row_decode(row, ledger_get64(key->mv_data), value);

    /* One that has expired by itself has no message. */

    if (rc == 0 && row->record.state == LEDGER_STATE_WAITING) {
        k = *key;
        rc = mdb_get(txn, store->tables.messages, &k, &message);

        if (rc == 0) {
            rc = lmdb_store_row_decode_message(row, &message);
        }

        rc = rc == MDB_NOTFOUND ? 0 : rc;
    }

    row->cost = rc == 0 || row->damaged ? lmdb_store_cost(row) : 0;

    return rc;
}


static int
lmdb_store_record_cursor(lmdb_store_t *store)
{
    if (store->write.records != NULL) {
        return 0;
    }

    return mdb_cursor_open(store->write.txn, store->tables.records,
                           &store->write.records);
}


/* Moves n texts to p, where all that is from there on has been copied. */

static void
lmdb_store_record_own(ledger_text_t *text, unsigned n,
    const unsigned char *from, unsigned char *p)
{
    for ( /* void */ ; n > 0; n--, text++) {
        text->data = p + ((const unsigned char *) text->data - from);
    }
}


static void
lmdb_store_record_own_all(ledger_row_t *row)
{
    ledger_record_t      *record;
    const unsigned char  *from;

    record = &row->record;
    from = record->text[0].data;

    memcpy(row->value, from, row->size - LEDGER_ROW_HEAD_LEN);
    lmdb_store_record_own(record->text, LEDGER_RECORD_TEXTS, from,
                          row->value);

    if (row->message_size && !row->damaged) {
        from = record->message[0].data;

        memcpy(row->message, from,
               row->message_size - LEDGER_ROW_MESSAGE_HEAD_LEN);
        lmdb_store_record_own(record->message, LEDGER_MESSAGE_TEXTS, from,
                              row->message);

        if (record->text[LEDGER_PLACE].data != NULL) {
            lmdb_store_record_own(&record->text[LEDGER_PLACE],
                                  LEDGER_ROW_CLAIM_TEXTS, from, row->message);
        }
    }
}


/*
 * Copies the texts out, because the map changes with the next write, and
 * leaves the cursor on the record for save and remove.  A damaged one is
 * loaded, so that it can go: operations of others must not touch it.
 */

int
lmdb_store_record_load(lmdb_store_t *store, uint64_t key,
    ledger_row_t *row)
{
    int               rc;
    MDB_val           k, v;
    unsigned char     buf[LEDGER_ROW_KEY_LEN];

    rc = lmdb_store_record_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_cursor_get(store->write.records, &k, &v, MDB_SET);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_record_read(store, store->write.txn, &k, &v, row);

    if (rc && !row->damaged) {
        return rc;
    }

    lmdb_store_record_own_all(row);

    return 0;
}


int
lmdb_store_record_is_there(lmdb_store_t *store, uint64_t key)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    lmdb_store_key_encode(buf, key, &k);

    return mdb_get(store->write.txn, store->tables.records, &k, &v) == 0;
}


static int
lmdb_store_record_put(lmdb_store_t *store, ledger_row_t *row,
    unsigned flags)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    ledger_row_encode(row);
    lmdb_store_key_encode(buf, row->record.key, &k);

    v.mv_data = row->value;
    v.mv_size = row->size;

    return mdb_cursor_put(store->write.records, &k, &v, flags);
}


static int
lmdb_store_record_put_message(lmdb_store_t *store, ledger_row_t *row)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    ledger_row_encode_message(row);
    lmdb_store_key_encode(buf, row->record.key, &k);

    v.mv_data = row->message;
    v.mv_size = row->message_size;

    return mdb_put(store->write.txn, store->tables.messages, &k, &v, 0);
}


/* Where a record is to stand that a change has made of row. */

void
lmdb_store_record_settle(const ledger_row_t *row,
    const ledger_change_t *change, ledger_row_t *after)
{
    if (change->moves) {
        lmdb_store_kept_entry(row, &after->record, &after->entry);

    } else {
        after->entry = row->entry;
    }

    ledger_row_measure(after);
    after->cost = lmdb_store_cost(after);
}


/*
 * Adds a new record, with its message or claim if it has one: keys only grow,
 * so the pages of records stay full.  The first row of one that has a message
 * says WAITING, as when its code was issued: else nobody would look for it.
 */

int
lmdb_store_record_add(lmdb_store_t *store, ledger_row_t *row,
    const ledger_change_t *change)
{
    int             rc;
    ledger_state_t  state;

    state = row->record.state;

    if (row->message_size) {
        row->record.state = LEDGER_STATE_WAITING;
    }

    rc = lmdb_store_record_cursor(store);

    if (rc == 0) {
        rc = lmdb_store_record_put(store, row, MDB_APPEND);
    }

    row->record.state = state;

    if (rc == 0 && row->message_size) {
        rc = lmdb_store_record_put_message(store, row);
    }

    if (rc == 0) {
        rc = lmdb_store_app_count(store, row, change, 0, row->cost);
    }

    return rc ? rc : lmdb_store_due_add(store, &row->entry);
}


/* Saves after, which a change has made of row, the record last loaded. */

int
lmdb_store_record_save(lmdb_store_t *store, const ledger_row_t *row,
    const ledger_change_t *change, ledger_row_t *after)
{
    int  rc, moves;

    moves = !lmdb_store_due_is(&row->entry, &after->entry);

    if (change->changed) {
        lmdb_store_write_changed(store, after->record.key);
    }

    rc = moves ? lmdb_store_due_remove(store, &row->entry) : 0;

    if (rc == 0) {
        rc = after->message_size
             ? lmdb_store_record_put_message(store, after)
             : lmdb_store_record_put(store, after, MDB_CURRENT);
    }

    if (rc == 0) {
        rc = lmdb_store_app_count(store, after, change, row->cost,
                                  after->cost);
    }

    if (rc == 0 && change->asked) {
        rc = lmdb_store_asked_save(store, &after->record);
    }

    return rc == 0 && moves ? lmdb_store_due_add(store, &after->entry) : rc;
}


/* Writes the record last loaded as it is, with another entry or another row. */

int
lmdb_store_record_rewrite(lmdb_store_t *store, const ledger_row_t *row,
    const ledger_entry_t *entry)
{
    ledger_row_t  after;

    after.record = row->record;
    after.entry = *entry;
    ledger_row_measure(&after);
    after.cost = lmdb_store_cost(&after);

    return lmdb_store_record_save(store, row, &lmdb_store_record_unchanged,
                                  &after);
}


/* Removes the record last loaded. */

int
lmdb_store_record_remove(lmdb_store_t *store, const ledger_row_t *row)
{
    int            rc;
    MDB_val        k;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];

    rc = lmdb_store_due_remove(store, &row->entry);

    if (rc == 0) {
        rc = lmdb_store_app_count(store, row, &lmdb_store_record_unchanged,
                                  row->cost, 0);
    }

    if (rc == 0 && (row->record.flags & LEDGER_ASKED)) {
        rc = lmdb_store_asked_remove(store, &row->record);
    }

    if (rc == 0 && row->message_size) {
        lmdb_store_key_encode(buf, row->record.key, &k);
        rc = mdb_del(store->write.txn, store->tables.messages, &k, NULL);
    }

    return rc ? rc : mdb_cursor_del(store->write.records, 0);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Records as they stand in their table: the head and the texts behind it.  A
 * record never changes its length: one that grew would split its page.
 */


#include "store.h"


/*
 * Whoever gets a record may rely on its numbers having words: a damaged one
 * must not get that far.
 */

int
lmdb_store_head_is_sound(const lmdb_store_head_t *head)
{
    return ledger_state_word(head->state) != NULL
           && ledger_status_word(head->status) != NULL
           && (head->error == LEDGER_ERROR_NONE
               || ledger_error_word(head->error) != NULL)
           && head->refusals <= LEDGER_REFUSALS_MAX + 1
           && head->lane < LEDGER_LANES;
}


/*
 * A row by itself has no refusals: they come with the message, which has a
 * hash for each of them.
 */

int
lmdb_store_head_decode(lmdb_store_head_t *head, const MDB_val *value)
{
    size_t                size;
    unsigned              i;
    const unsigned char  *p;

    if (value->mv_size < LMDB_STORE_HEAD_LEN
        || value->mv_size > LMDB_STORE_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;

    head->state = p[0];
    head->status = p[1];
    head->error = p[2];
    head->channel = p[3];
    head->flags = p[4];
    head->refusals = p[5];
    head->host_lane = lmdb_store_get16(p + 6);
    head->lane = lmdb_store_get16(p + 8);
    head->attempts = lmdb_store_get16(p + 10);
    head->due_at = lmdb_store_get64(p + 12);
    head->requested_at = lmdb_store_get64(p + 20);
    head->expires_at = lmdb_store_get64(p + 28);
    head->validated_at = lmdb_store_get64(p + 36);
    head->link_hash = lmdb_store_get64(p + 44);
    head->keep_until = 0;

    size = LMDB_STORE_HEAD_LEN;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        head->len[i] = (uint16_t) lmdb_store_get16(p + 52 + 2 * i);
        size += head->len[i];
    }

    return size == value->mv_size
           && ledger_channel_word(head->channel) != NULL
           && head->host_lane < LEDGER_HOST_LANES
           && head->refusals == 0
           && head->len[LEDGER_APP] > 0
           && head->len[LEDGER_APP] <= LEDGER_APP_MAX
           && lmdb_store_head_is_sound(head) ? 0 : MDB_CORRUPTED;
}


static void
lmdb_store_head_encode(const lmdb_store_head_t *head, unsigned char *p)
{
    unsigned  i;

    p[0] = (unsigned char) head->state;
    p[1] = (unsigned char) head->status;
    p[2] = (unsigned char) head->error;
    p[3] = (unsigned char) head->channel;
    p[4] = (unsigned char) head->flags;
    p[5] = (unsigned char) head->refusals;
    lmdb_store_put16(p + 6, head->host_lane);
    lmdb_store_put16(p + 8, head->lane);
    lmdb_store_put16(p + 10, head->attempts);
    lmdb_store_put64(p + 12, head->due_at);
    lmdb_store_put64(p + 20, head->requested_at);
    lmdb_store_put64(p + 28, head->expires_at);
    lmdb_store_put64(p + 36, head->validated_at);
    lmdb_store_put64(p + 44, head->link_hash);

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        lmdb_store_put16(p + 52 + 2 * i, head->len[i]);
    }
}


void
lmdb_store_key_encode(unsigned char *out, uint64_t key, MDB_val *val)
{
    lmdb_store_put64(out, key);
    val->mv_data = out;
    val->mv_size = LMDB_STORE_KEY_LEN;
}


static int
lmdb_store_entry_cursor(lmdb_store_t *store)
{
    if (store->write.records != NULL) {
        return 0;
    }

    return mdb_cursor_open(store->write.txn, store->tables.records,
                           &store->write.records);
}


/*
 * Reads the head of the record whose value this is, and its message if it has
 * one; the message's size is 0 if not.  One that has expired by itself has
 * none.
 */

int
lmdb_store_head_read(lmdb_store_t *store, MDB_txn *txn, const MDB_val *key,
    const MDB_val *value, lmdb_store_head_t *head, MDB_val *message)
{
    int      rc;
    MDB_val  k;

    message->mv_size = 0;

    rc = lmdb_store_head_decode(head, value);

    if (rc || head->state != LEDGER_STATE_WAITING) {
        return rc;
    }

    k = *key;

    rc = mdb_get(txn, store->tables.messages, &k, message);

    if (rc == MDB_NOTFOUND) {
        message->mv_size = 0;
        return 0;
    }

    return rc ? rc : lmdb_store_message_get_state(head, message);
}


/* Copies a record out and leaves the cursor on it for save and remove. */

int
lmdb_store_entry_load(lmdb_store_t *store, uint64_t key,
    lmdb_store_entry_t *entry)
{
    int            rc;
    MDB_val        k, v, message;
    unsigned char  buf[LMDB_STORE_KEY_LEN];

    rc = lmdb_store_entry_cursor(store);
    if (rc) {
        return rc;
    }

    lmdb_store_key_encode(buf, key, &k);

    rc = mdb_cursor_get(store->write.records, &k, &v, MDB_SET);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_head_read(store, store->write.txn, &k, &v, &entry->head,
                              &message);
    if (rc) {
        /* What is missing in a record that exists is not an unknown key. */
        return rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc;
    }

    entry->key = key;
    entry->size = v.mv_size;
    entry->message_size = message.mv_size;
    entry->cost = lmdb_store_cost(&entry->head, v.mv_size, &message);
    memcpy(entry->value, v.mv_data, v.mv_size);

    if (message.mv_size) {
        memcpy(entry->message, message.mv_data, message.mv_size);
    }

    return 0;
}


static int
lmdb_store_entry_put(lmdb_store_t *store, lmdb_store_entry_t *entry,
    unsigned flags)
{
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_KEY_LEN];

    lmdb_store_head_encode(&entry->head, entry->value);
    lmdb_store_key_encode(buf, entry->key, &k);

    v.mv_data = entry->value;
    v.mv_size = entry->size;

    return mdb_cursor_put(store->write.records, &k, &v, flags);
}


/* Only a message makes a record that stands cost more. */

static int
lmdb_store_entry_charge(lmdb_store_t *store, lmdb_store_entry_t *entry)
{
    MDB_val  message;

    message.mv_data = entry->message;
    message.mv_size = entry->message_size;

    return lmdb_store_app_charge(store, entry,
                                 lmdb_store_cost(&entry->head, entry->size,
                                                 &message));
}


/* Adds a new record: keys only grow, so the pages stay full. */

int
lmdb_store_entry_append(lmdb_store_t *store, lmdb_store_entry_t *entry,
    const ledger_text_t *text)
{
    int       rc;
    unsigned  i;

    rc = lmdb_store_entry_cursor(store);
    if (rc) {
        return rc;
    }

    entry->size = LMDB_STORE_HEAD_LEN;
    entry->message_size = 0;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        entry->head.len[i] = (uint16_t) text[i].len;

        if (text[i].len) {
            memcpy(entry->value + entry->size, text[i].data, text[i].len);
            entry->size += text[i].len;
        }
    }

    rc = lmdb_store_entry_put(store, entry, MDB_APPEND);
    if (rc) {
        return rc;
    }

    entry->cost = 0;

    rc = lmdb_store_entry_charge(store, entry);
    if (rc) {
        return rc;
    }

    return lmdb_store_due_add(store, entry->head.lane, entry->head.due_at,
                              entry->key);
}


int
lmdb_store_entry_save(lmdb_store_t *store, lmdb_store_entry_t *entry)
{
    int            rc;
    MDB_val        k, v;
    unsigned char  buf[LMDB_STORE_KEY_LEN];

    if (entry->message_size == 0) {
        return lmdb_store_entry_put(store, entry, MDB_CURRENT);
    }

    rc = lmdb_store_entry_charge(store, entry);
    if (rc) {
        return rc;
    }

    lmdb_store_message_put_state(entry->message, &entry->head);
    lmdb_store_key_encode(buf, entry->key, &k);

    v.mv_data = entry->message;
    v.mv_size = entry->message_size;

    return mdb_put(store->write.txn, store->tables.messages, &k, &v, 0);
}


/* Saves a record that takes another place in the index of due work. */

int
lmdb_store_entry_move(lmdb_store_t *store, lmdb_store_entry_t *entry,
    unsigned lane, uint64_t due_at)
{
    int  rc;

    rc = lmdb_store_due_remove(store, entry->head.lane, entry->head.due_at,
                               entry->key);
    if (rc) {
        return rc;
    }

    entry->head.lane = lane;
    entry->head.due_at = due_at;

    rc = lmdb_store_entry_save(store, entry);
    if (rc) {
        return rc;
    }

    return lmdb_store_due_add(store, lane, due_at, entry->key);
}


/* Removes a record and what other tables have of it. */

int
lmdb_store_entry_remove(lmdb_store_t *store, lmdb_store_entry_t *entry)
{
    int            rc;
    MDB_val        k;
    unsigned char  key[LMDB_STORE_KEY_LEN];

    rc = lmdb_store_due_remove(store, entry->head.lane, entry->head.due_at,
                               entry->key);
    if (rc) {
        return rc;
    }

    rc = lmdb_store_app_charge(store, entry, 0);
    if (rc) {
        return rc;
    }

    /* The message tells whom. */

    if (entry->head.flags & LEDGER_ASKED) {
        rc = lmdb_store_asked_remove(store, entry);
        if (rc) {
            return rc;
        }
    }

    if (entry->message_size) {
        lmdb_store_key_encode(key, entry->key, &k);

        rc = mdb_del(store->write.txn, store->tables.messages, &k, NULL);
        if (rc) {
            return rc;
        }
    }

    return mdb_cursor_del(store->write.records, 0);
}


/*
 * A message of before there were numbers of providers: the account of Twilio
 * has letters in it, the number of Meta digits alone.
 */

static unsigned
lmdb_store_record_provider(const ledger_text_t *route)
{
    size_t                i;
    const unsigned char  *p;

    p = route->data;

    for (i = 0; i < route->len; i++) {

        if (p[i] < '0' || p[i] > '9') {
            return LEDGER_PROVIDER_TWILIO;
        }
    }

    return LEDGER_PROVIDER_META;
}


static int
lmdb_store_record_message(ledger_record_t *record, const MDB_val *message)
{
    int  rc;

    if (message->mv_size == 0) {
        record->provider = 0;
        record->sent_at = 0;
        memset(record->message, 0, sizeof(record->message));
        return 0;
    }

    rc = lmdb_store_message_decode(message, &record->sent_at,
                                   record->message);

    if (rc == 0) {
        record->provider
            = lmdb_store_record_provider(&record->message[LEDGER_ROUTE]);
    }

    return rc;
}


/* The texts of the record point into value and message. */

int
lmdb_store_record_fill(ledger_record_t *record, uint64_t key,
    const lmdb_store_head_t *head, const MDB_val *value,
    const MDB_val *message)
{
    unsigned              i;
    const unsigned char  *p;

    record->key = key;
    record->state = head->state;
    record->status = head->status;
    record->error = head->error;
    record->channel = head->channel;
    record->flags = head->flags;
    record->refusals = head->refusals;
    record->host_lane = head->host_lane;
    record->lane = head->lane;
    record->attempts = head->attempts;
    record->due_at = head->keep_until > head->due_at ? head->keep_until
                                                      : head->due_at;
    record->requested_at = head->requested_at;
    record->expires_at = head->expires_at;
    record->validated_at = head->validated_at;
    record->link_hash = head->link_hash;

    p = (unsigned char *) value->mv_data + LMDB_STORE_HEAD_LEN;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        record->text[i].data = p;
        record->text[i].len = head->len[i];
        p += head->len[i];
    }

    return lmdb_store_record_message(record, message);
}


/* Hands the record of entry over with the operation that has changed it. */

int
lmdb_store_entry_copy(const lmdb_store_entry_t *entry, ledger_op_t *op)
{
    int              rc;
    MDB_val          value, message;
    ledger_record_t  record;

    if (op->copy == NULL) {
        return 0;
    }

    value.mv_data = (void *) entry->value;
    message.mv_data = (void *) entry->message;
    message.mv_size = entry->message_size;

    rc = lmdb_store_record_fill(&record, entry->key, &entry->head, &value,
                                &message);

    if (rc == 0) {
        ledger_hand_over(op, &record);
    }

    return rc;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "put.h"


int
valkey_store_put_record_entry(const valkey_store_record_t *record,
    ledger_entry_t *entry)
{
    const ledger_record_t  *row;

    row = &record->row.record;

    entry->lane = row->lane;
    entry->due_at = row->due_at;
    entry->key = row->key;

    return row->state != LEDGER_STATE_KEPT;
}


void
valkey_store_put_session_entry(const valkey_store_session_t *session,
    ledger_entry_t *entry)
{
    entry->lane = VALKEY_STORE_LANE_SESSIONS;
    entry->due_at = session->row.stands_at;
    entry->key = session->row.session.key;
}


/* stamp: that was read, NULL: the key must be free. */

static void
valkey_store_put_begin(valkey_store_put_t *put, valkey_store_t *store,
    unsigned partition, const uint8_t *stamp)
{
    valkey_store_commit_t  *commit;

    put->unreadable = 0;

    commit = &put->commit;
    memset(commit, 0, sizeof(valkey_store_commit_t));

    commit->prefix = &store->options->prefix;
    commit->partition = partition;
    commit->row = &put->row;

    if (stamp != NULL) {
        memcpy(put->stamp, stamp, VALKEY_STORE_STAMP_LEN);
        commit->stamp = put->stamp;
    }
}


static void
valkey_store_put_begin_key(valkey_store_put_t *put, valkey_store_t *store,
    valkey_store_kind_t kind, uint64_t key, const uint8_t *stamp)
{
    valkey_store_put_begin(put, store, valkey_store_partition(key), stamp);
    valkey_store_name_key(&put->row, &store->options->prefix, kind, key);
}


static void
valkey_store_put_value(valkey_store_put_t *put, size_t len)
{
    put->commit.value.data = put->value;
    put->commit.value.len = len;
}


/* An entry that stays is not touched. */

static void
valkey_store_put_entries(valkey_store_put_t *put, int leaves, int takes)
{
    if (leaves && takes
        && put->leaves.lane == put->takes.lane
        && put->leaves.due_at == put->takes.due_at
        && put->leaves.key == put->takes.key)
    {
        return;
    }

    put->commit.leaves = leaves ? &put->leaves : NULL;
    put->commit.takes = takes ? &put->takes : NULL;
}


/* The server removes what is only kept: it leaves the index for that. */

static void
valkey_store_put_gone(valkey_store_put_t *put, const ledger_record_t *record)
{
    if (record->state == LEDGER_STATE_KEPT) {
        put->commit.gone_at = record->due_at < INT64_MAX ? record->due_at
                                                         : INT64_MAX;
    }
}


static void
valkey_store_put_counts(valkey_store_put_t *put,
    const ledger_record_t *record, const ledger_change_t *change)
{
    const ledger_text_t  *app;

    if (change->waiting == 0 && change->pages == 0) {
        return;
    }

    app = &record->text[LEDGER_APP];
    memcpy(put->app, app->data, app->len);

    put->commit.app.data = put->app;
    put->commit.app.len = app->len;
    put->commit.waiting = change->waiting;
    put->commit.pages = change->pages;
}


int
valkey_store_put_record(valkey_store_put_t *put, valkey_store_t *store,
    const valkey_store_record_t *before, valkey_store_record_t *after,
    const ledger_change_t *change)
{
    int                     leaves, takes;
    const ledger_record_t  *record;

    if (valkey_store_new_stamp(store, after->stamp)) {
        return -1;
    }

    record = &after->row.record;

    valkey_store_put_begin_key(put, store, VALKEY_STORE_RECORD, record->key,
                               before->stamp);

    leaves = valkey_store_put_record_entry(before, &put->leaves);
    takes = valkey_store_put_record_entry(after, &put->takes);
    after->row.entry = put->takes;

    valkey_store_put_value(put, valkey_store_record_encode(after, put->value));
    valkey_store_put_entries(put, leaves, takes);
    valkey_store_put_gone(put, record);
    valkey_store_put_counts(put, record, change);
    put->commit.tells = change->changed;

    return 0;
}


int
valkey_store_put_session(valkey_store_put_t *put, valkey_store_t *store,
    const valkey_store_session_t *before, valkey_store_session_t *after)
{
    if (valkey_store_new_stamp(store, after->stamp)) {
        return -1;
    }

    valkey_store_put_begin_key(put, store, VALKEY_STORE_SESSION,
                               after->row.session.key, before->stamp);

    valkey_store_put_session_entry(before, &put->leaves);
    valkey_store_put_session_entry(after, &put->takes);
    valkey_store_put_entries(put, 1, 1);
    valkey_store_put_value(put,
                           valkey_store_session_encode(after, put->value));

    return 0;
}


int
valkey_store_put_subject(valkey_store_put_t *put, valkey_store_t *store,
    const valkey_store_subject_t *before, valkey_store_subject_t *after)
{
    int                   partition;
    const ledger_text_t  *text;

    text = after->row.subject.text;
    partition = valkey_store_name_person(&put->row, &store->options->prefix,
                                         VALKEY_STORE_SUBJECT,
                                         &text[LEDGER_SUBJECT_APP],
                                         &text[LEDGER_SUBJECT_NUMBER]);

    if (partition < 0 || valkey_store_new_stamp(store, after->stamp)) {
        return -1;
    }

    valkey_store_put_begin(put, store, (unsigned) partition,
                           before == NULL ? NULL : before->stamp);
    valkey_store_put_value(put,
                           valkey_store_subject_encode(after, put->value));

    return 0;
}


/*
 * A value of 8 bytes is no session, and keeps the key taken: a COLLECT that was
 * held up begins no session that somebody has just ended.
 */

int
valkey_store_put_ended(valkey_store_put_t *put, valkey_store_t *store,
    uint64_t key, const ledger_text_t *before)
{
    valkey_store_session_t  session;

    if ((before->data != NULL && before->len < VALKEY_STORE_STAMP_LEN)
        || valkey_store_new_stamp(store, put->value))
    {
        return -1;
    }

    valkey_store_put_begin_key(put, store, VALKEY_STORE_SESSION, key,
                               before->data);
    valkey_store_put_value(put, VALKEY_STORE_STAMP_LEN);
    put->commit.gone_at = valkey_store_now(store) + VALKEY_STORE_ENDED_SPAN;

    if (before->data != NULL
        && valkey_store_session_decode(&session, key, before) == 0)
    {
        valkey_store_put_session_entry(&session, &put->leaves);
        valkey_store_put_entries(put, 1, 0);
        put->commit.tells = 1;
    }

    return 0;
}


/*
 * The row of a record, or one that cannot be read, keeps what it is.  One of
 * which only the message is damaged waits for its time, but no callback is made
 * of it.
 */

static void
valkey_store_put_stray_record(valkey_store_put_t *put, uint64_t key,
    const ledger_text_t *value)
{
    int                    rc, takes;
    valkey_store_record_t  record;

    rc = valkey_store_record_decode(&record, key, value);

    if (rc == 0 || record.row.damaged) {
        takes = valkey_store_put_record_entry(&record, &put->takes)
                && (rc == 0 || put->takes.lane == LEDGER_LANE_TIME);
        valkey_store_put_entries(put, 1, takes);
        valkey_store_put_gone(put, &record.row.record);
        put->unreadable = !takes && rc != 0;

    } else {
        put->unreadable = 1;
    }
}


static void
valkey_store_put_stray_session(valkey_store_put_t *put, valkey_store_t *store,
    uint64_t key, const ledger_text_t *value)
{
    int                     rc;
    valkey_store_session_t  session;

    rc = valkey_store_session_decode(&session, key, value);

    if (rc == 0) {
        valkey_store_put_session_entry(&session, &put->takes);
        valkey_store_put_entries(put, 1, 1);

    } else if (rc == VALKEY_STORE_VALUE_ENDED) {
        put->commit.gone_at = valkey_store_now(store)
                              + VALKEY_STORE_ENDED_SPAN;

    } else {
        put->unreadable = 1;
    }
}


/*
 * A row that no version has written: it has no stamp, or has come in part.  No
 * operation writes it either, so its entry goes without it.  A key that nobody
 * has stands for it in the commit.
 */

static void
valkey_store_put_stray_alone(valkey_store_put_t *put, valkey_store_t *store,
    const ledger_entry_t *entry)
{
    valkey_store_put_begin_key(put, store, VALKEY_STORE_PASSING, entry->key,
                               NULL);

    put->leaves = *entry;
    put->unreadable = 1;
    valkey_store_put_entries(put, 1, 0);
}


/*
 * The row is written again as it is, with another stamp: nobody has moved it
 * back to this entry meanwhile.
 */

int
valkey_store_put_stray(valkey_store_put_t *put, valkey_store_t *store,
    const ledger_entry_t *entry, const ledger_text_t *value)
{
    int  is_session;

    is_session = entry->lane == VALKEY_STORE_LANE_SESSIONS;

    if (value->data != NULL
        && (value->len < VALKEY_STORE_STAMP_LEN
            || value->len > VALKEY_STORE_VALUE_MAX))
    {
        valkey_store_put_stray_alone(put, store, entry);
        return 0;
    }

    valkey_store_put_begin_key(put, store,
                               is_session ? VALKEY_STORE_SESSION
                                          : VALKEY_STORE_RECORD,
                               entry->key, value->data);

    put->leaves = *entry;
    valkey_store_put_entries(put, 1, 0);

    if (value->data == NULL) {
        return 0;
    }

    memcpy(put->value, value->data, value->len);
    valkey_store_put_value(put, value->len);

    if (is_session) {
        valkey_store_put_stray_session(put, store, entry->key, value);

    } else {
        valkey_store_put_stray_record(put, entry->key, value);
    }

    return valkey_store_new_stamp(store, put->value);
}


valkey_store_committed_t
valkey_store_put_read(const valkey_store_put_t *put,
    const valkey_store_reply_t *reply, ledger_text_t *present)
{
    valkey_store_committed_t  committed;

    committed = valkey_store_commit_read(reply, present);

    if (committed == VALKEY_STORE_CHANGED
        && present->data != NULL
        && put->commit.value.len
        && valkey_store_value_has(present, put->value))
    {
        return VALKEY_STORE_WRITTEN;
    }

    return committed;
}

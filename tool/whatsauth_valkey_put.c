
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Rows of another store as commits.
 */


#include <string.h>

#include "ledger/bytes.h"
#include "whatsauth_valkey_put.h"


/* Longer than any user who was asked takes to answer. */
#define WHATSAUTH_VALKEY_PUT_ASKED  (UINT64_C(60) * 60 * 1000)


int
whatsauth_valkey_put_asked(void *data, const ledger_record_t *record)
{
    int                      partition;
    unsigned char            key[VALKEY_STORE_ASKED_VALUE_LEN];
    valkey_store_name_t      name;
    whatsauth_valkey_put_t  *put;

    put = data;
    partition = valkey_store_name_person(&name, &put->valkey.options.prefix,
                                         VALKEY_STORE_ASKED,
                                         &record->text[LEDGER_APP],
                                         &record->message[LEDGER_USER_ID]);

    if (partition == -1) {
        return 0;
    }

    ledger_put64(key, record->key);

    return whatsauth_valkey_target_set(put, &name, (unsigned) partition, key,
                                    sizeof(key), record->expires_at
                                    + WHATSAUTH_VALKEY_PUT_ASKED);
}


/* Its row says of its entry what a row of nginx says. */

static void
whatsauth_valkey_put_settle(ledger_row_t *row, const ledger_record_t *record)
{
    row->record = *record;

    if (record->state == LEDGER_STATE_KEPT) {
        row->record.lane = LEDGER_LANE_KEPT;
    }

    row->entry.lane = row->record.lane;
    row->entry.due_at = record->due_at;
    row->entry.key = record->key;
}


int
whatsauth_valkey_put_record(void *data, const ledger_record_t *record)
{
    size_t                   len;
    valkey_store_name_t      name;
    valkey_store_commit_t    commit;
    whatsauth_valkey_put_t  *put;

    put = data;
    memset(&commit, 0, sizeof(commit));
    whatsauth_valkey_put_settle(&put->record.row, record);

    commit.partition = valkey_store_partition(record->key);
    valkey_store_name_key(&name, &put->valkey.options.prefix,
                          VALKEY_STORE_RECORD, record->key);
    commit.row = &name;

    if (record->state == LEDGER_STATE_KEPT) {
        commit.gone_at = record->due_at < INT64_MAX ? record->due_at
                                                    : INT64_MAX;
    } else {
        commit.takes = &put->record.row.entry;
    }

    if (record->state == LEDGER_STATE_WAITING) {
        commit.app = record->text[LEDGER_APP];
        commit.waiting = 1;
        commit.pages = (record->flags & LEDGER_PAGE) != 0;
    }

    if (valkey_store_stamp(put->record.stamp) == -1) {
        return whatsauth_valkey_fail(&put->valkey, "no random bytes");
    }

    len = valkey_store_record_encode(&put->record, put->row[put->n].value);

    return whatsauth_valkey_target_commit(put, &commit, len);
}


int
whatsauth_valkey_put_session(void *data, const ledger_session_t *session)
{
    size_t                   len;
    ledger_entry_t           entry;
    valkey_store_name_t      name;
    valkey_store_commit_t    commit;
    whatsauth_valkey_put_t  *put;

    put = data;
    memset(&commit, 0, sizeof(commit));

    put->session.row.session = *session;
    put->session.row.stands_at = ledger_session_until(session);

    entry.lane = VALKEY_STORE_LANE_SESSIONS;
    entry.due_at = put->session.row.stands_at;
    entry.key = session->key;

    commit.partition = valkey_store_partition(session->key);
    valkey_store_name_key(&name, &put->valkey.options.prefix,
                          VALKEY_STORE_SESSION, session->key);
    commit.row = &name;
    commit.takes = &entry;

    if (valkey_store_stamp(put->session.stamp) == -1) {
        return whatsauth_valkey_fail(&put->valkey, "no random bytes");
    }

    len = valkey_store_session_encode(&put->session, put->row[put->n].value);

    return whatsauth_valkey_target_commit(put, &commit, len);
}


int
whatsauth_valkey_put_subject(void *data, const ledger_subject_t *subject)
{
    int                      partition;
    size_t                   len;
    valkey_store_name_t      name;
    valkey_store_commit_t    commit;
    const ledger_text_t     *text;
    whatsauth_valkey_put_t  *put;

    put = data;
    memset(&commit, 0, sizeof(commit));
    put->subject.row.subject = *subject;

    text = subject->text;
    partition = valkey_store_name_person(&name, &put->valkey.options.prefix,
                                         VALKEY_STORE_SUBJECT,
                                         &text[LEDGER_SUBJECT_APP],
                                         &text[LEDGER_SUBJECT_NUMBER]);

    if (partition == -1 || valkey_store_stamp(put->subject.stamp) == -1) {
        return whatsauth_valkey_fail(&put->valkey, "a subject cannot be"
                                     " written");
    }

    commit.partition = (unsigned) partition;
    commit.row = &name;

    len = valkey_store_subject_encode(&put->subject, put->row[put->n].value);

    return whatsauth_valkey_target_commit(put, &commit, len);
}

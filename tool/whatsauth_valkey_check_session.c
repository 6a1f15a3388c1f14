
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions and their subjects, which lie in different partitions: each session
 * that lives stands in its subject.  A subject may name one that does not
 * exist, for a moment or, where a host has died, for long: no fault.
 */


#include <string.h>

#include "whatsauth_valkey_check.h"


/* A session of a part, to be compared with its subject and its record. */

typedef struct {
    uint64_t                     key;
    ledger_text_t                app;
    ledger_text_t                number;
    unsigned char                texts[LEDGER_SUBJECT_TEXTS_MAX];
    unsigned                     over:1;
    unsigned                     known:1;     /* to its subject */
    unsigned                     early:1;     /* its record is not collected */
} whatsauth_valkey_check_session_row_t;

typedef struct {
    whatsauth_valkey_check_t               *check;
    size_t                                  n;
    whatsauth_valkey_check_session_row_t    row[WHATSAUTH_VALKEY_PART];

    /* The first of the rows that are compared. */
    size_t                                  from;
} whatsauth_valkey_check_session_t;


static void
whatsauth_valkey_check_session_take(whatsauth_valkey_check_session_row_t *row,
    const valkey_store_session_t *session)
{
    const ledger_text_t  *app, *number;

    app = &session->row.session.text[LEDGER_SESSION_APP];
    number = &session->row.session.text[LEDGER_SESSION_SUBJECT];

    row->key = session->row.session.key;

    memcpy(row->texts, app->data, app->len);
    memcpy(row->texts + app->len, number->data, number->len);
    row->app.data = row->texts;
    row->app.len = app->len;
    row->number.data = row->texts + app->len;
    row->number.len = number->len;
}


static int
whatsauth_valkey_check_session_read(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    int                                rc;
    uint64_t                           key;
    valkey_store_session_t             session;
    whatsauth_valkey_check_t          *check;
    whatsauth_valkey_check_session_t  *self;

    self = data;
    check = self->check;
    key = check->valkey->list.sessions.key[i];

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    rc = reply->type == VALKEY_STORE_REPLY_BULK
         ? valkey_store_session_decode(&session, key, &reply->text)
         : LEDGER_ROW_CORRUPTED;

    if (rc == LEDGER_ROW_CORRUPTED) {
        whatsauth_valkey_check_fault(check, "session %llu cannot be read",
                                     (unsigned long long) key);
        return 0;
    }

    whatsauth_valkey_expect_session(&check->expect[check->n], &session,
                                    rc == VALKEY_STORE_VALUE_ENDED);
    check->expect[check->n++].key = key;

    if (rc == VALKEY_STORE_VALUE_ENDED) {
        return 0;
    }

    if (session.row.stands_at > ledger_session_until(&session.row.session)) {
        whatsauth_valkey_check_fault(check, "session %llu contradicts its"
                                     " record or itself",
                                     (unsigned long long) key);
    }

    whatsauth_valkey_check_session_take(&self->row[self->n++], &session);

    return 0;
}


static int
whatsauth_valkey_check_session_subject(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    valkey_store_subject_t                 subject;
    whatsauth_valkey_check_session_t      *self;
    whatsauth_valkey_check_session_row_t  *row;

    self = data;
    row = &self->row[self->from + i];

    row->known = reply->type == VALKEY_STORE_REPLY_BULK
                 && valkey_store_subject_decode(&subject, &row->app,
                                                &row->number, &reply->text)
                    == 0
                 && ledger_subject_has(&subject.row.subject, row->key);

    return 0;
}


/* Its record may also be gone, or have lost its claim. */

static int
whatsauth_valkey_check_session_record(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    valkey_store_record_t                  record;
    whatsauth_valkey_check_session_t      *self;
    whatsauth_valkey_check_session_row_t  *row;

    self = data;
    row = &self->row[self->from + i];

    row->early = reply->type == VALKEY_STORE_REPLY_BULK
                 && valkey_store_record_decode(&record, row->key,
                                               &reply->text)
                    == 0
                 && record.row.record.claim.step != LEDGER_STEP_NONE
                 && record.row.record.claim.collected_at == 0;

    return 0;
}


/* Compares n rows with their subjects and records. */

static int
whatsauth_valkey_check_session_rows(whatsauth_valkey_check_session_t *self,
    size_t from, size_t n)
{
    int                                    partition;
    size_t                                 i;
    valkey_store_name_t                    subject[WHATSAUTH_VALKEY_PART];
    valkey_store_name_t                    record[WHATSAUTH_VALKEY_PART];
    const ledger_text_t                   *prefix;
    whatsauth_valkey_t                    *valkey;
    whatsauth_valkey_command_t             subjects[WHATSAUTH_VALKEY_PART];
    whatsauth_valkey_command_t             records[WHATSAUTH_VALKEY_PART];
    whatsauth_valkey_check_session_row_t  *row;

    valkey = self->check->valkey;
    prefix = &valkey->options.prefix;
    self->from = from;

    for (i = 0; i < n; i++) {
        row = &self->row[from + i];

        /* Decoding has seen that there may be such a subject. */
        partition = valkey_store_name_person(&subject[i], prefix,
                                             VALKEY_STORE_SUBJECT, &row->app,
                                             &row->number);
        valkey_store_name_key(&record[i], prefix, VALKEY_STORE_RECORD,
                              row->key);

        whatsauth_valkey_command(&subjects[i], (unsigned) partition, "GET",
                                 &subject[i]);
        whatsauth_valkey_command(&records[i],
                                 valkey_store_partition(row->key), "GET",
                                 &record[i]);
    }

    return whatsauth_valkey_ask(valkey, subjects, n,
                                whatsauth_valkey_check_session_subject, self)
           || whatsauth_valkey_ask(valkey, records, n,
                                   whatsauth_valkey_check_session_record,
                                   self)
           ? -1 : 0;
}


static int
whatsauth_valkey_check_session_over(void *data, size_t i,
    const valkey_store_reply_t *reply)
{
    whatsauth_valkey_check_session_row_t  *row;

    (void) i;
    row = data;

    row->over = reply->type != VALKEY_STORE_REPLY_BULK
                || reply->text.len <= VALKEY_STORE_STAMP_LEN;

    return 0;
}


static void
whatsauth_valkey_check_session_tell(whatsauth_valkey_check_t *check,
    const whatsauth_valkey_check_session_row_t *row)
{
    unsigned long long  key;

    key = row->key;

    if (row->early) {
        whatsauth_valkey_check_fault(check, "session %llu contradicts its"
                                     " record or itself", key);
    }

    if (!row->known) {
        whatsauth_valkey_check_fault(check, "session %llu is missing in its"
                                     " subject", key);
    }
}


/*
 * The second look, one command after another.  No session begins twice: one
 * that lives afterwards has lived all the time.
 */

static int
whatsauth_valkey_check_session_again(whatsauth_valkey_check_session_t *self,
    size_t i)
{
    valkey_store_name_t                    name;
    whatsauth_valkey_t                    *valkey;
    whatsauth_valkey_command_t             command;
    whatsauth_valkey_check_session_row_t  *row;

    row = &self->row[i];
    valkey = self->check->valkey;

    valkey_store_name_key(&name, &valkey->options.prefix,
                          VALKEY_STORE_SESSION, row->key);
    whatsauth_valkey_command(&command, valkey_store_partition(row->key),
                             "GET", &name);

    if (whatsauth_valkey_check_session_rows(self, i, 1) == -1
        || whatsauth_valkey_ask(valkey, &command, 1,
                                whatsauth_valkey_check_session_over, row)
           == -1)
    {
        return -1;
    }

    if (!row->over) {
        whatsauth_valkey_check_session_tell(self->check, row);
    }

    return 0;
}


static int
whatsauth_valkey_check_session_part(void *data)
{
    int                                rc;
    size_t                             i;
    whatsauth_valkey_check_session_t  *self;

    self = data;

    rc = whatsauth_valkey_check_beside(self->check);

    if (rc == 0) {
        rc = whatsauth_valkey_check_session_rows(self, 0, self->n);
    }

    for (i = 0; rc == 0 && i < self->n; i++) {
        if (!self->row[i].known || self->row[i].early) {
            rc = whatsauth_valkey_check_session_again(self, i);
        }
    }

    self->n = 0;

    return rc;
}


int
whatsauth_valkey_check_sessions(whatsauth_valkey_check_t *check)
{
    whatsauth_valkey_check_session_t  self;

    self.check = check;
    self.n = 0;

    return whatsauth_valkey_get_keys(check->valkey, VALKEY_STORE_SESSION,
                                     &check->valkey->list.sessions,
                                     whatsauth_valkey_check_session_read,
                                     whatsauth_valkey_check_session_part,
                                     &self);
}

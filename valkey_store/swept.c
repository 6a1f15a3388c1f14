
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One entry whose time has come, with its row: a code expires, a session ends.
 * A commit that somebody was faster than is dropped: the row stands elsewhere
 * by then, or the next sweep finds it.
 */


#include <stdlib.h>
#include <string.h>

#include "operation.h"


typedef struct {
    valkey_store_task_t          task;
    valkey_store_swept_pt        done;
    void                        *data;
    valkey_store_swept_result_t  result;        /* once it is committed */

    /* The subject that has to forget a session. */
    int                          partition;     /* -1: none has to */
    uint64_t                     key;
    ledger_text_t                text[LEDGER_SUBJECT_TEXTS];
    unsigned char                texts[LEDGER_SUBJECT_TEXTS_MAX];

    valkey_store_put_t           put;
} valkey_store_swept_t;


static int valkey_store_swept_row(valkey_store_swept_t *swept,
    const ledger_entry_t *entry, const ledger_text_t *value,
    uint64_t retain);
static int valkey_store_swept_record(valkey_store_swept_t *swept,
    const ledger_entry_t *entry, const ledger_text_t *value,
    uint64_t retain);
static int valkey_store_swept_session(valkey_store_swept_t *swept,
    const ledger_entry_t *entry, const ledger_text_t *value);
static void valkey_store_swept_subject(valkey_store_swept_t *swept,
    const ledger_session_t *session);
static void valkey_store_swept_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_swept_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static int valkey_store_swept_forget(valkey_store_swept_t *swept,
    const ledger_text_t *value);
static void valkey_store_swept_forgotten(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_swept_end(valkey_store_swept_t *swept,
    valkey_store_swept_result_t result);


int
valkey_store_swept(valkey_store_t *store, const ledger_entry_t *entry,
    const ledger_text_t *value, uint64_t retain, uint64_t until,
    valkey_store_swept_pt done, void *data)
{
    valkey_store_swept_t  *swept;

    swept = malloc(sizeof(valkey_store_swept_t));
    if (swept == NULL) {
        return -1;
    }

    valkey_store_task_init(&swept->task, store);
    swept->task.until = until;
    swept->done = done;
    swept->data = data;
    swept->result = VALKEY_STORE_SWEPT_MOVED;
    swept->partition = -1;
    swept->key = entry->key;

    if (valkey_store_swept_row(swept, entry, value, retain)
        || valkey_store_task_commit(&swept->task, &swept->put.commit,
                                    valkey_store_swept_committed))
    {
        free(swept);
        return -1;
    }

    return 0;
}


/* Makes the commit.  Returns 0, or -1: there is none. */

static int
valkey_store_swept_row(valkey_store_swept_t *swept,
    const ledger_entry_t *entry, const ledger_text_t *value,
    uint64_t retain)
{
    if (value->data == NULL) {
        return valkey_store_put_stray(&swept->put, swept->task.store, entry,
                                      value);
    }

    return entry->lane == VALKEY_STORE_LANE_SESSIONS
           ? valkey_store_swept_session(swept, entry, value)
           : valkey_store_swept_record(swept, entry, value, retain);
}


/* One of which only the message is damaged goes in its time. */

static int
valkey_store_swept_record(valkey_store_swept_t *swept,
    const ledger_entry_t *entry, const ledger_text_t *value,
    uint64_t retain)
{
    int                     rc;
    ledger_op_t             op;
    ledger_entry_t          own;
    ledger_change_t         change;
    valkey_store_t         *store;
    valkey_store_record_t   before, after;

    store = swept->task.store;

    rc = valkey_store_record_decode(&before, entry->key, value);

    if ((rc && !before.row.damaged)
        || !valkey_store_put_record_entry(&before, &own)
        || own.lane != entry->lane
        || own.due_at != entry->due_at)
    {
        return valkey_store_put_stray(&swept->put, store, entry, value);
    }

    memset(&op, 0, sizeof(ledger_op_t));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = retain;

    (void) ledger_apply(&before.row.record, NULL, &op,
                        valkey_store_now(store), &after.row.record, &change);

    if (!change.save) {
        return -1;
    }

    swept->result = VALKEY_STORE_SWEPT_EXPIRED;

    return valkey_store_put_record(&swept->put, store, &before, &after,
                                   &change);
}


/* One that has been used since stands further back in the index now. */

static int
valkey_store_swept_session(valkey_store_swept_t *swept,
    const ledger_entry_t *entry, const ledger_text_t *value)
{
    uint64_t                 until;
    valkey_store_t          *store;
    valkey_store_session_t   before, after;

    store = swept->task.store;

    if (valkey_store_session_decode(&before, entry->key, value)
        || before.row.stands_at != entry->due_at)
    {
        return valkey_store_put_stray(&swept->put, store, entry, value);
    }

    until = ledger_session_until(&before.row.session);

    if (until <= valkey_store_now(store)) {
        valkey_store_swept_subject(swept, &before.row.session);
        return valkey_store_put_ended(&swept->put, store, entry->key, value);
    }

    after.row.session = before.row.session;
    after.row.stands_at = until;

    return valkey_store_put_session(&swept->put, store, &before, &after);
}


/* Notes who it was: the value that told it does not last. */

static void
valkey_store_swept_subject(valkey_store_swept_t *swept,
    const ledger_session_t *session)
{
    const ledger_text_t  *app, *number;

    app = &session->text[LEDGER_SESSION_APP];
    number = &session->text[LEDGER_SESSION_SUBJECT];

    memcpy(swept->texts, app->data, app->len);
    memcpy(swept->texts + app->len, number->data, number->len);

    swept->text[LEDGER_SUBJECT_APP].data = swept->texts;
    swept->text[LEDGER_SUBJECT_APP].len = app->len;
    swept->text[LEDGER_SUBJECT_NUMBER].data = swept->texts + app->len;
    swept->text[LEDGER_SUBJECT_NUMBER].len = number->len;

    swept->partition = valkey_store_name_person(&swept->task.name,
                                     &swept->task.store->options->prefix,
                                     VALKEY_STORE_SUBJECT,
                                     &swept->text[LEDGER_SUBJECT_APP],
                                     &swept->text[LEDGER_SUBJECT_NUMBER]);
}


/* The session has ended before its subject forgets it: docs/adr/014. */

static void
valkey_store_swept_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t          present;
    valkey_store_swept_t  *swept;

    swept = (valkey_store_swept_t *) request;

    if (outcome != VALKEY_STORE_CONFIRMED
        || valkey_store_put_read(&swept->put, reply, &present)
           != VALKEY_STORE_WRITTEN)
    {
        valkey_store_swept_end(swept, VALKEY_STORE_SWEPT_NOTHING);
        return;
    }

    valkey_store_stray_gone(swept->task.store, &swept->put);

    if (swept->partition < 0
        || valkey_store_task_get(&swept->task, (unsigned) swept->partition,
                                 valkey_store_swept_read))
    {
        valkey_store_swept_end(swept, swept->result);
    }
}


static void
valkey_store_swept_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t          value;
    valkey_store_swept_t  *swept;

    swept = (valkey_store_swept_t *) request;

    if (outcome != VALKEY_STORE_CONFIRMED
        || valkey_store_task_value(reply, &value)
        || valkey_store_swept_forget(swept, &value))
    {
        valkey_store_swept_end(swept, swept->result);
    }
}


/* Returns 0; or -1: it does not name the session, or cannot be read. */

static int
valkey_store_swept_forget(valkey_store_swept_t *swept,
    const ledger_text_t *value)
{
    valkey_store_subject_t  before, after;

    if (value->data == NULL
        || valkey_store_subject_decode(&before,
                                       &swept->text[LEDGER_SUBJECT_APP],
                                       &swept->text[LEDGER_SUBJECT_NUMBER],
                                       value)
        || !ledger_subject_has(&before.row.subject, swept->key))
    {
        return -1;
    }

    after.row.subject = before.row.subject;
    ledger_subject_drop(&after.row.subject, swept->key);

    return valkey_store_put_subject(&swept->put, swept->task.store, &before,
                                    &after)
           || valkey_store_task_commit(&swept->task, &swept->put.commit,
                                       valkey_store_swept_forgotten)
           ? -1 : 0;
}


static void
valkey_store_swept_forgotten(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t          present;
    valkey_store_swept_t  *swept;

    swept = (valkey_store_swept_t *) request;

    if (outcome != VALKEY_STORE_CONFIRMED
        || valkey_store_put_read(&swept->put, reply, &present)
           != VALKEY_STORE_CHANGED
        || valkey_store_swept_forget(swept, &present))
    {
        valkey_store_swept_end(swept, swept->result);
    }
}


static void
valkey_store_swept_end(valkey_store_swept_t *swept,
    valkey_store_swept_result_t result)
{
    swept->done(swept->data, result);

    free(swept);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Reads.  Each waits for the end of its turn, as a commit does: a server that
 * has been replaced and does not know it tells what was true before.
 */


#include <stdlib.h>
#include <string.h>

#include "store.h"


typedef struct {
    valkey_store_task_t      task;
    valkey_store_record_pt   record;       /* one of these is set */
    valkey_store_session_pt  session;
    valkey_store_subject_pt  subject;
    void                    *data;

    uint64_t                 key;          /* of a record or session */
    ledger_text_t            app;          /* of a person, with: */
    ledger_text_t            text;         /* the number or user id */
    unsigned char            texts[LEDGER_APP_MAX + LEDGER_USER_ID_MAX];
} valkey_store_reading_t;


static valkey_store_reading_t *valkey_store_read_make(
    valkey_store_t *store, void *data);
static ledger_result_t valkey_store_read_key(valkey_store_reading_t *read,
    valkey_store_kind_t kind, uint64_t key,
    valkey_store_request_done_pt done);
static ledger_result_t valkey_store_read_person(
    valkey_store_reading_t *read, valkey_store_kind_t kind,
    const ledger_text_t *app, const ledger_text_t *text,
    valkey_store_request_done_pt done);
static ledger_result_t valkey_store_read_send(valkey_store_reading_t *read,
    unsigned partition, valkey_store_request_done_pt done);
static void valkey_store_read_pointer(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_read_record(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_read_of_session(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_read_of_subject(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static int valkey_store_read_value(valkey_store_reading_t *read,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply,
    ledger_text_t *value);
static int valkey_store_read_is_asked(const valkey_store_reading_t *read,
    const ledger_record_t *record);
static void valkey_store_read_end(valkey_store_reading_t *read,
    ledger_result_t result);


ledger_result_t
valkey_store_read(valkey_store_t *store, uint64_t key,
    valkey_store_record_pt done, void *data)
{
    valkey_store_reading_t  *read;

    read = valkey_store_read_make(store, data);
    if (read == NULL) {
        return LEDGER_FAILED;
    }

    read->record = done;

    return valkey_store_read_key(read, VALKEY_STORE_RECORD, key,
                                 valkey_store_read_record);
}


ledger_result_t
valkey_store_read_asked(valkey_store_t *store, const ledger_text_t *app,
    const ledger_text_t *user_id, valkey_store_record_pt done, void *data)
{
    valkey_store_reading_t  *read;

    read = valkey_store_read_make(store, data);
    if (read == NULL) {
        return LEDGER_FAILED;
    }

    read->record = done;

    return valkey_store_read_person(read, VALKEY_STORE_ASKED, app, user_id,
                                    valkey_store_read_pointer);
}


ledger_result_t
valkey_store_read_session(valkey_store_t *store, uint64_t key,
    valkey_store_session_pt done, void *data)
{
    valkey_store_reading_t  *read;

    read = valkey_store_read_make(store, data);
    if (read == NULL) {
        return LEDGER_FAILED;
    }

    read->session = done;

    return valkey_store_read_key(read, VALKEY_STORE_SESSION, key,
                                 valkey_store_read_of_session);
}


ledger_result_t
valkey_store_read_subject(valkey_store_t *store, const ledger_text_t *app,
    const ledger_text_t *number, valkey_store_subject_pt done, void *data)
{
    valkey_store_reading_t  *read;

    read = valkey_store_read_make(store, data);
    if (read == NULL) {
        return LEDGER_FAILED;
    }

    read->subject = done;

    return valkey_store_read_person(read, VALKEY_STORE_SUBJECT, app, number,
                                    valkey_store_read_of_subject);
}


static valkey_store_reading_t *
valkey_store_read_make(valkey_store_t *store, void *data)
{
    valkey_store_reading_t  *read;

    if (!valkey_store_opening(store)) {
        return NULL;
    }

    read = malloc(sizeof(valkey_store_reading_t));
    if (read == NULL) {
        return NULL;
    }

    valkey_store_task_init(&read->task, store);

    read->record = NULL;
    read->session = NULL;
    read->subject = NULL;
    read->data = data;
    read->text.len = 0;

    return read;
}


static ledger_result_t
valkey_store_read_key(valkey_store_reading_t *read,
    valkey_store_kind_t kind, uint64_t key,
    valkey_store_request_done_pt done)
{
    read->key = key;
    valkey_store_name_key(&read->task.name,
                          &read->task.store->options->prefix, kind, key);

    return valkey_store_read_send(read, valkey_store_partition(key), done);
}


static ledger_result_t
valkey_store_read_person(valkey_store_reading_t *read,
    valkey_store_kind_t kind, const ledger_text_t *app,
    const ledger_text_t *text, valkey_store_request_done_pt done)
{
    int  partition;

    partition = valkey_store_name_person(&read->task.name,
                                     &read->task.store->options->prefix,
                                     kind, app, text);
    if (partition < 0) {
        free(read);
        return LEDGER_UNKNOWN;
    }

    memcpy(read->texts, app->data, app->len);
    memcpy(read->texts + app->len, text->data, text->len);

    read->app.data = read->texts;
    read->app.len = app->len;
    read->text.data = read->texts + app->len;
    read->text.len = text->len;

    return valkey_store_read_send(read, (unsigned) partition, done);
}


static ledger_result_t
valkey_store_read_send(valkey_store_reading_t *read, unsigned partition,
    valkey_store_request_done_pt done)
{
    if (valkey_store_task_get(&read->task, partition, done)) {
        free(read);
        return LEDGER_FAILED;
    }

    return LEDGER_OK;
}


/* From a user to the record that has asked. */

static void
valkey_store_read_pointer(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    uint64_t                 key;
    ledger_text_t            value;
    valkey_store_reading_t  *read;

    read = (valkey_store_reading_t *) request;

    if (valkey_store_read_value(read, outcome, reply, &value)) {
        return;
    }

    if (valkey_store_asked_decode(&value, &key)) {
        (void) valkey_store_damage(read->task.store);
        valkey_store_read_end(read, LEDGER_FAILED);
        return;
    }

    read->key = key;
    valkey_store_name_key(&read->task.name,
                          &read->task.store->options->prefix,
                          VALKEY_STORE_RECORD, key);

    if (valkey_store_task_get(&read->task, valkey_store_partition(key),
                              valkey_store_read_record))
    {
        valkey_store_read_end(read, LEDGER_FAILED);
    }
}


static void
valkey_store_read_record(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t            value;
    ledger_record_t         *row;
    valkey_store_record_t    record;
    valkey_store_reading_t  *read;

    read = (valkey_store_reading_t *) request;

    if (valkey_store_read_value(read, outcome, reply, &value)) {
        return;
    }

    if (valkey_store_record_decode(&record, read->key, &value)) {
        (void) valkey_store_damage(read->task.store);
        valkey_store_read_end(read, LEDGER_FAILED);
        return;
    }

    row = &record.row.record;

    if (read->text.len && !valkey_store_read_is_asked(read, row)) {
        valkey_store_read_end(read, LEDGER_UNKNOWN);
        return;
    }

    valkey_store_recent_keep(read->task.store, read->key, &value);
    row->status = ledger_status(row, valkey_store_now(read->task.store));

    read->record(read->data, LEDGER_OK, row);
    free(read);
}


/*
 * The pointer is written before its record, so it may point to one that has
 * asked nobody, or somebody else.
 */

static int
valkey_store_read_is_asked(const valkey_store_reading_t *read,
    const ledger_record_t *record)
{
    return (record->flags & LEDGER_ASKED)
           && ledger_text_same(&record->text[LEDGER_APP], &read->app)
           && ledger_text_same(&record->message[LEDGER_USER_ID], &read->text);
}


static void
valkey_store_read_of_session(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    int                      rc;
    ledger_text_t            value;
    valkey_store_session_t   session;
    valkey_store_reading_t  *read;

    read = (valkey_store_reading_t *) request;

    if (valkey_store_read_value(read, outcome, reply, &value)) {
        return;
    }

    rc = valkey_store_session_decode(&session, read->key, &value);

    if (rc == LEDGER_ROW_CORRUPTED) {
        (void) valkey_store_damage(read->task.store);
        valkey_store_read_end(read, LEDGER_FAILED);
        return;
    }

    if (rc == VALKEY_STORE_VALUE_ENDED
        || ledger_session_until(&session.row.session)
           <= valkey_store_now(read->task.store))
    {
        valkey_store_read_end(read, LEDGER_UNKNOWN);
        return;
    }

    read->session(read->data, LEDGER_OK, &session.row.session);
    free(read);
}


static void
valkey_store_read_of_subject(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t            value;
    valkey_store_subject_t   subject;
    valkey_store_reading_t  *read;

    read = (valkey_store_reading_t *) request;

    if (valkey_store_read_value(read, outcome, reply, &value)) {
        return;
    }

    if (valkey_store_subject_decode(&subject, &read->app, &read->text,
                                    &value))
    {
        (void) valkey_store_damage(read->task.store);
        valkey_store_read_end(read, LEDGER_FAILED);
        return;
    }

    read->subject(read->data, LEDGER_OK, &subject.row.subject);
    free(read);
}


/*
 * Returns -1 if there is no value: the read is at its end.  A store that has
 * closed meanwhile is a stranger's, which knows none of our keys.
 */

static int
valkey_store_read_value(valkey_store_reading_t *read,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply,
    ledger_text_t *value)
{
    if (outcome != VALKEY_STORE_CONFIRMED || !read->task.store->is_open
        || valkey_store_task_value(reply, value))
    {
        valkey_store_read_end(read, LEDGER_FAILED);
        return -1;
    }

    if (value->data == NULL) {
        valkey_store_read_end(read, LEDGER_UNKNOWN);
        return -1;
    }

    return 0;
}


static void
valkey_store_read_end(valkey_store_reading_t *read, ledger_result_t result)
{
    if (read->record != NULL) {
        read->record(read->data, result, NULL);

    } else if (read->session != NULL) {
        read->session(read->data, result, NULL);

    } else {
        read->subject(read->data, result, NULL);
    }

    free(read);
}

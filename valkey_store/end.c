
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Sessions that end because somebody says so, whatever their time. */


#include "operation.h"


static void valkey_store_end_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_end_found(valkey_store_ending_t *ending,
    const ledger_text_t *value);
static void valkey_store_end_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


int
valkey_store_end(valkey_store_ending_t *ending, valkey_store_t *store,
    uint64_t key, uint64_t until, valkey_store_ended_pt ended)
{
    valkey_store_task_t  *task;

    task = &ending->task;

    valkey_store_task_init(task, store);
    valkey_store_name_key(&task->name, &store->options->prefix,
                          VALKEY_STORE_SESSION, key);
    task->until = until;

    ending->key = key;
    ending->is_known = 0;
    ending->language = 0;
    ending->ended = ended;

    return valkey_store_task_get(task, valkey_store_partition(key),
                                 valkey_store_end_read);
}


static void
valkey_store_end_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t           value;
    valkey_store_ending_t  *ending;

    ending = (valkey_store_ending_t *) request;

    if (outcome != VALKEY_STORE_CONFIRMED
        || valkey_store_task_value(reply, &value))
    {
        ending->ended(ending, 1);
        return;
    }

    valkey_store_end_found(ending, &value);
}


/* A session that cannot be read is ended all the same. */

static void
valkey_store_end_found(valkey_store_ending_t *ending,
    const ledger_text_t *value)
{
    int                      rc;
    valkey_store_session_t   session;

    rc = value->data == NULL
         ? LEDGER_ROW_CORRUPTED
         : valkey_store_session_decode(&session, ending->key, value);

    if (rc == VALKEY_STORE_VALUE_ENDED) {
        ending->ended(ending, 0);
        return;
    }

    if (rc == 0) {
        ending->is_known = 1;
        ending->language = session.row.session.language;
    }

    if (valkey_store_put_ended(&ending->put, ending->task.store, ending->key,
                               value)
        || valkey_store_task_commit(&ending->task, &ending->put.commit,
                                    valkey_store_end_committed))
    {
        ending->ended(ending, 1);
    }
}


static void
valkey_store_end_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t           present;
    valkey_store_ending_t  *ending;

    ending = (valkey_store_ending_t *) request;

    if (outcome != VALKEY_STORE_CONFIRMED) {
        ending->ended(ending, 1);
        return;
    }

    switch (valkey_store_put_read(&ending->put, reply, &present)) {

    case VALKEY_STORE_WRITTEN:
        ending->ended(ending, 0);
        break;

    case VALKEY_STORE_CHANGED:
        valkey_store_end_found(ending, &present);
        break;

    default:
        ending->ended(ending, 1);
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "store.h"


void
valkey_store_task_init(valkey_store_task_t *task, valkey_store_t *store)
{
    memset(&task->request, 0, sizeof(valkey_store_request_t));

    task->store = store;
    task->until = valkey_store_clock(store) + store->options->timeout;
    task->commit = NULL;
}


int
valkey_store_task_send(valkey_store_task_t *task, unsigned partition,
    valkey_store_write_pt write, valkey_store_request_done_pt done)
{
    valkey_store_request_t  *request;

    request = &task->request;

    request->partition = partition;
    request->until = task->until;
    request->write = write;
    request->done = done;

    return task->store->is_ending
           ? -1 : valkey_store_client_send(task->store->client, request);
}


static int
valkey_store_task_write_get(valkey_store_request_t *request,
    valkey_store_out_t *out)
{
    const valkey_store_task_t  *task;

    task = (const valkey_store_task_t *) request;

    valkey_store_out_begin(out, 2);
    valkey_store_out_word(out, "GET", 3);
    valkey_store_out_word(out, task->name.data, task->name.len);

    return valkey_store_out_end(out);
}


int
valkey_store_task_get(valkey_store_task_t *task, unsigned partition,
    valkey_store_request_done_pt done)
{
    return valkey_store_task_send(task, partition,
                                  valkey_store_task_write_get, done);
}


static int
valkey_store_task_write_commit(valkey_store_request_t *request,
    valkey_store_out_t *out)
{
    const valkey_store_task_t  *task;

    task = (const valkey_store_task_t *) request;

    return valkey_store_commit_write(task->commit, out);
}


int
valkey_store_task_commit(valkey_store_task_t *task,
    const valkey_store_commit_t *commit, valkey_store_request_done_pt done)
{
    task->commit = commit;

    return valkey_store_task_send(task, commit->partition,
                                  valkey_store_task_write_commit, done);
}


int
valkey_store_task_value(const valkey_store_reply_t *reply,
    ledger_text_t *value)
{
    memset(value, 0, sizeof(ledger_text_t));

    if (reply->type == VALKEY_STORE_REPLY_NIL) {
        return 0;
    }

    *value = reply->text;

    return reply->type == VALKEY_STORE_REPLY_BULK ? 0 : -1;
}

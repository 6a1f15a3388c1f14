
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The pointer from a user id to the record that asks its user for a number.
 * The pointer comes before the record: one to a record that has not asked is
 * ignored, but an answer to a record to which nothing points is lost.
 */


#include "ledger/bytes.h"
#include "operation.h"


static int valkey_store_ask_write(valkey_store_request_t *request,
    valkey_store_out_t *out);
static void valkey_store_ask_written(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


/* The pointer stays as long as a code that expires is kept. */

int
valkey_store_ask(valkey_store_change_t *change, const ledger_record_t *after)
{
    int                   partition;
    valkey_store_task_t  *task;

    task = &change->operation.task;

    partition = valkey_store_name_person(&task->name,
                                         &task->store->options->prefix,
                                         VALKEY_STORE_ASKED,
                                         &after->text[LEDGER_APP],
                                         &after->message[LEDGER_USER_ID]);

    change->asked_until = after->expires_at
                          + change->operation.op.u.message.retain;

    return partition < 0
           ? -1 : valkey_store_task_send(task, (unsigned) partition,
                                         valkey_store_ask_write,
                                         valkey_store_ask_written);
}


static int
valkey_store_ask_write(valkey_store_request_t *request, valkey_store_out_t *out)
{
    unsigned char                 key[VALKEY_STORE_ASKED_VALUE_LEN];
    const valkey_store_change_t  *change;
    const valkey_store_name_t    *name;

    change = (const valkey_store_change_t *) request;
    name = &change->operation.task.name;

    ledger_put64(key, change->before.row.record.key);

    valkey_store_out_begin(out, 5);
    valkey_store_out_word(out, "SET", 3);
    valkey_store_out_word(out, name->data, name->len);
    valkey_store_out_word(out, key, sizeof(key));
    valkey_store_out_word(out, "PXAT", 4);
    valkey_store_out_number(out, (int64_t) change->asked_until);

    return valkey_store_out_end(out);
}


static void
valkey_store_ask_written(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    valkey_store_change_t  *change;

    (void) reply;

    change = (valkey_store_change_t *) request;

    if (!valkey_store_operation_is_over(&change->operation, outcome)
        && valkey_store_change_commit(change))
    {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
    }
}

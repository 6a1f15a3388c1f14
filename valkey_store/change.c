
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Operations on a record that exists: it is read, the ledger applies the
 * operation to it, and the change is committed.  If somebody has changed the
 * record meanwhile, the commit brings what stands there now, and the ledger
 * applies the operation to that.
 */


#include "ledger/bytes.h"
#include "operation.h"


static void valkey_store_change_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_change_read_subject(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_change_apply(valkey_store_change_t *change);
static void valkey_store_change_ask(valkey_store_change_t *change,
    const ledger_record_t *after);
static int valkey_store_change_write_asked(valkey_store_request_t *request,
    valkey_store_out_t *out);
static void valkey_store_change_asked(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_change_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


const valkey_store_way_t  valkey_store_change_way = {
    sizeof(valkey_store_change_t),
    valkey_store_change_start
};


int
valkey_store_change_start(valkey_store_operation_t *operation)
{
    uint64_t  key;

    key = ledger_key(&operation->op);

    valkey_store_name_key(&operation->task.name,
                          &operation->task.store->options->prefix,
                          VALKEY_STORE_RECORD, key);

    return valkey_store_task_get(&operation->task,
                                 valkey_store_partition(key),
                                 valkey_store_change_read);
}


void
valkey_store_change_again(valkey_store_change_t *change)
{
    if (valkey_store_change_start(&change->operation)) {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
    }
}


static void
valkey_store_change_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t           value;
    valkey_store_change_t  *change;

    change = (valkey_store_change_t *) request;

    if (valkey_store_operation_is_over(&change->operation, outcome)) {
        return;
    }

    if (valkey_store_task_value(reply, &value)) {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
        return;
    }

    valkey_store_change_found(change, &value);
}


/* Danger: a record of which a part is damaged is touched by no operation. */

void
valkey_store_change_found(valkey_store_change_t *change,
    const ledger_text_t *value)
{
    int                     partition;
    ledger_op_t            *op;
    const ledger_record_t  *record;
    valkey_store_task_t    *task;

    op = &change->operation.op;
    task = &change->operation.task;
    record = &change->before.row.record;

    op->copy = NULL;
    change->is_there = value->data != NULL;
    change->has_subject = 0;

    if (change->is_there
        && valkey_store_record_decode(&change->before, ledger_key(op), value))
    {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
        return;
    }

    if (!ledger_wants_subject(change->is_there ? record : NULL, op)) {
        valkey_store_change_apply(change);
        return;
    }

    partition = valkey_store_name_person(&task->name,
                                         &task->store->options->prefix,
                                         VALKEY_STORE_SUBJECT,
                                         &record->text[LEDGER_APP],
                                         &op->text[LEDGER_OP_SUBJECT]);

    /* There is no such subject, and the ledger says what that means. */

    if (partition < 0) {
        valkey_store_change_apply(change);
        return;
    }

    if (valkey_store_task_get(task, (unsigned) partition,
                              valkey_store_change_read_subject))
    {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
    }
}


static void
valkey_store_change_read_subject(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    int                     rc;
    ledger_text_t           value;
    valkey_store_change_t  *change;

    change = (valkey_store_change_t *) request;

    if (valkey_store_operation_is_over(&change->operation, outcome)) {
        return;
    }

    rc = valkey_store_task_value(reply, &value);

    if (rc == 0 && value.data != NULL) {
        change->has_subject = 1;
        rc = valkey_store_subject_decode(&change->subject,
                     &change->before.row.record.text[LEDGER_APP],
                     &change->operation.op.text[LEDGER_OP_SUBJECT], &value);
    }

    if (rc) {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
        return;
    }

    valkey_store_change_apply(change);
}


static void
valkey_store_change_apply(valkey_store_change_t *change)
{
    ledger_op_t            *op;
    valkey_store_task_t    *task;
    valkey_store_record_t   after;

    op = &change->operation.op;
    task = &change->operation.task;

    op->result = ledger_apply(change->is_there ? &change->before.row.record
                                               : NULL,
                              change->has_subject
                              ? &change->subject.row.subject : NULL,
                              op, valkey_store_now(task->store),
                              &after.row.record, &change->change);

    if (change->change.save || op->result == LEDGER_OK) {
        valkey_store_operation_hand_over(&change->operation,
                                         &after.row.record);
    }

    if (!change->change.save) {
        valkey_store_operation_end(&change->operation, op->result);
        return;
    }

    if (valkey_store_put_record(&change->put, task->store, &change->before,
                                &after, &change->change))
    {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
        return;
    }

    if (change->change.begins) {
        valkey_store_collect_begin((valkey_store_collect_t *) change, &after);

    } else if (change->change.asked) {
        valkey_store_change_ask(change, &after.row.record);

    } else {
        valkey_store_change_commit(change);
    }
}


/*
 * The pointer from the user to the record comes first: one that points to a
 * record that has not asked is ignored, but an answer to a record to which
 * nothing points is lost.  It stays as long as a code that expires is kept.
 */

static void
valkey_store_change_ask(valkey_store_change_t *change,
    const ledger_record_t *after)
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

    if (partition < 0
        || valkey_store_task_send(task, (unsigned) partition,
                                  valkey_store_change_write_asked,
                                  valkey_store_change_asked))
    {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
    }
}


static int
valkey_store_change_write_asked(valkey_store_request_t *request,
    valkey_store_out_t *out)
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
valkey_store_change_asked(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    valkey_store_change_t  *change;

    (void) reply;

    change = (valkey_store_change_t *) request;

    if (!valkey_store_operation_is_over(&change->operation, outcome)) {
        valkey_store_change_commit(change);
    }
}


void
valkey_store_change_commit(valkey_store_change_t *change)
{
    if (valkey_store_task_commit(&change->operation.task, &change->put.commit,
                                 valkey_store_change_committed))
    {
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
    }
}


static void
valkey_store_change_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t              present;
    valkey_store_change_t     *change;
    valkey_store_committed_t   committed;

    change = (valkey_store_change_t *) request;

    if (valkey_store_operation_is_over(&change->operation, outcome)) {
        return;
    }

    committed = valkey_store_put_read(&change->put, reply, &present);

    switch (committed) {

    case VALKEY_STORE_WRITTEN:
        valkey_store_operation_end(&change->operation,
                                   change->operation.op.result);
        break;

    case VALKEY_STORE_CHANGED:
        valkey_store_change_found(change, &present);
        break;

    case VALKEY_STORE_TAKEN:

        if (change->change.begins) {
            valkey_store_collect_taken((valkey_store_collect_t *) change);
            break;
        }

        /* fall through */

    default:
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
    }
}

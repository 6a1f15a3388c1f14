
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Operations on a record that exists: it is read, the ledger applies the
 * operation to it, and the change is committed.  If somebody has changed the
 * record meanwhile, the commit brings what stands there now, and the ledger
 * applies the operation to that.
 */


#include "operation.h"


static int valkey_store_change_send(valkey_store_change_t *change);
static void valkey_store_change_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static int valkey_store_change_look(valkey_store_change_t *change,
    const ledger_text_t *value);
static void valkey_store_change_read_subject(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static int valkey_store_change_is_early(const valkey_store_change_t *change);
static int valkey_store_change_apply(valkey_store_change_t *change);
static void valkey_store_change_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_change_end(valkey_store_change_t *change);


const valkey_store_way_t  valkey_store_change_way = {
    sizeof(valkey_store_change_t),
    valkey_store_change_start
};


/* A value that this worker saw a moment ago is good for a commit alone. */

int
valkey_store_change_start(valkey_store_operation_t *operation)
{
    ledger_text_t           value;
    valkey_store_change_t  *change;

    change = (valkey_store_change_t *) operation;

    change->in = operation->op;
    change->is_recent = 1;

    if (valkey_store_recent_find(operation->task.store,
                                 ledger_key(&operation->op), &value)
        && valkey_store_change_look(change, &value) == 0)
    {
        return 0;
    }

    operation->op.result = LEDGER_BUSY;

    return valkey_store_change_send(change);
}


/* Reads the record. */

static int
valkey_store_change_send(valkey_store_change_t *change)
{
    uint64_t              key;
    valkey_store_task_t  *task;

    key = ledger_key(&change->operation.op);
    task = &change->operation.task;

    change->is_recent = 0;
    valkey_store_name_key(&task->name, &task->store->options->prefix,
                          VALKEY_STORE_RECORD, key);

    return valkey_store_task_get(task, valkey_store_partition(key),
                                 valkey_store_change_read);
}


void
valkey_store_change_again(valkey_store_change_t *change)
{
    if (valkey_store_change_send(change)) {
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

    if (valkey_store_change_look(change, &value)) {
        valkey_store_change_end(change);
    }
}


/*
 * Goes on with the value of the record: data NULL, there is none.  Returns 0;
 * or -1: nothing was sent, and op.result says why.
 *
 * Danger: a record of which a part is damaged is touched by no operation.
 */

static int
valkey_store_change_look(valkey_store_change_t *change,
    const ledger_text_t *value)
{
    int                     partition;
    ledger_op_t            *op;
    const ledger_record_t  *record;
    valkey_store_task_t    *task;

    op = &change->operation.op;
    task = &change->operation.task;
    record = &change->before.row.record;

    *op = change->in;
    op->result = LEDGER_FAILED;
    change->is_there = value->data != NULL;
    change->has_subject = 0;

    if (change->is_there
        && valkey_store_record_decode(&change->before, ledger_key(op), value))
    {
        return valkey_store_damage(task->store);
    }

    if (!ledger_wants_subject(change->is_there ? record : NULL, op)) {
        return valkey_store_change_apply(change);
    }

    partition = valkey_store_name_person(&task->name,
                                         &task->store->options->prefix,
                                         VALKEY_STORE_SUBJECT,
                                         &record->text[LEDGER_APP],
                                         &op->text[LEDGER_OP_SUBJECT]);

    /* There is no such subject, and the ledger says what that means. */

    if (partition < 0) {
        return valkey_store_change_apply(change);
    }

    return valkey_store_task_get(task, (unsigned) partition,
                                 valkey_store_change_read_subject);
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
        (void) valkey_store_damage(change->operation.task.store);
        valkey_store_operation_end(&change->operation, LEDGER_FAILED);
        return;
    }

    if (valkey_store_change_apply(change)) {
        valkey_store_change_end(change);
    }
}


/*
 * Subject or pointer must not be written for a record of the past: they come
 * before the record, and stay, whatever becomes of it.
 */

static int
valkey_store_change_is_early(const valkey_store_change_t *change)
{
    return change->is_recent
           && (change->change.begins || change->change.asked);
}


/* Returns 0; or -1: nothing was sent, and op.result says why. */

static int
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

    if (!change->change.save || valkey_store_change_is_early(change)) {
        return -1;
    }

    change->result = op->result;
    op->result = LEDGER_FAILED;

    if (valkey_store_put_record(&change->put, task->store, &change->before,
                                &after, &change->change))
    {
        return -1;
    }

    if (change->change.begins) {
        return valkey_store_collect_begin((valkey_store_collect_t *) change,
                                          &after);
    }

    return change->change.asked
           ? valkey_store_ask(change, &after.row.record)
           : valkey_store_change_commit(change);
}


int
valkey_store_change_commit(valkey_store_change_t *change)
{
    return valkey_store_task_commit(&change->operation.task,
                                    &change->put.commit,
                                    valkey_store_change_committed);
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

    change->is_recent = 0;
    committed = valkey_store_put_read(&change->put, reply, &present);

    if (committed == VALKEY_STORE_WRITTEN) {
        valkey_store_recent_keep(change->operation.task.store,
                                 ledger_key(&change->operation.op),
                                 &change->put.commit.value);
        valkey_store_operation_end(&change->operation, change->result);
        return;
    }

    if (committed == VALKEY_STORE_TAKEN && change->change.begins) {
        valkey_store_collect_taken((valkey_store_collect_t *) change);
        return;
    }

    change->operation.op.result = LEDGER_FAILED;

    if (committed != VALKEY_STORE_CHANGED
        || valkey_store_change_look(change, &present))
    {
        valkey_store_change_end(change);
    }
}


/* Of a record as it was a moment ago nothing is told: it is read. */

static void
valkey_store_change_end(valkey_store_change_t *change)
{
    if (change->is_recent) {
        valkey_store_change_again(change);
        return;
    }

    valkey_store_operation_end(&change->operation,
                               change->operation.op.result);
}

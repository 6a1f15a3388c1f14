
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The use of a session.  Its entry in the index stays: a sweep that finds it
 * too early moves it on.
 */


#include "operation.h"


typedef struct {
    valkey_store_operation_t  operation;
    valkey_store_put_t        put;
} valkey_store_touch_t;


static int valkey_store_touch_start(valkey_store_operation_t *operation);
static void valkey_store_touch_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static void valkey_store_touch_found(valkey_store_touch_t *touch,
    const ledger_text_t *value);
static int valkey_store_touch_apply(valkey_store_touch_t *touch,
    const valkey_store_session_t *before);
static void valkey_store_touch_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


const valkey_store_way_t  valkey_store_touch_way = {
    sizeof(valkey_store_touch_t),
    valkey_store_touch_start
};


static int
valkey_store_touch_start(valkey_store_operation_t *operation)
{
    uint64_t  key;

    key = operation->op.u.touch.key;

    valkey_store_name_key(&operation->task.name,
                          &operation->task.store->options->prefix,
                          VALKEY_STORE_SESSION, key);

    return valkey_store_task_get(&operation->task,
                                 valkey_store_partition(key),
                                 valkey_store_touch_read);
}


static void
valkey_store_touch_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t          value;
    valkey_store_touch_t  *touch;

    touch = (valkey_store_touch_t *) request;

    if (valkey_store_operation_is_over(&touch->operation, outcome)) {
        return;
    }

    if (valkey_store_task_value(reply, &value)) {
        valkey_store_operation_end(&touch->operation, LEDGER_FAILED);
        return;
    }

    valkey_store_touch_found(touch, &value);
}


static void
valkey_store_touch_found(valkey_store_touch_t *touch,
    const ledger_text_t *value)
{
    int                     rc;
    ledger_op_t            *op;
    valkey_store_session_t  before;

    op = &touch->operation.op;

    rc = value->data == NULL
         ? VALKEY_STORE_VALUE_ENDED
         : valkey_store_session_decode(&before, op->u.touch.key, value);

    if (rc == LEDGER_ROW_CORRUPTED) {
        (void) valkey_store_damage(touch->operation.task.store);
        valkey_store_operation_end(&touch->operation, LEDGER_FAILED);
        return;
    }

    if (valkey_store_touch_apply(touch, rc ? NULL : &before)) {
        valkey_store_operation_end(&touch->operation, op->result);
    }
}


/* Sends the commit; or returns -1: the operation is at its end. */

static int
valkey_store_touch_apply(valkey_store_touch_t *touch,
    const valkey_store_session_t *before)
{
    ledger_op_t             *op;
    valkey_store_t          *store;
    valkey_store_session_t   after;

    op = &touch->operation.op;
    store = touch->operation.task.store;

    op->result = ledger_touch(before == NULL ? NULL : &before->row.session,
                              op, valkey_store_now(store),
                              &after.row.session);

    if (before == NULL || op->result != LEDGER_OK || !op->u.touch.moved) {
        return -1;
    }

    after.row.stands_at = before->row.stands_at;

    if (valkey_store_put_session(&touch->put, store, before, &after)
        || valkey_store_task_commit(&touch->operation.task,
                                    &touch->put.commit,
                                    valkey_store_touch_committed))
    {
        op->result = LEDGER_FAILED;
        return -1;
    }

    return 0;
}


static void
valkey_store_touch_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t          present;
    valkey_store_touch_t  *touch;

    touch = (valkey_store_touch_t *) request;

    if (valkey_store_operation_is_over(&touch->operation, outcome)) {
        return;
    }

    switch (valkey_store_put_read(&touch->put, reply, &present)) {

    case VALKEY_STORE_WRITTEN:
        valkey_store_operation_end(&touch->operation, LEDGER_OK);
        break;

    case VALKEY_STORE_CHANGED:
        valkey_store_touch_found(touch, &present);
        break;

    default:
        valkey_store_operation_end(&touch->operation, LEDGER_FAILED);
    }
}

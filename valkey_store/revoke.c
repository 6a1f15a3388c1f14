
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions end one after the other, and the subject forgets them last: if it
 * did so first, and its host died then, a repetition would find none to end.
 * Where the subject has changed meanwhile a session may have begun, and that
 * ends, too.
 */


#include <string.h>

#include "operation.h"


typedef struct {
    valkey_store_operation_t  operation;
    valkey_store_subject_t    before;
    unsigned char             number[LEDGER_SUBJECT_MAX];
    ledger_text_t             subject;     /* op's number, or the session's */
    unsigned                  n;           /* sessions that are ended */
    uint64_t                  ended[LEDGER_SESSIONS_MAX];
    uint64_t                  told_key;    /* a session that was found, and */
    unsigned                  told;        /* its language; 0: none yet */
    valkey_store_ending_t     ending;
    valkey_store_put_t        put;
} valkey_store_revoke_t;


static int valkey_store_revoke_start(valkey_store_operation_t *operation);
static void valkey_store_revoke_read_session(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static ledger_result_t valkey_store_revoke_session(
    valkey_store_revoke_t *revoke, const ledger_text_t *value);
static int valkey_store_revoke_subject(valkey_store_revoke_t *revoke);
static void valkey_store_revoke_again(valkey_store_revoke_t *revoke);
static void valkey_store_revoke_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static ledger_result_t valkey_store_revoke_apply(
    valkey_store_revoke_t *revoke, const ledger_text_t *value);
static int valkey_store_revoke_is_done(const valkey_store_revoke_t *revoke,
    ledger_result_t result);
static void valkey_store_revoke_next(valkey_store_revoke_t *revoke);
static void valkey_store_revoke_ended(valkey_store_ending_t *ending,
    int failed);
static void valkey_store_revoke_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


const valkey_store_way_t  valkey_store_revoke_way = {
    sizeof(valkey_store_revoke_t),
    valkey_store_revoke_start
};


static int
valkey_store_revoke_start(valkey_store_operation_t *operation)
{
    uint64_t                key;
    valkey_store_task_t    *task;
    valkey_store_revoke_t  *revoke;

    revoke = (valkey_store_revoke_t *) operation;
    task = &operation->task;
    key = operation->op.u.revoke.key;

    revoke->subject = operation->op.text[LEDGER_OP_SUBJECT];
    revoke->told_key = 0;
    revoke->told = 0;

    if (revoke->subject.len) {
        return valkey_store_revoke_subject(revoke);
    }

    valkey_store_name_key(&task->name, &task->store->options->prefix,
                          VALKEY_STORE_SESSION, key);

    return valkey_store_task_get(task, valkey_store_partition(key),
                                 valkey_store_revoke_read_session);
}


static void
valkey_store_revoke_read_session(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t           value;
    ledger_result_t         result;
    valkey_store_revoke_t  *revoke;

    revoke = (valkey_store_revoke_t *) request;

    if (valkey_store_operation_is_over(&revoke->operation, outcome)) {
        return;
    }

    result = valkey_store_task_value(reply, &value)
             ? LEDGER_FAILED : valkey_store_revoke_session(revoke, &value);

    if (result != LEDGER_OK) {
        valkey_store_operation_end(&revoke->operation, result);
        return;
    }

    valkey_store_revoke_again(revoke);
}


/* Finds the person whose session it is. */

static ledger_result_t
valkey_store_revoke_session(valkey_store_revoke_t *revoke,
    const ledger_text_t *value)
{
    int                      rc;
    ledger_op_t             *op;
    const ledger_text_t     *text;
    valkey_store_session_t   session;

    op = &revoke->operation.op;
    rc = value->data == NULL
         ? VALKEY_STORE_VALUE_ENDED
         : valkey_store_session_decode(&session, op->u.revoke.key, value);

    if (rc == VALKEY_STORE_VALUE_ENDED) {
        return LEDGER_UNKNOWN;
    }

    if (rc) {
        (void) valkey_store_damage(revoke->operation.task.store);
        return LEDGER_FAILED;
    }

    text = session.row.session.text;

    if (!ledger_text_same(&op->text[LEDGER_APP], &text[LEDGER_SESSION_APP])) {
        return LEDGER_UNKNOWN;
    }

    text = &text[LEDGER_SESSION_SUBJECT];
    memcpy(revoke->number, text->data, text->len);
    revoke->subject.data = revoke->number;
    revoke->subject.len = text->len;

    return LEDGER_OK;
}


static int
valkey_store_revoke_subject(valkey_store_revoke_t *revoke)
{
    int                   partition;
    valkey_store_task_t  *task;

    task = &revoke->operation.task;

    partition = valkey_store_name_person(&task->name,
                                    &task->store->options->prefix,
                                    VALKEY_STORE_SUBJECT,
                                    &revoke->operation.op.text[LEDGER_APP],
                                    &revoke->subject);
    if (partition < 0) {
        revoke->operation.op.result = LEDGER_UNKNOWN;
        return -1;
    }

    return valkey_store_task_get(task, (unsigned) partition,
                                 valkey_store_revoke_read);
}


static void
valkey_store_revoke_again(valkey_store_revoke_t *revoke)
{
    revoke->operation.op.result = LEDGER_FAILED;

    if (valkey_store_revoke_subject(revoke)) {
        valkey_store_operation_end(&revoke->operation,
                                   revoke->operation.op.result);
    }
}


static void
valkey_store_revoke_read(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t           value;
    ledger_result_t         result;
    valkey_store_revoke_t  *revoke;

    revoke = (valkey_store_revoke_t *) request;

    if (valkey_store_operation_is_over(&revoke->operation, outcome)) {
        return;
    }

    result = valkey_store_task_value(reply, &value)
             ? LEDGER_FAILED : valkey_store_revoke_apply(revoke, &value);

    if (valkey_store_revoke_is_done(revoke, result)) {
        revoke->operation.op.u.revoke.ended = 1;
        revoke->operation.op.u.revoke.language = revoke->told;
        result = LEDGER_OK;

    } else if (result == LEDGER_OK) {
        revoke->n = 0;
        valkey_store_revoke_next(revoke);
        return;
    }

    valkey_store_operation_end(&revoke->operation, result);
}


static ledger_result_t
valkey_store_revoke_apply(valkey_store_revoke_t *revoke,
    const ledger_text_t *value)
{
    ledger_op_t             *op;
    valkey_store_t          *store;
    ledger_result_t          result;
    valkey_store_subject_t   after;

    op = &revoke->operation.op;
    store = revoke->operation.task.store;

    if (value->data == NULL) {
        return LEDGER_UNKNOWN;
    }

    if (valkey_store_subject_decode(&revoke->before, &op->text[LEDGER_APP],
                                    &revoke->subject, value))
    {
        (void) valkey_store_damage(store);
        return LEDGER_FAILED;
    }

    result = ledger_revoke(&revoke->before.row.subject, op,
                           valkey_store_now(store), &after.row.subject,
                           revoke->ended);

    if (result != LEDGER_OK) {
        return result;
    }

    return valkey_store_put_subject(&revoke->put, store, &revoke->before,
                                    &after)
           ? LEDGER_FAILED : LEDGER_OK;
}


/* The one session has ended here, and somebody else has told the subject. */

static int
valkey_store_revoke_is_done(const valkey_store_revoke_t *revoke,
    ledger_result_t result)
{
    const ledger_op_t  *op;

    op = &revoke->operation.op;

    return result == LEDGER_UNKNOWN
           && op->text[LEDGER_OP_SUBJECT].len == 0
           && revoke->told_key == op->u.revoke.key;
}


/* Ends the next session, or saves the subject. */

static void
valkey_store_revoke_next(valkey_store_revoke_t *revoke)
{
    int                   rc;
    valkey_store_task_t  *task;

    task = &revoke->operation.task;

    rc = revoke->n < revoke->operation.op.u.revoke.ended
         ? valkey_store_end(&revoke->ending, task->store,
                            revoke->ended[revoke->n], task->until,
                            valkey_store_revoke_ended)
         : valkey_store_task_commit(task, &revoke->put.commit,
                                    valkey_store_revoke_committed);

    if (rc) {
        valkey_store_operation_end(&revoke->operation, LEDGER_FAILED);
    }
}


static void
valkey_store_revoke_ended(valkey_store_ending_t *ending, int failed)
{
    valkey_store_revoke_t  *revoke;

    revoke = (valkey_store_revoke_t *)
             ((char *) ending - offsetof(valkey_store_revoke_t, ending));

    if (failed) {
        valkey_store_operation_end(&revoke->operation, LEDGER_FAILED);
        return;
    }

    if (ending->is_known) {
        revoke->told_key = ending->key;
        revoke->told = ending->language;
    }

    revoke->n++;
    valkey_store_revoke_next(revoke);
}


static void
valkey_store_revoke_committed(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    unsigned                n;
    ledger_op_t            *op;
    ledger_text_t           present;
    valkey_store_revoke_t  *revoke;

    revoke = (valkey_store_revoke_t *) request;

    if (valkey_store_operation_is_over(&revoke->operation, outcome)) {
        return;
    }

    op = &revoke->operation.op;
    n = op->u.revoke.ended;

    switch (valkey_store_put_read(&revoke->put, reply, &present)) {

    case VALKEY_STORE_WRITTEN:
        op->u.revoke.language = n && revoke->ended[n - 1] == revoke->told_key
                                ? revoke->told : 0;
        valkey_store_operation_end(&revoke->operation, LEDGER_OK);
        break;

    case VALKEY_STORE_CHANGED:
        valkey_store_revoke_again(revoke);
        break;

    default:
        valkey_store_operation_end(&revoke->operation, LEDGER_FAILED);
    }
}

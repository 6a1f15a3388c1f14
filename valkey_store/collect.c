
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A session begins.  Record and session lie in one partition, and the subject
 * in another: so the subject learns of the session first, in a turn of its own.
 * It may name a session that never begins, but no session lives that its
 * subject does not name, or REVOKE would not find it.
 */


#include <string.h>

#include "operation.h"


static int valkey_store_collect_session(valkey_store_collect_t *collect,
    valkey_store_session_t *session);
static int valkey_store_collect_subject(valkey_store_collect_t *collect,
    valkey_store_subject_t *after);
static void valkey_store_collect_displaced(valkey_store_ending_t *ending,
    int failed);
static int valkey_store_collect_write_subject(valkey_store_collect_t *collect);
static void valkey_store_collect_written(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


static int valkey_store_collect_start(valkey_store_operation_t *operation);


const valkey_store_way_t  valkey_store_collect_way = {
    sizeof(valkey_store_collect_t),
    valkey_store_collect_start
};


static int
valkey_store_collect_start(valkey_store_operation_t *operation)
{
    ((valkey_store_collect_t *) operation)->was_taken = 0;

    return valkey_store_change_start(operation);
}


/* The session that goes for this one ends before its subject forgets it. */

int
valkey_store_collect_begin(valkey_store_collect_t *collect,
    const valkey_store_record_t *after)
{
    uint64_t                 displaced;
    ledger_op_t             *op;
    valkey_store_task_t     *task;
    valkey_store_session_t   session;
    valkey_store_subject_t   subject;

    op = &collect->change.operation.op;
    task = &collect->change.operation.task;

    ledger_begin(&after->row.record, op,
                 collect->change.has_subject
                 ? &collect->change.subject.row.subject : NULL,
                 &session.row.session, &subject.row.subject, &displaced);

    if (valkey_store_collect_session(collect, &session)
        || valkey_store_collect_subject(collect, &subject))
    {
        return -1;
    }

    return displaced
           ? valkey_store_end(&collect->displaced, task->store, displaced,
                              task->until, valkey_store_collect_displaced)
           : valkey_store_collect_write_subject(collect);
}


/* The commit of the record takes the session along. */

static int
valkey_store_collect_session(valkey_store_collect_t *collect,
    valkey_store_session_t *session)
{
    uint64_t                key;
    valkey_store_t         *store;
    valkey_store_commit_t  *commit;

    store = collect->change.operation.task.store;
    commit = &collect->change.put.commit;
    key = session->row.session.key;

    if (valkey_store_new_stamp(store, session->stamp)) {
        return -1;
    }

    session->row.stands_at = ledger_session_until(&session->row.session);

    valkey_store_name_key(&collect->session_name, &store->options->prefix,
                          VALKEY_STORE_SESSION, key);
    valkey_store_put_session_entry(session, &collect->session_takes);

    commit->session = &collect->session_name;
    commit->session_takes = &collect->session_takes;
    commit->session_value.data = collect->session_value;
    commit->session_value.len = valkey_store_session_encode(session,
                                                     collect->session_value);

    return 0;
}


/*
 * A subject that names the session already has been written before a race was
 * lost.  A second time it would get the same known mark twice, and lose
 * another.
 */

static int
valkey_store_collect_subject(valkey_store_collect_t *collect,
    valkey_store_subject_t *after)
{
    const ledger_op_t             *op;
    const valkey_store_subject_t  *before;

    op = &collect->change.operation.op;
    before = collect->change.has_subject ? &collect->change.subject : NULL;

    collect->needs_subject
        = before == NULL
          || !ledger_subject_has(&before->row.subject, op->u.collect.key)
          || (op->u.collect.marked
              && !ledger_subject_knows(&before->row.subject,
                                       op->u.collect.mark,
                                       op->u.collect.collected_at));

    return collect->needs_subject
           ? valkey_store_put_subject(&collect->subject_put,
                                  collect->change.operation.task.store,
                                  before, after)
           : 0;
}


static void
valkey_store_collect_displaced(valkey_store_ending_t *ending, int failed)
{
    valkey_store_collect_t  *collect;

    collect = (valkey_store_collect_t *)
              ((char *) ending - offsetof(valkey_store_collect_t, displaced));

    if (failed || valkey_store_collect_write_subject(collect)) {
        valkey_store_operation_end(&collect->change.operation, LEDGER_FAILED);
    }
}


static int
valkey_store_collect_write_subject(valkey_store_collect_t *collect)
{
    return collect->needs_subject
           ? valkey_store_task_commit(&collect->change.operation.task,
                                      &collect->subject_put.commit,
                                      valkey_store_collect_written)
           : valkey_store_change_commit(&collect->change);
}


/*
 * If the subject has changed, it may have been revoked, and the ledger is asked
 * again.
 */

static void
valkey_store_collect_written(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    ledger_text_t            present;
    valkey_store_collect_t  *collect;

    collect = (valkey_store_collect_t *) request;

    if (valkey_store_operation_is_over(&collect->change.operation, outcome)) {
        return;
    }

    switch (valkey_store_put_read(&collect->subject_put, reply, &present)) {

    case VALKEY_STORE_WRITTEN:

        if (valkey_store_change_commit(&collect->change) == 0) {
            break;
        }

        /* fall through */

    default:
        valkey_store_operation_end(&collect->change.operation, LEDGER_FAILED);
        break;

    case VALKEY_STORE_CHANGED:
        valkey_store_change_again(&collect->change);
    }
}


/*
 * Somebody has ended the session before it began.  If the subject was revoked,
 * the ledger finds that.  Else another login has displaced it, and no
 * repetition brings it back.
 */

void
valkey_store_collect_taken(valkey_store_collect_t *collect)
{
    if (collect->was_taken) {
        valkey_store_operation_end(&collect->change.operation,
                                   LEDGER_UNKNOWN);
        return;
    }

    collect->was_taken = 1;
    valkey_store_change_again(&collect->change);
}

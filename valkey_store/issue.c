
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A new code.  Its app has it in any of its partitions, each of which has a
 * part of the app's limits: one that is full, short of memory or silent passes
 * the code on to the next.
 *
 * A key is the time, four random bits, and the partition.  That it must be free
 * is what keeps two hosts from the same one.
 */


#include "ledger/bytes.h"
#include "operation.h"


/* Waiting codes of an app for which a partition more is worth the while. */
#define VALKEY_STORE_ISSUE_PART      256

#define VALKEY_STORE_ISSUE_SHIFT     10
#define VALKEY_STORE_ISSUE_RANDOM    16      /* keys of a ms in a partition */

/* After so many ms without an answer another partition is asked. */
#define VALKEY_STORE_ISSUE_PATIENCE  700

/* For so many ms after all have refused an app one alone is asked for it. */
#define VALKEY_STORE_ISSUE_FULL      1000

/* For so many ms a silent one is not asked if there is any other. */
#define VALKEY_STORE_ISSUE_SILENCE   2000


typedef struct {
    valkey_store_operation_t  operation;
    unsigned                  parts;       /* partitions of the app, */
    unsigned                  first;       /* from this one on */
    unsigned                  part;        /* that is asked, below parts */
    uint64_t                  asked;       /* a bit for each part */
    uint64_t                  app;         /* its place in store->full */
    ledger_result_t           refusal;     /* if no part takes it */
    uint64_t                  until;       /* of the operation */
    valkey_store_put_t        put;
} valkey_store_issue_t;


static int valkey_store_issue_start(valkey_store_operation_t *operation);
static void valkey_store_issue_parts(valkey_store_issue_t *issue,
    uint64_t random);
static valkey_store_full_t *valkey_store_issue_full(
    const valkey_store_issue_t *issue);
static int valkey_store_issue_next(valkey_store_issue_t *issue);
static void valkey_store_issue_end(const valkey_store_issue_t *issue);
static int valkey_store_issue_choose(valkey_store_issue_t *issue,
    uint64_t asked);
static uint64_t valkey_store_issue_silent(const valkey_store_issue_t *issue);
static unsigned valkey_store_issue_partition(
    const valkey_store_issue_t *issue, unsigned part);
static uint64_t valkey_store_issue_share(const valkey_store_issue_t *issue,
    uint64_t limit, unsigned part);
static int valkey_store_issue_has_part(const valkey_store_issue_t *issue,
    unsigned part);
static int valkey_store_issue_try(valkey_store_issue_t *issue);
static ledger_result_t valkey_store_issue_make(valkey_store_issue_t *issue);
static void valkey_store_issue_limits(valkey_store_issue_t *issue);
static void valkey_store_issue_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);
static int valkey_store_issue_committed(valkey_store_issue_t *issue,
    const valkey_store_reply_t *reply);
static void valkey_store_issue_note(valkey_store_issue_t *issue,
    ledger_result_t refusal);
static int valkey_store_issue_refused(valkey_store_issue_t *issue,
    ledger_result_t refusal);


const valkey_store_way_t  valkey_store_issue_way = {
    sizeof(valkey_store_issue_t),
    valkey_store_issue_start
};


static int
valkey_store_issue_start(valkey_store_operation_t *operation)
{
    uint8_t                     random[VALKEY_STORE_STAMP_LEN];
    valkey_store_issue_t       *issue;
    const valkey_store_full_t  *full;

    issue = (valkey_store_issue_t *) operation;

    if (valkey_store_stamp(random)) {
        operation->op.result = LEDGER_FAILED;
        return -1;
    }

    valkey_store_issue_parts(issue, ledger_get64(random));

    full = valkey_store_issue_full(issue);

    if (full->app == issue->app
        && full->until > valkey_store_clock(operation->task.store))
    {
        issue->asked = ~(UINT64_C(1) << issue->part);
    }

    return valkey_store_issue_next(issue);
}


/* The partitions in which the app may have it, and the one to begin with. */

static void
valkey_store_issue_parts(valkey_store_issue_t *issue, uint64_t random)
{
    uint64_t              hash, limit;
    ledger_op_t          *op;
    const ledger_text_t  *app;

    op = &issue->operation.op;
    app = &op->text[LEDGER_APP];
    hash = ledger_hash(app->data, app->len);
    limit = op->u.issue.live_limit;

    issue->parts = VALKEY_STORE_PARTITIONS;

    if (limit && limit / VALKEY_STORE_ISSUE_PART < issue->parts) {
        issue->parts = (unsigned) (limit / VALKEY_STORE_ISSUE_PART);
        issue->parts = issue->parts ? issue->parts : 1;
    }

    /* All hosts must agree about the parts of an app. */
    issue->first = (unsigned) (hash % VALKEY_STORE_PARTITIONS);
    issue->part = (unsigned) (random % issue->parts);
    issue->asked = 0;
    issue->app = hash ^ (op->u.issue.flags & LEDGER_PAGE);
    issue->refusal = LEDGER_LIVE_LIMIT;
    issue->until = issue->operation.task.until;
}


static valkey_store_full_t *
valkey_store_issue_full(const valkey_store_issue_t *issue)
{
    return &issue->operation.task.store->full[issue->app
                                              % VALKEY_STORE_FULL_APPS];
}


/*
 * Asks another part.  Returns 0; or -1: there is none, or the request is not
 * sent, and op.result says why.
 */

static int
valkey_store_issue_next(valkey_store_issue_t *issue)
{
    unsigned         partition;
    ledger_op_t     *op;
    valkey_store_t  *store;

    op = &issue->operation.op;
    store = issue->operation.task.store;

    for ( ;; ) {

        if (valkey_store_issue_choose(issue, issue->asked
                                      | valkey_store_issue_silent(issue))
            && valkey_store_issue_choose(issue, issue->asked))
        {
            op->result = issue->refusal;
            valkey_store_issue_end(issue);
            return -1;
        }

        issue->asked |= UINT64_C(1) << issue->part;
        partition = valkey_store_issue_partition(issue, issue->part);

        if (!valkey_store_issue_has_part(issue, issue->part)) {
            continue;
        }

        if (!valkey_store_client_is_short(store->client, partition)) {
            return valkey_store_issue_try(issue);
        }

        valkey_store_issue_note(issue, LEDGER_FULL);
    }
}


/* No part takes it.  One that is asked alone says nothing of the others. */

static void
valkey_store_issue_end(const valkey_store_issue_t *issue)
{
    uint64_t              now;
    valkey_store_full_t  *full;

    full = valkey_store_issue_full(issue);
    now = valkey_store_clock(issue->operation.task.store);

    if (issue->refusal == LEDGER_LIVE_LIMIT
        && (full->app != issue->app || full->until <= now))
    {
        full->app = issue->app;
        full->until = now + VALKEY_STORE_ISSUE_FULL;
    }
}


/*
 * Finds a part that is not among those asked, a third further on: a server that
 * is silent has parts side by side.
 */

static int
valkey_store_issue_choose(valkey_store_issue_t *issue, uint64_t asked)
{
    unsigned  i, part;

    part = issue->part + (issue->asked ? issue->parts / 3 : 0);

    for (i = 0; i < issue->parts; i++, part++) {

        if ((asked >> (part % issue->parts) & 1) == 0) {
            issue->part = part % issue->parts;
            return 0;
        }
    }

    return -1;
}


/* A bit for each part whose partition was silent a moment ago. */

static uint64_t
valkey_store_issue_silent(const valkey_store_issue_t *issue)
{
    uint64_t               silent, now;
    unsigned               part;
    const valkey_store_t  *store;

    store = issue->operation.task.store;
    now = valkey_store_clock(store);
    silent = 0;

    for (part = 0; part < issue->parts; part++) {

        if (store->silent[valkey_store_issue_partition(issue, part)] > now) {
            silent |= UINT64_C(1) << part;
        }
    }

    return silent;
}


/* Parts that are few lie on different servers. */

static unsigned
valkey_store_issue_partition(const valkey_store_issue_t *issue, unsigned part)
{
    return (issue->first + part * VALKEY_STORE_PARTITIONS / issue->parts)
           % VALKEY_STORE_PARTITIONS;
}


/* The part of a limit that a part has: together they have all of it. */

static uint64_t
valkey_store_issue_share(const valkey_store_issue_t *issue, uint64_t limit,
    unsigned part)
{
    return limit / issue->parts + (part < limit % issue->parts);
}


/* 0: its share of the codes of pages is none. */

static int
valkey_store_issue_has_part(const valkey_store_issue_t *issue, unsigned part)
{
    const ledger_op_t  *op;

    op = &issue->operation.op;

    return (op->u.issue.flags & LEDGER_PAGE) == 0
           || op->u.issue.page_limit == 0
           || valkey_store_issue_share(issue, op->u.issue.page_limit, part);
}


static int
valkey_store_issue_try(valkey_store_issue_t *issue)
{
    uint64_t              patience;
    ledger_op_t          *op;
    valkey_store_task_t  *task;

    op = &issue->operation.op;
    task = &issue->operation.task;

    op->result = valkey_store_issue_make(issue);

    if (op->result != LEDGER_OK) {
        return -1;
    }

    patience = valkey_store_clock(task->store) + VALKEY_STORE_ISSUE_PATIENCE;
    task->until = patience < issue->until ? patience : issue->until;

    op->result = LEDGER_BUSY;

    return valkey_store_task_commit(task, &issue->put.commit,
                                    valkey_store_issue_done);
}


/* Makes a record under a key in the part, and its commit. */

static ledger_result_t
valkey_store_issue_make(valkey_store_issue_t *issue)
{
    uint8_t                 random[VALKEY_STORE_STAMP_LEN];
    uint64_t                now, key;
    ledger_change_t         change;
    ledger_result_t         result;
    valkey_store_t         *store;
    valkey_store_record_t   after;

    store = issue->operation.task.store;
    now = valkey_store_now(store);

    if (valkey_store_stamp(random)) {
        return LEDGER_FAILED;
    }

    key = now << VALKEY_STORE_ISSUE_SHIFT
          | (random[0] % VALKEY_STORE_ISSUE_RANDOM) * VALKEY_STORE_PARTITIONS
          | valkey_store_issue_partition(issue, issue->part);

    result = ledger_issue(&issue->operation.op, key, now, &after.row.record,
                          &change);

    if (result != LEDGER_OK) {
        return result;
    }

    valkey_store_operation_hand_over(&issue->operation, &after.row.record);

    if (valkey_store_put_record(&issue->put, store, NULL, &after, &change)) {
        return LEDGER_FAILED;
    }

    valkey_store_issue_limits(issue);

    return LEDGER_OK;
}


static void
valkey_store_issue_limits(valkey_store_issue_t *issue)
{
    const ledger_op_t      *op;
    valkey_store_commit_t  *commit;

    op = &issue->operation.op;
    commit = &issue->put.commit;

    commit->live_limit = valkey_store_issue_share(issue,
                                                  op->u.issue.live_limit,
                                                  issue->part);
    if (op->u.issue.flags & LEDGER_PAGE) {
        commit->page_limit = valkey_store_issue_share(issue,
                                                      op->u.issue.page_limit,
                                                      issue->part);
    }
}


static void
valkey_store_issue_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    int                    rc;
    ledger_op_t           *op;
    valkey_store_t        *store;
    valkey_store_issue_t  *issue;

    issue = (valkey_store_issue_t *) request;
    op = &issue->operation.op;
    store = issue->operation.task.store;

    switch (outcome) {

    case VALKEY_STORE_CONFIRMED:
        rc = valkey_store_issue_committed(issue, reply);
        break;

    case VALKEY_STORE_NO_MEMORY:
        rc = valkey_store_issue_refused(issue, LEDGER_FULL);
        break;

    default:
        store->silent[request->partition] = valkey_store_clock(store)
                                            + VALKEY_STORE_ISSUE_SILENCE;
        rc = valkey_store_issue_refused(issue, LEDGER_FAILED);
    }

    if (rc) {
        valkey_store_operation_end(&issue->operation,
                                   op->result == LEDGER_BUSY ? LEDGER_FAILED
                                                             : op->result);
    }
}


/* Returns -1: the operation is at its end, with op.result. */

static int
valkey_store_issue_committed(valkey_store_issue_t *issue,
    const valkey_store_reply_t *reply)
{
    ledger_text_t  present;

    switch (valkey_store_put_read(&issue->put, reply, &present)) {

    case VALKEY_STORE_WRITTEN:
        issue->operation.op.result = LEDGER_OK;
        return -1;

    case VALKEY_STORE_CHANGED:
        return valkey_store_issue_try(issue);

    case VALKEY_STORE_BEYOND:
        return valkey_store_issue_refused(issue, LEDGER_LIVE_LIMIT);

    default:
        issue->operation.op.result = LEDGER_FAILED;
        return -1;
    }
}


/*
 * The caller is told the worst of all in the end: a silent part may have
 * taken the code, one without memory may have had room in the limit.
 */

static void
valkey_store_issue_note(valkey_store_issue_t *issue, ledger_result_t refusal)
{
    if (issue->refusal != LEDGER_FAILED && refusal != LEDGER_LIVE_LIMIT) {
        issue->refusal = refusal;
    }
}


static int
valkey_store_issue_refused(valkey_store_issue_t *issue,
    ledger_result_t refusal)
{
    valkey_store_issue_note(issue, refusal);

    if (valkey_store_clock(issue->operation.task.store) >= issue->until) {
        issue->operation.op.result = issue->refusal;
        return -1;
    }

    return valkey_store_issue_next(issue);
}

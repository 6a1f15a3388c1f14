
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A new code.  Its app has it in any of its partitions: one that is full, short
 * of memory or silent passes the code on to the next.
 */


#include "issue.h"
#include "ledger/bytes.h"


/* For so many ms after all have refused an app one alone is asked for it. */
#define VALKEY_STORE_ISSUE_FULL  1000


static int valkey_store_issue_start(valkey_store_operation_t *operation);
static valkey_store_full_t *valkey_store_issue_full(
    const valkey_store_issue_t *issue);
static int valkey_store_issue_next(valkey_store_issue_t *issue);
static int valkey_store_issue_may_ask(valkey_store_issue_t *issue);
static void valkey_store_issue_end(const valkey_store_issue_t *issue);
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
    uint64_t                    hash;
    const ledger_text_t        *app;
    valkey_store_issue_t       *issue;
    const valkey_store_full_t  *full;

    issue = (valkey_store_issue_t *) operation;

    if (valkey_store_new_stamp(operation->task.store, random)) {
        operation->op.result = LEDGER_FAILED;
        return -1;
    }

    app = &operation->op.text[LEDGER_APP];
    hash = ledger_hash(app->data, app->len);

    valkey_store_quota_init(&issue->quota, hash,
                            operation->op.u.issue.live_limit,
                            ledger_get64(random));
    issue->app = hash ^ (operation->op.u.issue.flags & LEDGER_PAGE);
    issue->refusal = LEDGER_LIVE_LIMIT;

    full = valkey_store_issue_full(issue);

    if (full->app == issue->app
        && full->until > valkey_store_clock(operation->task.store))
    {
        issue->quota.asked = ~(UINT64_C(1) << issue->quota.part);
    }

    return valkey_store_issue_next(issue);
}


static valkey_store_full_t *
valkey_store_issue_full(const valkey_store_issue_t *issue)
{
    return &issue->operation.task.store->full[issue->app
                                              % VALKEY_STORE_FULL_APPS];
}


/*
 * Asks another part.  Returns 0; or -1: there is none, or nothing is sent, and
 * op.result says why.
 */

static int
valkey_store_issue_next(valkey_store_issue_t *issue)
{
    while (valkey_store_quota_next(&issue->quota, issue->operation.task.store)
           == 0)
    {
        if (valkey_store_issue_may_ask(issue)) {
            return valkey_store_group_join(issue);
        }

        issue->quota.asked |= UINT64_C(1) << issue->quota.part;
    }

    issue->operation.op.result = issue->refusal;
    valkey_store_issue_end(issue);

    return -1;
}


/* 0: its quota of the codes of pages is none, or it is short of memory. */

static int
valkey_store_issue_may_ask(valkey_store_issue_t *issue)
{
    unsigned            partition;
    const ledger_op_t  *op;

    op = &issue->operation.op;

    if ((op->u.issue.flags & LEDGER_PAGE) && op->u.issue.page_limit
        && valkey_store_quota_of(&issue->quota, op->u.issue.page_limit) == 0)
    {
        return 0;
    }

    partition = valkey_store_quota_partition(&issue->quota);

    if (valkey_store_client_is_short(issue->operation.task.store->client,
                                     partition))
    {
        valkey_store_issue_note(issue, LEDGER_FULL);
        return 0;
    }

    return 1;
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


int
valkey_store_issue_make(valkey_store_issue_t *issue, uint64_t key)
{
    ledger_op_t            *op;
    ledger_change_t         change;
    valkey_store_t         *store;
    valkey_store_record_t  *record;

    op = &issue->operation.op;
    store = issue->operation.task.store;
    record = &issue->record;

    op->result = ledger_issue(op, key, valkey_store_now(store),
                              &record->row.record, &change);

    if (op->result != LEDGER_OK) {
        return -1;
    }

    if (valkey_store_new_stamp(store, record->stamp)) {
        op->result = LEDGER_FAILED;
        return -1;
    }

    (void) valkey_store_put_record_entry(record, &record->row.entry);
    valkey_store_operation_hand_over(&issue->operation, &record->row.record);
    op->result = LEDGER_BUSY;

    return 0;
}


void
valkey_store_issue_done(valkey_store_issue_t *issue,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    int  rc;

    switch (outcome) {

    case VALKEY_STORE_CONFIRMED:
        rc = valkey_store_issue_committed(issue, reply);
        break;

    case VALKEY_STORE_NO_MEMORY:
        rc = valkey_store_issue_refused(issue, LEDGER_FULL);
        break;

    default:
        rc = valkey_store_issue_refused(issue, LEDGER_FAILED);
    }

    if (rc) {
        valkey_store_operation_end(&issue->operation,
                                   issue->operation.op.result);
    }
}


/* Returns -1: the operation is at its end, with op.result. */

static int
valkey_store_issue_committed(valkey_store_issue_t *issue,
    const valkey_store_reply_t *reply)
{
    ledger_text_t              present;
    valkey_store_committed_t   committed;

    committed = reply == NULL ? VALKEY_STORE_ODD
                              : valkey_store_commit_read(reply, &present);

    if (committed == VALKEY_STORE_BEYOND) {
        return valkey_store_issue_refused(issue, LEDGER_LIVE_LIMIT);
    }

    if (committed == VALKEY_STORE_CHANGED
        && !valkey_store_value_has(&present, issue->record.stamp))
    {
        /* Another key is asked for, of the same part. */
        issue->quota.asked &= ~(UINT64_C(1) << issue->quota.part);
        return valkey_store_group_join(issue);
    }

    issue->operation.op.result = committed == VALKEY_STORE_WRITTEN
                                 || committed == VALKEY_STORE_CHANGED
                                 ? LEDGER_OK : LEDGER_FAILED;
    return -1;
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

    if (valkey_store_clock(issue->operation.task.store)
        >= issue->operation.task.until)
    {
        issue->operation.op.result = issue->refusal;
        return -1;
    }

    return valkey_store_issue_next(issue);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * New codes of one app that one command writes.  A group is joined as long as
 * its request waits, which is as long as the turn before it takes: so the
 * command costs the server little more than one code does.
 *
 * A key is the time, four more bits, and the partition; those of a group follow
 * each other, ahead of the time where they are many.  That a key must be free
 * is what keeps two hosts from the same one.
 */


#include <stdlib.h>

#include "issue.h"
#include "ledger/bytes.h"


/* Codes that wait in a partition: a silent one must not have them all. */
#define VALKEY_STORE_GROUP_CODES     640

/* A group that still waits after so many ms is that of a slow server. */
#define VALKEY_STORE_GROUP_SPAN      20

/* After so many ms without an answer another partition is asked, */
#define VALKEY_STORE_GROUP_PATIENCE  700

/* and for so many this one is not, if there is any other. */
#define VALKEY_STORE_GROUP_SILENCE   2000

/* Keys of a ms in a partition. */
#define VALKEY_STORE_GROUP_KEYS      16


struct valkey_store_group_s {
    valkey_store_task_t      task;
    valkey_store_codes_t     codes;
    uint64_t                 closes_at;    /* of the clock */
    valkey_store_issue_t    *issue[VALKEY_STORE_CODES_MAX];
    valkey_store_record_t   *record[VALKEY_STORE_CODES_MAX];
};


static valkey_store_group_t **valkey_store_group_slot(valkey_store_t *store,
    unsigned partition);
static int valkey_store_group_fits(const valkey_store_group_t *group,
    valkey_store_issue_t *issue);
static int valkey_store_group_is_like(const valkey_store_group_t *group,
    const valkey_store_issue_t *issue);
static int valkey_store_group_key(valkey_store_t *store, unsigned partition,
    uint64_t *key);
static valkey_store_group_t *valkey_store_group_begin(
    valkey_store_issue_t *issue);
static void valkey_store_group_init(valkey_store_group_t *group,
    const valkey_store_issue_t *issue);
static int valkey_store_group_write(valkey_store_request_t *request,
    valkey_store_out_t *out);
static void valkey_store_group_close(const valkey_store_group_t *group);
static void valkey_store_group_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply);


int
valkey_store_group_join(valkey_store_issue_t *issue)
{
    uint64_t               key;
    unsigned               partition;
    ledger_op_t           *op;
    valkey_store_t        *store;
    valkey_store_group_t  *group;

    op = &issue->operation.op;
    store = issue->operation.task.store;
    group = *valkey_store_group_slot(store,
                                 valkey_store_quota_partition(&issue->quota));

    if (group != NULL && !valkey_store_group_fits(group, issue)) {
        group = NULL;
    }

    partition = valkey_store_quota_partition(&issue->quota);
    issue->quota.asked |= UINT64_C(1) << issue->quota.part;
    op->result = LEDGER_FAILED;

    if (valkey_store_group_key(store, partition, &key)
        || valkey_store_issue_make(issue, key))
    {
        return -1;
    }

    if (group == NULL) {
        group = valkey_store_group_begin(issue);

        if (group == NULL) {
            op->result = LEDGER_FAILED;
            return -1;
        }
    }

    group->issue[group->codes.n] = issue;
    group->record[group->codes.n++] = &issue->record;
    store->joined[partition]++;

    return 0;
}


static valkey_store_group_t **
valkey_store_group_slot(valkey_store_t *store, unsigned partition)
{
    return &store->group[partition * VALKEY_STORE_GROUPS
                         / VALKEY_STORE_PARTITIONS];
}


/* The issue turns to the group's partition where it does. */

static int
valkey_store_group_fits(const valkey_store_group_t *group,
    valkey_store_issue_t *issue)
{
    uint64_t               now;
    unsigned               partition;
    const valkey_store_t  *store;

    store = issue->operation.task.store;
    now = valkey_store_clock(store);
    partition = group->codes.partition;

    return group->codes.n < VALKEY_STORE_CODES_MAX
           && group->closes_at > now
           && group->task.until <= issue->operation.task.until
           && store->silent[partition] <= now
           && store->joined[partition] < VALKEY_STORE_GROUP_CODES
           && valkey_store_group_is_like(group, issue)
           && valkey_store_quota_turn_to(&issue->quota, partition) == 0;
}


/* Of the same app, and beyond the same limits. */

static int
valkey_store_group_is_like(const valkey_store_group_t *group,
    const valkey_store_issue_t *issue)
{
    const ledger_op_t  *a, *b;

    a = &group->issue[0]->operation.op;
    b = &issue->operation.op;

    return ((a->u.issue.flags ^ b->u.issue.flags) & LEDGER_PAGE) == 0
           && a->u.issue.live_limit == b->u.issue.live_limit
           && a->u.issue.page_limit == b->u.issue.page_limit
           && ledger_text_same(&a->text[LEDGER_APP], &b->text[LEDGER_APP]);
}


/* Of now, or behind the last one of this worker. */

static int
valkey_store_group_key(valkey_store_t *store, unsigned partition,
    uint64_t *key)
{
    uint8_t   random[VALKEY_STORE_STAMP_LEN];
    uint64_t  n;

    if (valkey_store_new_stamp(store, random)) {
        return -1;
    }

    n = valkey_store_now(store) * VALKEY_STORE_GROUP_KEYS
        + random[0] % VALKEY_STORE_GROUP_KEYS;

    if (n <= store->last[partition]) {
        n = store->last[partition] + 1;
    }

    store->last[partition] = n;
    *key = n * VALKEY_STORE_PARTITIONS + partition;

    return 0;
}


static valkey_store_group_t *
valkey_store_group_begin(valkey_store_issue_t *issue)
{
    uint64_t               clock;
    unsigned               partition;
    valkey_store_t        *store;
    valkey_store_task_t   *task;
    valkey_store_group_t  *group;

    store = issue->operation.task.store;
    clock = valkey_store_clock(store);
    partition = valkey_store_quota_partition(&issue->quota);

    if (store->joined[partition] >= VALKEY_STORE_GROUP_CODES) {
        return NULL;
    }

    group = malloc(sizeof(valkey_store_group_t));
    if (group == NULL) {
        return NULL;
    }

    task = &group->task;
    valkey_store_task_init(task, store);
    task->until = clock + VALKEY_STORE_GROUP_PATIENCE;

    if (task->until > issue->operation.task.until) {
        task->until = issue->operation.task.until;
    }

    group->closes_at = clock + VALKEY_STORE_GROUP_SPAN;
    valkey_store_group_init(group, issue);

    if (valkey_store_task_send(task, partition, valkey_store_group_write,
                               valkey_store_group_done))
    {
        free(group);
        return NULL;
    }

    *valkey_store_group_slot(store, partition) = group;

    return group;
}


static void
valkey_store_group_init(valkey_store_group_t *group,
    const valkey_store_issue_t *issue)
{
    const ledger_op_t     *op;
    valkey_store_codes_t  *codes;

    op = &issue->operation.op;
    codes = &group->codes;

    codes->prefix = &issue->operation.task.store->options->prefix;
    codes->partition = valkey_store_quota_partition(&issue->quota);
    codes->app = op->text[LEDGER_APP];
    codes->pages = (op->u.issue.flags & LEDGER_PAGE) != 0;
    codes->live_limit = valkey_store_quota_of(&issue->quota,
                                              op->u.issue.live_limit);
    codes->page_limit = valkey_store_quota_of(&issue->quota,
                                              op->u.issue.page_limit);
    codes->n = 0;
    codes->record = group->record;
}


/* A reply is to be had for each code that was sent: nobody joins any more. */

static int
valkey_store_group_write(valkey_store_request_t *request,
    valkey_store_out_t *out)
{
    const valkey_store_group_t  *group;

    group = (const valkey_store_group_t *) request;
    valkey_store_group_close(group);

    return valkey_store_codes_write(&group->codes, out);
}


static void
valkey_store_group_close(const valkey_store_group_t *group)
{
    valkey_store_group_t  **slot;

    slot = valkey_store_group_slot(group->task.store, group->codes.partition);

    if (*slot == group) {
        *slot = NULL;
    }
}


static void
valkey_store_group_done(valkey_store_request_t *request,
    valkey_store_outcome_t outcome, const valkey_store_reply_t *reply)
{
    size_t                       i;
    valkey_store_t              *store;
    valkey_store_group_t        *group;
    const valkey_store_reply_t  *replies;

    group = (valkey_store_group_t *) request;
    store = group->task.store;

    valkey_store_group_close(group);
    store->joined[request->partition] -= (unsigned) group->codes.n;

    if (outcome == VALKEY_STORE_GIVEN_UP) {
        store->silence = valkey_store_clock(store)
                         + VALKEY_STORE_GROUP_SILENCE;
        store->silent[request->partition] = store->silence;
    }

    replies = outcome == VALKEY_STORE_CONFIRMED
              ? valkey_store_codes_read(reply, group->codes.n) : NULL;

    for (i = 0; i < group->codes.n; i++) {
        valkey_store_issue_done(group->issue[i], outcome,
                                replies == NULL ? NULL : &replies[i]);
    }

    free(group);
}

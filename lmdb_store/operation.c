
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The operations of the state machine, but for messages and the sweep.
 */


#include "store.h"


#define LMDB_STORE_KEY_SHIFT    10       /* keys of one millisecond: 1024 */
#define LMDB_STORE_ATTEMPTS_MAX 65535


static int
lmdb_store_issue_fits(const ledger_op_t *op)
{
    size_t    len;
    unsigned  i;

    if (op->text[LEDGER_APP].len == 0
        || op->text[LEDGER_APP].len > LEDGER_APP_MAX)
    {
        return 0;
    }

    len = 0;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {

        if (op->text[i].len > LEDGER_RECORD_TEXTS_MAX) {
            return 0;
        }

        len += op->text[i].len;
    }

    return len <= LEDGER_RECORD_TEXTS_MAX;
}


static uint64_t
lmdb_store_issue_cost(const ledger_op_t *op)
{
    size_t    size;
    MDB_val   message;
    unsigned  i;

    size = LMDB_STORE_HEAD_LEN;
    message.mv_size = 0;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        size += op->text[i].len;
    }

    return lmdb_store_cost(NULL, size, &message);
}


static int
lmdb_store_issue_add(lmdb_store_t *store, ledger_op_t *op)
{
    int                  rc;
    uint64_t             now, key;
    lmdb_store_entry_t   entry;
    lmdb_store_head_t   *head;

    rc = lmdb_store_write_last_key(store);
    if (rc) {
        return rc;
    }

    now = store->now();
    key = store->write.last_key + 1;

    if (key < now << LMDB_STORE_KEY_SHIFT) {
        key = now << LMDB_STORE_KEY_SHIFT;
    }

    entry.key = key;
    head = &entry.head;
    head->state = LEDGER_STATE_WAITING;
    head->status = LEDGER_STATUS_REQUESTED;
    head->error = LEDGER_ERROR_NONE;
    head->channel = op->u.issue.channel;
    head->flags = op->u.issue.flags;
    head->refusals = 0;
    head->host_lane = op->u.issue.host_lane % LEDGER_HOST_LANES;
    head->lane = LEDGER_LANE_TIME;
    head->attempts = 0;
    head->requested_at = now;
    head->expires_at = lmdb_store_after(now, op->u.issue.lifetime);
    head->due_at = head->expires_at;
    head->validated_at = 0;
    head->link_hash = op->u.issue.link_hash;
    head->keep_until = 0;

    rc = lmdb_store_entry_append(store, &entry, op->text);
    if (rc) {
        return rc;
    }

    store->write.last_key = key;
    store->write.last_key_dirty = 1;

    op->u.issue.key = key;
    op->u.issue.requested_at = now;
    op->u.issue.expires_at = head->expires_at;

    return 0;
}


static int
lmdb_store_issue_is_beyond(const ledger_op_t *op,
    const lmdb_store_counts_t *counts)
{
    if (op->u.issue.live_limit && counts->waiting >= op->u.issue.live_limit) {
        return 1;
    }

    return (op->u.issue.flags & LEDGER_PAGE)
           && op->u.issue.page_limit
           && counts->pages >= op->u.issue.page_limit;
}


/*
 * Whether the store has room for a code: in its app's share, and in itself.
 * What is retained yields to it; what has been purged stays so if the code is
 * refused all the same.  Records of other apps may go: app is not valid after
 * it.
 */

static int
lmdb_store_issue_room(lmdb_store_t *store, ledger_op_t *op,
    const lmdb_store_app_t *app, ledger_result_t *result)
{
    int       rc, beyond;
    uint64_t  cost;

    cost = lmdb_store_issue_cost(op);

    rc = lmdb_store_share(store, app, op->u.issue.share, cost, &beyond);
    if (rc) {
        return rc;
    }

    *result = beyond ? LEDGER_SHARE_LIMIT
              : lmdb_store_space_take(store, cost) ? LEDGER_OK
              : LEDGER_FULL;

    return 0;
}


static int
lmdb_store_issue_count(lmdb_store_t *store, const ledger_op_t *op)
{
    int                rc;
    lmdb_store_app_t  *app;

    rc = lmdb_store_app_find(store, op->text[LEDGER_APP].data,
                             op->text[LEDGER_APP].len, &app);
    if (rc) {
        return rc;
    }

    app->counts.waiting++;
    app->counts.pages += (op->u.issue.flags & LEDGER_PAGE) != 0;
    app->dirty = 1;

    return 0;
}


int
lmdb_store_op_issue(lmdb_store_t *store, ledger_op_t *op)
{
    int                   rc;
    lmdb_store_app_t     *app;
    ledger_result_t   result;

    if (!lmdb_store_issue_fits(op)) {
        return lmdb_store_result(op, LEDGER_TOO_LARGE);
    }

    rc = lmdb_store_app_find(store, op->text[LEDGER_APP].data,
                             op->text[LEDGER_APP].len, &app);
    if (rc) {
        return rc;
    }

    if (lmdb_store_issue_is_beyond(op, &app->counts)) {
        return lmdb_store_result(op, LEDGER_LIVE_LIMIT);
    }

    rc = lmdb_store_issue_room(store, op, app, &result);
    if (rc) {
        return rc;
    }

    if (result != LEDGER_OK) {
        return lmdb_store_result(op, result);
    }

    rc = lmdb_store_issue_add(store, op);

    if (rc == 0) {
        rc = lmdb_store_issue_count(store, op);
    }

    return rc ? rc : lmdb_store_result(op, LEDGER_OK);
}


/*
 * Ends the life of a record that has its final status: it waits for its
 * callback in a lane, or, if the site does not want to hear of that status,
 * for its purge.
 */

int
lmdb_store_finish(lmdb_store_t *store, lmdb_store_entry_t *entry,
    unsigned lane, uint64_t due_at, uint64_t purge_at)
{
    int                 rc;
    unsigned            flag;
    lmdb_store_head_t  *head;

    head = &entry->head;

    rc = lmdb_store_app_leave(store, entry);
    if (rc) {
        return rc;
    }

    switch (head->status) {

    case LEDGER_STATUS_VALIDATED:
        flag = LEDGER_ON_VALIDATED;
        break;

    case LEDGER_STATUS_EXPIRED:
        flag = LEDGER_ON_EXPIRED;
        break;

    default:
        flag = LEDGER_ON_FAILED;
    }

    if (head->flags & flag) {
        head->state = LEDGER_STATE_CALLBACK;
        return lmdb_store_entry_move(store, entry, lane + head->host_lane,
                                     due_at);
    }

    head->state = LEDGER_STATE_KEPT;
    head->attempts = 0;

    /*
     * A record that a message has ended may stand where it stands until then:
     * the sweep, which goes in the order of the index, moves it on for less.
     */

    if (head->status != LEDGER_STATUS_EXPIRED
        && head->due_at < purge_at)
    {
        head->keep_until = purge_at;
        return lmdb_store_entry_save(store, entry);
    }

    return lmdb_store_kept_move(store, entry, purge_at);
}


/*
 * Spends the record's reply on one that the caller would send.  The caller
 * writes the record.
 */

unsigned
lmdb_store_reply(lmdb_store_head_t *head, unsigned replies, unsigned reply)
{
    if ((replies & reply) == 0 || (head->flags & LEDGER_REPLIED)) {
        return 0;
    }

    head->flags |= LEDGER_REPLIED;

    return reply;
}


int
lmdb_store_op_claim(lmdb_store_t *store, ledger_op_t *op)
{
    int                 rc;
    lmdb_store_entry_t  entry;

    rc = lmdb_store_entry_load(store, op->u.claim.key, &entry);

    if (rc == MDB_NOTFOUND) {
        return lmdb_store_result(op, LEDGER_UNKNOWN);
    }

    if (rc) {
        return rc;
    }

    if (entry.head.state != LEDGER_STATE_CALLBACK
        || entry.head.due_at != op->u.claim.due_at)
    {
        return lmdb_store_result(op, LEDGER_NOT_CURRENT);
    }

    if (entry.head.attempts < LMDB_STORE_ATTEMPTS_MAX) {
        entry.head.attempts++;
    }

    op->u.claim.attempt = entry.head.attempts;

    rc = lmdb_store_entry_move(store, &entry, entry.head.lane,
                               lmdb_store_after(store->now(),
                                                op->u.claim.lease));
    if (rc == 0) {
        rc = lmdb_store_entry_copy(&entry, op);
    }

    return rc ? rc : lmdb_store_result(op, LEDGER_OK);
}


static int
lmdb_store_complete_end(lmdb_store_t *store, ledger_op_t *op,
    lmdb_store_entry_t *entry)
{
    lmdb_store_head_t  *head;

    head = &entry->head;
    op->u.complete.reply = 0;

    switch (op->u.complete.outcome) {

    case LEDGER_RELEASE:
        head->attempts--;
        /* fall through */

    case LEDGER_RETRY:
        return lmdb_store_entry_move(store, entry, head->lane,
                                     op->u.complete.next_at);

    case LEDGER_GIVE_UP:
        head->status = LEDGER_STATUS_FAILED;

        if (head->error == LEDGER_ERROR_NONE) {
            head->error = op->u.complete.error;
        }

        op->u.complete.reply = lmdb_store_reply(head, op->u.complete.replies,
                                                LEDGER_REPLY_FAILURE);
        break;

    case LEDGER_DELIVERED:

        if (head->status == LEDGER_STATUS_VALIDATED) {
            op->u.complete.reply = lmdb_store_reply(head,
                                                    op->u.complete.replies,
                                                    LEDGER_REPLY_RESPONSE);
        }

        break;
    }

    head->state = LEDGER_STATE_KEPT;

    return lmdb_store_kept_move(store, entry,
                                lmdb_store_after(store->now(),
                                                 op->u.complete.retain));
}


int
lmdb_store_op_complete(lmdb_store_t *store, ledger_op_t *op)
{
    int                 rc;
    lmdb_store_entry_t  entry;

    rc = lmdb_store_entry_load(store, op->u.complete.key, &entry);

    if (rc == MDB_NOTFOUND) {
        return lmdb_store_result(op, LEDGER_UNKNOWN);
    }

    if (rc) {
        return rc;
    }

    if (entry.head.state != LEDGER_STATE_CALLBACK
        || op->u.complete.attempt == 0
        || (op->u.complete.outcome != LEDGER_DELIVERED
            && op->u.complete.attempt != entry.head.attempts))
    {
        return lmdb_store_result(op, LEDGER_NOT_CURRENT);
    }

    rc = lmdb_store_complete_end(store, op, &entry);
    if (rc) {
        return rc;
    }

    op->u.complete.status = entry.head.status;
    rc = lmdb_store_entry_copy(&entry, op);

    return rc ? rc : lmdb_store_result(op, LEDGER_OK);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Operations: the ledger says what each makes of a record; here is whether
 * there is room for it, and what has to be written.
 */


#include "store.h"


#define LMDB_STORE_KEY_SHIFT   10      /* keys of one millisecond: 1024 */

/* Of the share: the part that messages may take beyond it. */
#define LMDB_STORE_SHARE_MORE  4


static uint64_t
lmdb_store_operation_key(const lmdb_store_t *store, uint64_t now)
{
    uint64_t  key;

    key = store->write.last_key + 1;

    return key < now << LMDB_STORE_KEY_SHIFT ? now << LMDB_STORE_KEY_SHIFT
                                             : key;
}


/*
 * Finds room for a code: in its app's limits and share, and in the store.  Kept
 * records yield to it, and stay purged if the code is refused all the same.
 */

static int
lmdb_store_operation_issue_room(lmdb_store_t *store, ledger_op_t *op,
    uint64_t cost)
{
    int                rc, beyond;
    lmdb_store_app_t  *app;

    rc = lmdb_store_app_find(store, &op->text[LEDGER_APP], &app);
    if (rc) {
        return rc;
    }

    if (ledger_issue_is_beyond(op, app->counts.waiting, app->counts.pages)) {
        op->result = LEDGER_LIVE_LIMIT;
        return 0;
    }

    rc = lmdb_store_share(store, app, op->u.issue.share, cost, &beyond);

    if (rc == 0 && beyond) {
        op->result = LEDGER_SHARE_LIMIT;

    } else if (rc == 0 && !lmdb_store_space_take(store, cost)) {
        op->result = LEDGER_FULL;
    }

    return rc;
}


static int
lmdb_store_operation_issue(lmdb_store_t *store, ledger_op_t *op)
{
    int               rc;
    uint64_t          now;
    ledger_change_t   change;
    lmdb_store_row_t  row;

    rc = lmdb_store_write_last_key(store);
    if (rc) {
        return rc;
    }

    now = store->now();
    op->result = ledger_issue(op, lmdb_store_operation_key(store, now), now,
                              &row.record, &change);

    if (op->result != LEDGER_OK) {
        return 0;
    }

    lmdb_store_record_settle(NULL, &change, &row);

    rc = lmdb_store_operation_issue_room(store, op, row.cost);

    if (rc || op->result != LEDGER_OK) {
        return rc;
    }

    store->write.last_key = row.record.key;
    store->write.last_key_dirty = 1;

    ledger_hand_over(op, &row.record);

    return lmdb_store_record_add(store, &row, &change);
}


/*
 * 1 if the app's share has room for a message.  Messages may take more than
 * codes, which are useless without them.
 */

static int
lmdb_store_operation_message_room(lmdb_store_t *store, ledger_op_t *op,
    const lmdb_store_row_t *row, const lmdb_store_row_t *after)
{
    int                rc, beyond;
    unsigned           share;
    lmdb_store_app_t  *app;

    if (op->kind < LEDGER_VALIDATE || op->kind > LEDGER_ASK
        || op->result != LEDGER_OK || after->cost <= row->cost)
    {
        return 0;
    }

    rc = lmdb_store_app_find(store, &row->record.text[LEDGER_APP], &app);

    if (rc == 0) {
        share = op->u.message.share;
        share += share / LMDB_STORE_SHARE_MORE;
        rc = lmdb_store_share(store, app, share, 0, &beyond);
    }

    if (rc == 0 && beyond) {
        op->result = LEDGER_SHARE_LIMIT;
    }

    return rc;
}


/* Any operation on a record that exists. */

static int
lmdb_store_operation_change(lmdb_store_t *store, ledger_op_t *op)
{
    int               rc;
    ledger_change_t   change;
    lmdb_store_row_t  row, after;

    rc = lmdb_store_record_load(store, ledger_key(op), &row);

    if (rc == 0 && row.damaged) {
        rc = MDB_CORRUPTED;
    }

    if (rc && rc != MDB_NOTFOUND) {
        return rc;
    }

    op->result = ledger_apply(rc ? NULL : &row.record, NULL, op, store->now(),
                              &after.record, &change);

    if (!change.save) {
        return 0;
    }

    lmdb_store_record_settle(&row, &change, &after);

    rc = lmdb_store_operation_message_room(store, op, &row, &after);

    if (rc || op->result == LEDGER_SHARE_LIMIT) {
        return rc;
    }

    ledger_hand_over(op, &after.record);

    return lmdb_store_record_save(store, &row, &change, &after);
}


static int
lmdb_store_operation_run(lmdb_store_t *store, ledger_op_t *op)
{
    switch (op->kind) {

    case LEDGER_ISSUE:
        return lmdb_store_operation_issue(store, op);

    case LEDGER_SWEEP:
        return lmdb_store_op_sweep(store, op);

    default:
        return lmdb_store_operation_change(store, op);
    }
}


int
lmdb_store_apply(lmdb_store_t *store, ledger_op_t *op)
{
    int  rc;

    rc = lmdb_store_operation_run(store, op);

    if (rc == 0) {
        return 0;
    }

    op->result = LEDGER_FAILED;
    lmdb_store_write_failed(store, rc);

    return -1;
}

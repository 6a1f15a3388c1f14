
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Operations: the ledger says what each makes of a record; here is whether
 * there is room for it, and what has to be written.
 */


#include "store.h"


#define LMDB_STORE_KEY_SHIFT   10      /* keys of one millisecond: 1024 */

/* Of the share: the part that messages and sessions may take beyond it. */
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
    int              rc;
    uint64_t         now;
    ledger_change_t  change;
    ledger_row_t     row;

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
 * The share of an app that an operation needs more room in: 1 and *share, or 0
 * if it needs none.
 */

static int
lmdb_store_operation_grows(const ledger_op_t *op, const ledger_row_t *row,
    const ledger_row_t *after, const ledger_change_t *change,
    unsigned *share)
{
    if (op->result != LEDGER_OK) {
        return 0;
    }

    if (op->kind == LEDGER_COLLECT) {
        *share = op->u.collect.share;
        return change->begins;
    }

    *share = op->u.message.share;

    return op->kind >= LEDGER_VALIDATE && op->kind <= LEDGER_ASK
           && after->cost > row->cost;
}


/*
 * Looks whether the app's share and the store have room.  Messages and sessions
 * may take more than codes, which are useless without them.  Kept records yield
 * to them, and this one may be among these: then its login can be collected no
 * more.
 */

static int
lmdb_store_operation_room(lmdb_store_t *store, ledger_op_t *op,
    const ledger_row_t *row, unsigned share)
{
    int                rc, beyond;
    unsigned           purged;
    lmdb_store_app_t  *app;

    rc = lmdb_store_app_find(store, &row->record.text[LEDGER_APP], &app);
    if (rc) {
        return rc;
    }

    purged = store->write.purged;
    share += share / LMDB_STORE_SHARE_MORE;

    rc = lmdb_store_share(store, app, share, 0, &beyond);

    if (rc == 0 && beyond) {
        op->result = LEDGER_SHARE_LIMIT;

    } else if (rc == 0 && store->write.purged != purged
               && !lmdb_store_record_is_there(store, row->record.key))
    {
        op->result = LEDGER_UNKNOWN;

    } else if (rc == 0 && op->kind == LEDGER_COLLECT
               && !lmdb_store_space_has_session(store))
    {
        op->result = LEDGER_FULL;
    }

    return rc;
}


/* The subject, if the ledger asks for it; NULL if there is none. */

static int
lmdb_store_operation_subject(lmdb_store_t *store,
    const ledger_record_t *record, const ledger_op_t *op,
    ledger_row_subject_t *row, const ledger_subject_t **subject)
{
    int  rc;

    *subject = NULL;

    if (!ledger_wants_subject(record, op)) {
        return 0;
    }

    rc = lmdb_store_subject_load(store, &record->text[LEDGER_APP],
                                 &op->text[LEDGER_OP_SUBJECT], row);
    if (rc == 0) {
        *subject = &row->subject;
    }

    return rc == MDB_NOTFOUND ? 0 : rc;
}


/* Carries out what the ledger has made of the record last loaded. */

static int
lmdb_store_operation_save(lmdb_store_t *store, ledger_op_t *op,
    const ledger_row_t *row, const ledger_change_t *change,
    ledger_row_t *after, const ledger_row_subject_t *subject)
{
    int       rc;
    unsigned  share;

    lmdb_store_record_settle(row, change, after);

    if (lmdb_store_operation_grows(op, row, after, change, &share)) {

        rc = lmdb_store_operation_room(store, op, row, share);

        if (rc || op->result != LEDGER_OK) {
            return rc;
        }
    }

    ledger_hand_over(op, &after->record);

    rc = lmdb_store_record_save(store, row, change, after);

    if (rc == 0 && change->begins) {
        rc = lmdb_store_login_begin(store, &after->record, op, subject);
    }

    return rc;
}


/* Any operation on a record that exists. */

static int
lmdb_store_operation_change(lmdb_store_t *store, ledger_op_t *op)
{
    int                      rc, found;
    ledger_change_t          change;
    ledger_row_t             row, after;
    ledger_row_subject_t     subject;
    const ledger_subject_t  *known;

    rc = lmdb_store_record_load(store, ledger_key(op), &row);

    if (rc == 0 && row.damaged) {
        rc = MDB_CORRUPTED;
    }

    found = (rc == 0);
    known = NULL;

    if (found) {
        rc = lmdb_store_operation_subject(store, &row.record, op, &subject,
                                          &known);
    }

    if (rc && rc != MDB_NOTFOUND) {
        return rc;
    }

    op->result = ledger_apply(found ? &row.record : NULL, known, op,
                              store->now(), &after.record, &change);

    if (change.save) {
        return lmdb_store_operation_save(store, op, &row, &change, &after,
                                         known ? &subject : NULL);
    }

    /* A claim is collected again. */

    if (op->result == LEDGER_OK) {
        ledger_hand_over(op, &after.record);
    }

    return 0;
}


static int
lmdb_store_operation_run(lmdb_store_t *store, ledger_op_t *op)
{
    switch (op->kind) {

    case LEDGER_ISSUE:
        return lmdb_store_operation_issue(store, op);

    case LEDGER_SWEEP:
        return lmdb_store_op_sweep(store, op);

    case LEDGER_REVOKE:
        return lmdb_store_login_revoke(store, op);

    case LEDGER_TOUCH:
        return lmdb_store_login_touch(store, op);

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

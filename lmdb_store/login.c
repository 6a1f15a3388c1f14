
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Logins: a session begins with the collection of its record, is used, and ends
 * because its subject is revoked, for a newer one, or in time.
 */


#include "store.h"


int
lmdb_store_login_begin(lmdb_store_t *store, const ledger_record_t *record,
    const ledger_op_t *op, const ledger_row_subject_t *before)
{
    int                   rc;
    uint64_t              ended, cost;
    ledger_row_session_t  session;
    ledger_row_subject_t  subject;

    ledger_begin(record, op, before == NULL ? NULL : &before->subject,
                 &session.session, &subject.subject, &ended);

    session.stands_at = ledger_session_until(&session.session);
    lmdb_store_session_measure(&session);

    rc = lmdb_store_session_add(store, &session);

    if (rc == 0) {
        cost = before == NULL ? 0 : before->cost;
        rc = lmdb_store_subject_save(store, &subject, cost);
        lmdb_store_space_take_session(store, session.cost);
    }

    return rc || ended == 0 ? rc : lmdb_store_session_remove(store, ended);
}


/* The subject that REVOKE means, by its number or by one of its sessions. */

static int
lmdb_store_login_find(lmdb_store_t *store, const ledger_op_t *op,
    ledger_row_subject_t *subject)
{
    int                   rc;
    const ledger_text_t  *app, *number;
    ledger_row_session_t  session;

    app = &op->text[LEDGER_APP];
    number = &op->text[LEDGER_OP_SUBJECT];

    if (number->len) {
        return lmdb_store_subject_load(store, app, number, subject);
    }

    rc = lmdb_store_session_load(store, op->u.revoke.key, &session);
    if (rc) {
        return rc;
    }

    if (!ledger_text_same(app, &session.session.text[LEDGER_SESSION_APP])) {
        return MDB_NOTFOUND;
    }

    return lmdb_store_subject_load(store, app,
                               &session.session.text[LEDGER_SESSION_SUBJECT],
                               subject);
}


/* A session that cannot be read is ended all the same. */

static unsigned
lmdb_store_login_language(lmdb_store_t *store, uint64_t key)
{
    ledger_row_session_t  session;

    return lmdb_store_session_load(store, key, &session) == 0
           ? session.session.language : 0;
}


int
lmdb_store_login_revoke(lmdb_store_t *store, ledger_op_t *op)
{
    int                   rc;
    uint64_t              ended[LEDGER_SESSIONS_MAX];
    unsigned              i;
    ledger_row_subject_t  before, after;

    rc = lmdb_store_login_find(store, op, &before);

    if (rc == MDB_NOTFOUND) {
        op->result = LEDGER_UNKNOWN;
        return 0;
    }

    if (rc) {
        return rc;
    }

    op->result = ledger_revoke(&before.subject, op, store->now(),
                               &after.subject, ended);

    if (op->result != LEDGER_OK) {
        return 0;
    }

    op->u.revoke.language = op->u.revoke.ended == 0
        ? 0 : lmdb_store_login_language(store, ended[op->u.revoke.ended - 1]);

    rc = lmdb_store_subject_save(store, &after, before.cost);

    for (i = 0; rc == 0 && i < op->u.revoke.ended; i++) {
        rc = lmdb_store_session_remove(store, ended[i]);
    }

    return rc;
}


/*
 * Its entry in the index stays: a sweep that finds the entry too early moves
 * it.
 */

int
lmdb_store_login_touch(lmdb_store_t *store, ledger_op_t *op)
{
    int                   rc, found;
    ledger_row_session_t  row, after;

    rc = lmdb_store_session_load(store, op->u.touch.key, &row);
    found = (rc == 0);

    if (rc && rc != MDB_NOTFOUND) {
        return rc;
    }

    op->result = ledger_touch(found ? &row.session : NULL, op, store->now(),
                              &after.session);

    if (op->result != LEDGER_OK || !op->u.touch.moved) {
        return 0;
    }

    after.stands_at = row.stands_at;

    return lmdb_store_session_save(store, &after);
}


/* A session that has ended by itself goes, and its subject forgets it. */

static int
lmdb_store_login_end(lmdb_store_t *store, const ledger_session_t *session)
{
    int                   rc;
    uint64_t              before;
    ledger_row_subject_t  subject;

    rc = lmdb_store_subject_load(store, &session->text[LEDGER_SESSION_APP],
                                 &session->text[LEDGER_SESSION_SUBJECT],
                                 &subject);
    if (rc == 0) {
        before = subject.cost;
        ledger_subject_drop(&subject.subject, session->key);
        rc = lmdb_store_subject_save(store, &subject, before);
    }

    /* One without its subject, or with a damaged one, ends all the same. */

    if (rc && rc != MDB_NOTFOUND && rc != MDB_CORRUPTED) {
        return rc;
    }

    return lmdb_store_session_remove(store, session->key);
}


int
lmdb_store_login_sweep(lmdb_store_t *store, uint64_t now,
    const ledger_entry_t *entry)
{
    int                   rc;
    ledger_row_session_t  row;

    rc = lmdb_store_session_load(store, entry->key, &row);

    if (rc == MDB_NOTFOUND || rc == MDB_CORRUPTED
        || (rc == 0 && row.stands_at != entry->due_at))
    {
        return lmdb_store_due_remove(store, entry);
    }

    if (rc) {
        return rc;
    }

    return ledger_session_until(&row.session) > now
           ? lmdb_store_session_move(store, &row)
           : lmdb_store_login_end(store, &row.session);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Sessions are used, and their watches are told that they have ended. */


#include "store_session_help.h"
#include "lmdb_store/store.h"


static void
a_sweep_leaves_a_session_that_is_used(void **state)
{
    help_t       *h = *state;
    uint64_t      key;
    unsigned      i, expired, purged;
    ledger_op_t   op;

    key = help_session(h, HELP_NUMBER);

    for (i = 0; i < 13; i++) {
        help_now += HELP_IDLE - 1;
        op = help_touch_op(key);
        assert_int_equal(help_do(h, &op),
                         i < 12 ? LEDGER_OK : LEDGER_UNKNOWN);
        assert_int_equal(help_faults(h), 0);

        help_sweep(h, &expired, &purged);
        assert_int_equal(help_has_session(h, key), i < 12);
        assert_int_equal(help_stat(h).sessions, i < 12);
    }

    assert_int_equal(help_faults(h), 0);
}


/* The row of the session, and no other one: not even the one of its app. */

static void
a_use_writes_the_row_of_its_session_alone(void **state)
{
    help_t             *h = *state;
    uint64_t            key, other, due_at;
    ledger_op_t         op;
    ledger_session_t    before, after;
    lmdb_store_stat_t   stat;

    key = help_session(h, HELP_NUMBER);
    other = help_session(h, HELP_NUMBER);
    due_at = help_first_due(h, LMDB_STORE_LANE_SESSIONS);
    assert_int_equal(help_get_session(h, key, &before), LEDGER_OK);
    stat = help_stat(h);

    help_now += HELP_IDLE / LEDGER_TOUCHES_MAX;
    op = help_touch_op(key);
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_apply(h->store, &op), 0);
    assert_int_equal(op.result, LEDGER_OK);
    assert_int_equal(op.u.touch.moved, 1);
    assert_int_equal(h->store->write.n_apps, 0);
    assert_false(h->store->write.last_key_dirty);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    assert_int_equal(help_get_session(h, key, &after), LEDGER_OK);
    assert_true(after.seen_at == help_now);
    assert_true(after.login_at == before.login_at);
    assert_true(after.ends_at == before.ends_at);
    assert_true(after.idle == before.idle);
    assert_memory_equal(after.digest, before.digest, LEDGER_DIGEST_LEN);
    assert_int_equal(help_get_session(h, other, &after), LEDGER_OK);
    assert_true(after.seen_at < help_now);

    assert_true(help_first_due(h, LMDB_STORE_LANE_SESSIONS) == due_at);
    assert_true(help_stat(h).bytes == stat.bytes);
    assert_int_equal(help_faults(h), 0);

    /* Once is enough. */

    op = help_touch_op(key);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.touch.moved, 0);
}


static void
a_use_brings_back_no_session_that_has_ended(void **state)
{
    help_t       *h = *state;
    uint64_t      key;
    ledger_op_t   op;

    key = help_session(h, HELP_NUMBER);
    help_now += HELP_IDLE / 2;

    op = help_touch_op(key);
    help_text(&op, LEDGER_APP, "shop2");
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);

    op = help_touch_op(key);
    help_digest(op.u.touch.digest, 't');
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);

    op = help_touch_op(key + 1);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);

    /* It has ended, and no sweep has seen it. */

    help_now += HELP_IDLE / 2;
    op = help_touch_op(key);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
    assert_false(help_has_session(h, key));

    key = help_session(h, HELP_NUMBER);
    help_now += HELP_IDLE / 2;
    op = help_revoke_op(key, "", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    op = help_touch_op(key);
    assert_int_equal(help_do(h, &op), LEDGER_UNKNOWN);
    assert_false(help_has_session(h, key));
    assert_int_equal(help_faults(h), 0);
}


typedef struct {
    unsigned  n;
    uint64_t  keys[64];
} changed_t;


static void
note_changed(void *data, uint64_t key)
{
    changed_t  *changed;

    changed = data;
    changed->keys[changed->n++] = key;
}


/* A watch of a session is told that it has ended, by whatever cause. */

static void
the_keys_of_ended_sessions_are_told(void **state)
{
    help_t       *h = *state;
    uint64_t      first, key, last;
    unsigned      i, expired, purged;
    changed_t     changed;
    ledger_op_t   op;

    first = help_session(h, HELP_NUMBER);
    key = help_session(h, HELP_NUMBER);
    lmdb_store_on_changed(h->store, note_changed, &changed);

    changed.n = 0;
    op = help_touch_op(key);
    help_now += HELP_IDLE / 2;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(changed.n, 0);

    op = help_revoke_op(first, "", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(changed.n, 1);
    assert_true(changed.keys[0] == first);

    last = help_session(h, HELP_NUMBER);
    changed.n = 0;
    op = help_revoke_op(0, HELP_NUMBER, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(changed.n, 2);
    assert_true(changed.keys[0] == key && changed.keys[1] == last);

    /* Not twice. */

    changed.n = 0;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(changed.n, 0);

    help_now++;
    key = help_session(h, HELP_NUMBER);

    for (i = 1; i < LEDGER_SESSIONS_MAX; i++) {
        (void) help_session(h, HELP_NUMBER);
    }

    changed.n = 0;
    last = help_session(h, HELP_NUMBER);
    assert_true(changed.keys[changed.n - 1] == key);
    assert_true(changed.keys[changed.n - 2] == last);

    /* In time. */

    op = help_revoke_op(0, HELP_NUMBER, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    help_now++;
    key = help_session(h, HELP_NUMBER);
    help_now += HELP_IDLE;
    changed.n = 0;
    help_sweep(h, &expired, &purged);
    assert_int_equal(changed.n, 1);
    assert_true(changed.keys[0] == key);

    lmdb_store_on_changed(h->store, NULL, NULL);
    assert_int_equal(help_faults(h), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_sweep_leaves_a_session_that_is_used),
        help_test(a_use_writes_the_row_of_its_session_alone),
        help_test(a_use_brings_back_no_session_that_has_ended),
        help_test(the_keys_of_ended_sessions_are_told)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

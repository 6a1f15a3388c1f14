
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Looks at due work: what they find, of whom they find it, and entries that do
 * not belong to their rows.
 */


#include "valkey_due_help.h"


/* Looks for due callbacks */

static void
due_callbacks_are_found_by_one_host(void **state)
{
    uint64_t  key;

    (void) state;
    begin();
    key = callback();

    assert_int_equal(look(0), 1);
    assert_true(found[0].key == key);
    assert_true(found[0].due_at == plant_now);
    assert_int_equal(look(1), 0);

    /* The host that has the partitions goes on looking. */
    assert_int_equal(look(0), 1);

    next_second();
    assert_int_equal(look(1), 1);
    assert_int_equal(look(0), 0);
}


static void
work_that_is_taken_is_due_at_the_end_of_its_lease(void **state)
{
    uint64_t  key;

    (void) state;
    begin();
    key = callback();

    assert_int_equal(take(key, PLANT_MINUTE), LEDGER_OK);
    assert_int_equal(look(0), 0);

    plant_now += PLANT_MINUTE;
    assert_int_equal(look(0), 1);
    race_check();
}


/* A wall clock that was ahead wrote it, and stepped back. */

static void
work_beyond_the_horizon_is_due_now(void **state)
{
    uint64_t  key;

    (void) state;
    begin();
    key = callback();

    assert_int_equal(take(key, PLANT_HOUR), LEDGER_OK);
    assert_int_equal(look(0), 0);

    plant_now--;
    assert_int_equal(look(0), 1);
    assert_true(found[0].key == key);
}


static void
lanes_and_entries_have_bounds(void **state)
{
    unsigned            i;
    uint64_t            key;
    ledger_op_t         op;
    valkey_store_due_t  due;

    (void) state;
    begin();

    /* Codes of one partition, ten of each of ten hosts. */

    for (i = 0; i < 100; i++) {
        plant_now++;
        op = issue_op(LEDGER_ON_VALIDATED, 0);
        op.u.issue.live_limit = 1;
        op.u.issue.host_lane = i % 10;
        assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
        key = op.u.issue.key;

        op = message_op(LEDGER_VALIDATE, key, "m1");
        op.u.message.lease = 0;
        assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    }

    assert_int_equal(look_at(0, &due), 4 * 4);
    assert_true(due.more);
    assert_true(due.full);

    /* The next look goes on with other lanes, and then begins again. */

    assert_true(found[0].key < found[3].key);
    key = found[0].key;
    assert_int_equal(look_at(0, &due), 4 * 4);
    assert_true(due.more);
    assert_true(found[0].key != key);
    assert_int_equal(look_at(0, &due), 2 * 4);
    assert_false(due.more);
    assert_int_equal(look_at(0, &due), 4 * 4);
    assert_true(found[0].key == key);
}


/* Strays */

static void
an_entry_without_its_row_goes(void **state)
{
    uint64_t  key;

    (void) state;
    begin();

    key = plant_now << 10;
    add_entry(LEDGER_LANE_CALLBACK, plant_now, key);
    add_entry(LEDGER_LANE_TIME, plant_now, key + 64);
    add_entry(VALKEY_STORE_LANE_SESSIONS, plant_now, key + 128);

    assert_int_equal(look(0), 0);
    assert_int_equal(entries(key), 2);

    (void) sweep(0);
    assert_int_equal(entries(key), 0);
}


static void
an_entry_that_is_not_that_of_its_row_goes(void **state)
{
    uint64_t  key, waiting, ended;

    (void) state;
    begin();

    ended = session();
    key = callback();
    waiting = issue(0, 0);
    add_entry(LEDGER_LANE_CALLBACK + 9, plant_now - 1, key);
    add_entry(LEDGER_LANE_CALLBACK, plant_now - 1, waiting);
    add_entry(LEDGER_LANE_TIME, plant_now - 1, key);
    add_entry(VALKEY_STORE_LANE_SESSIONS, plant_now - 1, ended);

    assert_int_equal(look(0), 1);
    assert_true(found[0].key == key);
    assert_int_equal(sweep(0).u.sweep.expired, 0);

    race_check();
    assert_int_equal(record_of(waiting)->state, LEDGER_STATE_WAITING);
    assert_true(lives(ended));
}


/* Somebody has lost the entry: its row has none, and gets it back. */

static void
a_row_gets_its_entry_back_with_a_stray(void **state)
{
    uint64_t             key;
    uint8_t              stamp[VALKEY_STORE_STAMP_LEN];
    ledger_text_t        prefix = { "wa", 2 };
    valkey_store_name_t  name, row;

    (void) state;
    begin();

    key = callback();
    valkey_store_name_key(&row, &prefix, VALKEY_STORE_RECORD, key);
    memcpy(stamp, plant_ask("GET", row.data, row.len, NULL, NULL)->text.data,
           sizeof(stamp));

    name_due(key, &name);
    assert_int_equal(plant_ask("DEL", name.data, name.len, NULL, NULL)->integer,
                     1);
    add_entry(LEDGER_LANE_CALLBACK + 9, plant_now - 1, key);

    assert_int_equal(look(0), 0);
    race_check();

    /* Danger: who has read it before must not write over it. */

    assert_memory_not_equal(plant_ask("GET", row.data, row.len, NULL,
                                      NULL)->text.data,
                            stamp, sizeof(stamp));
    assert_int_equal(look(0), 1);
}


/* Sweeps */

static void
a_code_expires_and_is_kept(void **state)
{
    uint64_t  key;

    (void) state;
    begin();
    key = issue(LEDGER_PAGE, 0);

    assert_int_equal(sweep(0).u.sweep.expired, 0);
    plant_now += 5 * PLANT_MINUTE;
    next_second();
    assert_int_equal(sweep(1).u.sweep.expired, 1);

    assert_int_equal(record_of(key)->state, LEDGER_STATE_KEPT);
    assert_int_equal(entries(key), 0);
    race_check();
}


static void
an_expired_code_with_a_callback_is_due(void **state)
{
    uint64_t  key;

    (void) state;
    begin();
    key = issue(LEDGER_ON_EXPIRED, 0);

    plant_now += 5 * PLANT_MINUTE;
    assert_int_equal(sweep(0).u.sweep.expired, 1);
    assert_int_equal(record_of(key)->state, LEDGER_STATE_CALLBACK);
    assert_int_equal(look(0), 1);
    race_check();
}


/* More than one look of a sweep finds. */

static void
many_codes_expire_in_one_sweep(void **state)
{
    unsigned     i;
    ledger_op_t  op;

    (void) state;
    begin();

    for (i = 0; i < 100; i++) {
        plant_now++;
        op = issue_op(0, 0);
        op.u.issue.live_limit = i < 50 ? 500 : 0;
        assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    }

    plant_now += 5 * PLANT_MINUTE;
    op = sweep(0);
    assert_int_equal(op.u.sweep.expired, 100);
    assert_int_equal(op.u.sweep.more, 0);
    race_check();
}


static void
a_session_that_is_used_goes_on(void **state)
{
    uint64_t     key;
    ledger_op_t  op;

    (void) state;
    begin();
    key = session();
    plant_now += PLANT_HOUR / 2;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TOUCH;
    op.u.touch.key = key;
    memset(op.u.touch.digest, 's', LEDGER_DIGEST_LEN);
    plant_text(&op, LEDGER_APP, "shop");
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    assert_int_equal(op.u.touch.moved, 1);

    plant_now += PLANT_HOUR / 2;
    (void) sweep(0);
    assert_true(lives(key));
    race_check();

    plant_now += PLANT_HOUR / 2;
    next_second();
    (void) sweep(0);
    assert_false(lives(key));
    assert_int_equal(sessions(), 0);
    assert_int_equal(entries(key), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(due_callbacks_are_found_by_one_host),
        cmocka_unit_test(work_that_is_taken_is_due_at_the_end_of_its_lease),
        cmocka_unit_test(work_beyond_the_horizon_is_due_now),
        cmocka_unit_test(lanes_and_entries_have_bounds),
        cmocka_unit_test(an_entry_without_its_row_goes),
        cmocka_unit_test(an_entry_that_is_not_that_of_its_row_goes),
        cmocka_unit_test(a_row_gets_its_entry_back_with_a_stray),
        cmocka_unit_test(a_code_expires_and_is_kept),
        cmocka_unit_test(an_expired_code_with_a_callback_is_due),
        cmocka_unit_test(many_codes_expire_in_one_sweep),
        cmocka_unit_test(a_session_that_is_used_goes_on)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}

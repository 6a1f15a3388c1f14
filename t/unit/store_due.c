
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The index of due work. */


#include "store_help.h"


#define LANE  (LEDGER_LANE_CALLBACK + 7)


/* A validated record that is due at a time of the test's choice. */

static uint64_t
due_record(help_t *h, uint64_t due_at, unsigned host_lane)
{
    ledger_op_t  op;

    op = help_issue_op(LEDGER_ON_VALIDATED);
    op.u.issue.host_lane = host_lane;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, op.u.issue.key,
                                  "m1"),
                     LEDGER_OK);
    assert_int_equal(help_complete(h, op.u.issue.key, 1, LEDGER_RETRY,
                                   due_at),
                     LEDGER_OK);

    return op.u.issue.key;
}


static unsigned
due(help_t *h, unsigned lane, uint64_t horizon, ledger_due_t *out,
    unsigned max)
{
    unsigned  n;

    assert_int_equal(lmdb_store_due(h->store, lane, help_now, horizon, out,
                                    max, &n),
                     LEDGER_OK);
    return n;
}


static void
an_empty_lane_has_nothing_due(void **state)
{
    help_t        *h;
    ledger_due_t   out[4];

    h = *state;
    (void) due_record(h, help_now, 6);
    (void) due_record(h, help_now, 8);

    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 0);
    assert_true(help_first_due(h, LANE) == UINT64_MAX);
    assert_true(help_first_due(h, LMDB_STORE_LANES - 1) == UINT64_MAX);
}


static void
lanes_without_entries_are_passed_over(void **state)
{
    help_t    *h;
    unsigned   lane;

    h = *state;
    (void) due_record(h, help_now, 6);
    (void) due_record(h, help_now, LEDGER_HOST_LANES - 1);

    assert_int_equal(lmdb_store_next_lane(h->store, LEDGER_LANE_CALLBACK,
                                          &lane),
                     LEDGER_OK);
    assert_int_equal(lane, LEDGER_LANE_CALLBACK + 6);

    assert_int_equal(lmdb_store_next_lane(h->store, lane + 1, &lane),
                     LEDGER_OK);
    assert_int_equal(lane, LEDGER_LANE_CALLBACK
                           + LEDGER_HOST_LANES - 1);

    assert_int_equal(lmdb_store_next_lane(h->store, lane + 1, &lane),
                     LEDGER_OK);
    assert_int_equal(lane, LMDB_STORE_LANES);
}


static void
due_work_comes_in_order_and_only_when_its_time_has_come(void **state)
{
    help_t        *h;
    uint64_t       one, two;
    ledger_due_t   out[4];

    h = *state;
    two = due_record(h, HELP_EPOCH + 20, 7);
    one = due_record(h, HELP_EPOCH + 10, 7);
    (void) due_record(h, HELP_EPOCH + 30, 7);

    assert_true(help_first_due(h, LANE) == HELP_EPOCH + 10);

    help_now = HELP_EPOCH + 9;
    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 0);

    help_now = HELP_EPOCH + 20;
    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 2);
    assert_true(out[0].key == one);
    assert_true(out[0].due_at == HELP_EPOCH + 10);
    assert_true(out[1].key == two);

    assert_int_equal(due(h, LANE, HELP_HOUR, out, 1), 1);
    assert_true(out[0].key == one);
}


static void
work_beyond_the_horizon_is_due_after_the_clock_stepped_back(void **state)
{
    help_t        *h;
    uint64_t       far, here;
    ledger_due_t   out[4];

    h = *state;
    far = due_record(h, HELP_EPOCH + HELP_HOUR, 7);
    help_now = HELP_EPOCH - 24 * HELP_HOUR;
    here = due_record(h, help_now, 7);
    (void) due_record(h, help_now + HELP_HOUR, 7);

    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 2);
    assert_true(out[0].key == here);
    assert_true(out[1].key == far);

    assert_int_equal(due(h, LANE, UINT64_MAX, out, 4), 1);
}


static void
expiry_beyond_the_horizon_is_not_due(void **state)
{
    help_t        *h;
    ledger_due_t   out[4];

    h = *state;
    (void) help_issue(h, 0);
    help_now -= 24 * HELP_HOUR;

    assert_int_equal(due(h, LEDGER_LANE_TIME, 1, out, 4), 0);
}


static void
take_moves_work_from_the_head_until_its_lease_ends(void **state)
{
    help_t        *h;
    uint64_t       key;
    unsigned       attempt;
    ledger_due_t   out[4];

    h = *state;
    key = due_record(h, HELP_EPOCH, 7);
    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 1);
    assert_int_equal(help_take(h, key, out[0].due_at, &attempt),
                     LEDGER_OK);

    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 0);

    help_now += HELP_LEASE;
    assert_int_equal(due(h, LANE, HELP_HOUR, out, 4), 1);
    assert_true(out[0].key == key);
    assert_int_equal(help_faults(h), 0);
}


static void
each_record_stands_in_the_index_once_in_every_state(void **state)
{
    help_t             *h;
    uint64_t            key;
    unsigned            expired, purged;
    lmdb_store_stat_t   stat;

    h = *state;
    key = due_record(h, HELP_EPOCH, 7);
    (void) help_issue(h, LEDGER_ON_EXPIRED);
    assert_int_equal(help_complete(h, key, 1, LEDGER_DELIVERED, 0),
                     LEDGER_OK);
    help_now += 6 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    (void) help_issue(h, 0);

    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.records, 3);
    assert_int_equal(stat.due, 3);
    assert_int_equal(stat.waiting, 1);
    assert_int_equal(stat.messages, 1);
    assert_int_equal(help_faults(h), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(an_empty_lane_has_nothing_due),
        help_test(lanes_without_entries_are_passed_over),
        help_test(due_work_comes_in_order_and_only_when_its_time_has_come),
        help_test(work_beyond_the_horizon_is_due_after_the_clock_stepped_back),
        help_test(expiry_beyond_the_horizon_is_not_due),
        help_test(take_moves_work_from_the_head_until_its_lease_ends),
        help_test(each_record_stands_in_the_index_once_in_every_state)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

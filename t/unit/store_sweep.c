
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Time: expiry, purge, and room for new codes. */


#include <lmdb.h>

#include "store_help.h"


/* 256 pages. */
#define SMALL_MAP  (1024 * 1024)
#define BATCH      64


static void
what_is_not_due_is_left_alone(void **state)
{
    help_t    *h;
    unsigned   expired, purged;

    h = *state;
    (void) help_issue(h, LEDGER_ON_EXPIRED);
    help_now += 5 * HELP_MINUTE - 1;

    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 0);
    assert_int_equal(purged, 0);
}


static void
an_expired_code_waits_for_its_callback_in_its_own_lane(void **state)
{
    help_t           *h;
    uint64_t          key;
    unsigned          expired, purged, attempt;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_EXPIRED);
    help_now += 5 * HELP_MINUTE;

    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(record.status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(record.lane, LEDGER_LANE_EXPIRED + 7);
    assert_int_equal(record.due_at, help_now);
    assert_int_equal(record.attempts, 0);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_EXPIRED);
    assert_int_equal(help_take(h, key, help_now, &attempt), LEDGER_OK);
    assert_int_equal(help_complete(h, key, 1, LEDGER_DELIVERED, 0),
                     LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_KEPT);
    assert_int_equal(record.status, LEDGER_STATUS_EXPIRED);
}


static void
an_expired_code_nobody_wants_to_hear_of_is_kept_and_purged(void **state)
{
    help_t             *h;
    uint64_t            key;
    unsigned            expired, purged;
    lmdb_store_stat_t   stat;
    ledger_record_t     record;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);
    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m1"),
                     LEDGER_OK);
    help_now += 5 * HELP_MINUTE;

    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);
    assert_int_equal(purged, 0);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_KEPT);
    assert_int_equal(record.due_at, help_now + HELP_HOUR);

    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 1);

    assert_int_equal(help_try_get(h, key, &record),
                     LEDGER_UNKNOWN);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.records, 0);
    assert_int_equal(stat.due, 0);
    assert_int_equal(stat.messages, 0);
    assert_int_equal(stat.waiting, 0);
}


/* It stands where it stood, at its expiry, until a sweep comes there. */

static void
a_decided_code_without_callback_is_moved_on_and_purged_in_its_time(
    void **state)
{
    help_t           *h;
    uint64_t          key, due_at, until;
    unsigned          expired, purged;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);
    until = help_now + HELP_HOUR;

    due_at = help_first_due(h, LEDGER_LANE_TIME);
    assert_int_equal(due_at, help_now + 5 * HELP_MINUTE);

    help_now = due_at;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 0);
    assert_int_equal(purged, 0);

    due_at = help_first_due(h, help_kept_lane("shop"));
    assert_int_equal(due_at, until);

    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(record.due_at, until);
    assert_int_equal(help_faults(h), 0);

    help_now = until - 1;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 0);

    help_now = until;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 1);
    assert_int_equal(help_try_get(h, key, &record),
                     LEDGER_UNKNOWN);
}


static void
callbacks_under_way_are_not_swept(void **state)
{
    help_t    *h;
    uint64_t   key;
    unsigned   expired, purged;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);

    help_now += 1000 * HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired + purged, 0);
}


static void
issue_many(help_t *h, const char *app, unsigned n)
{
    unsigned     i;
    ledger_op_t  op;

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (i = 0; i < n; i++) {
        op = help_issue_op(0);
        help_text(&op, LEDGER_APP, app);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.result, LEDGER_OK);
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
}


/* The bound is a time, so the machine must not be asked to be exact. */

static void
one_sweep_stops_after_a_bounded_time_and_says_so(void **state)
{
    help_t       *h;
    unsigned      sum, sweeps;
    ledger_op_t   op;

    h = *state;
    issue_many(h, "shop", 20000);
    help_now += HELP_HOUR;

    sum = 0;
    sweeps = 0;

    do {
        memset(&op, 0, sizeof(op));
        op.kind = LEDGER_SWEEP;
        op.u.sweep.retain = HELP_HOUR;
        assert_int_equal(help_do(h, &op), LEDGER_OK);
        sum += op.u.sweep.expired;
        sweeps++;
        assert_true(op.u.sweep.expired > 0);

    } while (op.u.sweep.more);

    assert_int_equal(sum, 20000);
    assert_true(sweeps > 1);
    assert_int_equal(help_faults(h), 0);
}


/*
 * Codes that expire may be due at once in a lane that the sweeps have passed:
 * that of "shop", while the sweeps are at a later app.
 */

static void
lanes_that_were_passed_are_swept_again(void **state)
{
    char          later[] = "a";
    help_t       *h;
    unsigned      expired, purged;
    ledger_op_t   op;

    while (help_kept_lane(later) <= help_kept_lane("shop")) {
        later[0]++;
    }

    h = *state;
    issue_many(h, later, 4000);
    help_now += 5 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);

    help_now += HELP_HOUR - HELP_MINUTE;
    issue_many(h, "shop", 1500);
    purged = 0;

    do {
        help_now += HELP_MINUTE;
        memset(&op, 0, sizeof(op));
        op.kind = LEDGER_SWEEP;
        assert_int_equal(help_do(h, &op), LEDGER_OK);
        purged += op.u.sweep.purged;

    } while (op.u.sweep.more);

    assert_int_equal(purged, 4000 + 1500);
}


static int
help_setup_small(void **state)
{
    help_t  *h;

    (void) help_setup_directory(state);
    h = *state;
    h->map_size = SMALL_MAP;
    help_open(h);

    return 0;
}


/* Issues codes until the store is full and returns how many. */

static unsigned
fill(help_t *h, uint64_t *last)
{
    int          full;
    unsigned     n, i;
    ledger_op_t  op;

    n = 0;
    full = 0;

    while (!full && n < 100000) {
        assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

        for (i = 0; i < BATCH && !full; i++) {
            op = help_issue_op(LEDGER_ON_VALIDATED);
            assert_int_equal(lmdb_store_apply(h->store, &op), 0);

            if (op.result == LEDGER_OK) {
                *last = op.u.issue.key;
                n++;

            } else {
                assert_int_equal(op.result, LEDGER_FULL);
                full = 1;
            }
        }

        assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
    }

    return full ? n : 0;
}


static void
a_full_map_refuses_codes_and_nothing_else(void **state)
{
    help_t             *h;
    uint64_t            last;
    unsigned            n, i;
    lmdb_store_stat_t   stat;

    h = *state;
    last = 0;
    n = fill(h, &last);
    assert_true(n > 1000);

    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.map_pages, 256);
    assert_true(stat.used_pages >= 205 && stat.used_pages <= 235);

    for (i = 0; i < 20; i++) {
        assert_int_equal(help_message(h, LEDGER_VALIDATE, last - i, "m"),
                         LEDGER_OK);
        assert_int_equal(help_complete(h, last - i, 1, LEDGER_DELIVERED,
                                       0),
                         LEDGER_OK);
    }

    assert_int_equal(help_faults(h), 0);
}


static void
a_full_map_is_swept_and_takes_codes_again(void **state)
{
    help_t    *h;
    uint64_t   last;
    unsigned   n, early;

    h = *state;
    last = 0;
    n = fill(h, &last);

    /* All expire, and some of them are purged before their time. */

    help_now += HELP_HOUR;
    early = help_sweep_tight(h) - n;
    assert_true(early > 0 && early < n / 2);

    help_now += 2 * HELP_HOUR;
    assert_int_equal(help_sweep_tight(h), n - early);

    /* The free pages are not counted for each code. */
    usleep(200000);
    assert_true(fill(h, &last) > n / 2);
}


static void
one_transaction_stops_issuing_before_the_map_is_full(void **state)
{
    help_t             *h;
    unsigned            n;
    ledger_op_t         op;
    lmdb_store_stat_t   stat;

    h = *state;
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (n = 0, op.result = LEDGER_OK;
         op.result == LEDGER_OK && n < 100000;
         n++)
    {
        op = help_issue_op(0);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
    }

    assert_int_equal(op.result, LEDGER_FULL);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_true(stat.used_pages < stat.map_pages * 9 / 10);
    assert_int_equal(help_faults(h), 0);
}


#define small(name) cmocka_unit_test_setup_teardown(name, help_setup_small,   \
                                                    help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(what_is_not_due_is_left_alone),
        help_test(an_expired_code_waits_for_its_callback_in_its_own_lane),
        help_test(an_expired_code_nobody_wants_to_hear_of_is_kept_and_purged),
        help_test(
          a_decided_code_without_callback_is_moved_on_and_purged_in_its_time),
        help_test(callbacks_under_way_are_not_swept),
        help_test(one_sweep_stops_after_a_bounded_time_and_says_so),
        help_test(lanes_that_were_passed_are_swept_again),
        small(a_full_map_refuses_codes_and_nothing_else),
        small(a_full_map_is_swept_and_takes_codes_again),
        small(one_transaction_stops_issuing_before_the_map_is_full)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

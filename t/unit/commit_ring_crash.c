
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A holder of the writer lock that dies, and a store that refuses.
 */


#define _GNU_SOURCE

#include "commit_ring_fault.h"


static void
other_wake_and_die(unsigned seat, void *data)
{
    (void) seat;
    (void) data;

    _exit(0);
}


static void
test_holder_dies_before_commit_next_one_applies(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    other_start(h, FAULT_DIE_BEFORE_COMMIT, help_wake);
    seat = commit_ring_join(h->ring, getpid());
    help_push(h, seat, 1);
    help_push(h, seat, 2);
    other_turn();
    help_outlast_leader();

    assert_null(commit_ring_next(h->ring, seat));

    help_open(h);
    assert_int_equal(help_turn(h).applied, 2);

    help_expect(h, seat, 1, LEDGER_OK);
    help_expect(h, seat, 2, LEDGER_OK);
    help_each_once(h, 2);
}


static void
test_holder_dies_after_commit_next_one_only_announces(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    other_start(h, FAULT_DIE_AFTER_COMMIT, help_wake);
    seat = commit_ring_join(h->ring, getpid());
    help_push(h, seat, 1);
    other_turn();
    help_outlast_leader();

    assert_null(commit_ring_next(h->ring, seat));

    help_open(h);
    help_push(h, seat, 2);
    assert_int_equal(help_turn(h).applied, 1);
    assert_true(h->woken[seat] >= 1);

    help_expect(h, seat, 1, LEDGER_OK);
    help_expect(h, seat, 2, LEDGER_OK);
    help_each_once(h, 2);
}


static void
test_holder_dies_in_wake_next_one_wakes_all(void **state)
{
    help_t    *h = *state;
    unsigned   a, b;

    other_start(h, FAULT_NONE, other_wake_and_die);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    help_push(h, a, 1);
    help_push(h, b, 2);
    other_turn();
    help_outlast_leader();

    help_open(h);
    assert_int_equal(help_turn(h).applied, 0);
    assert_true(h->woken[a] >= 1);
    assert_true(h->woken[b] >= 1);

    help_expect(h, a, 1, LEDGER_OK);
    help_expect(h, b, 2, LEDGER_OK);
    help_each_once(h, 2);
}


static void
test_commit_fails_operations_fail_and_later_ones_work(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());
    help_push(h, seat, 1);
    help_push(h, seat, 2);

    fault = FAULT_COMMIT_FAILS;
    assert_int_equal(help_turn(h).result, LEDGER_FAILED);
    assert_int_equal(h->woken[seat], 1);

    help_expect(h, seat, 1, LEDGER_FAILED);
    help_expect(h, seat, 2, LEDGER_FAILED);
    assert_int_equal(help_count(h, 1), 0);

    help_push(h, seat, 3);
    assert_int_equal(help_turn(h).result, LEDGER_OK);
    help_expect(h, seat, 3, LEDGER_OK);
    assert_int_equal(help_count(h, 1), 0);
}


static void
test_failed_commit_on_the_disk_is_not_applied_again(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());
    help_push(h, seat, 1);

    fault = FAULT_COMMIT_FAILS_BUT_REACHES_THE_DISK;
    assert_int_equal(help_turn(h).result, LEDGER_FAILED);
    help_expect(h, seat, 1, LEDGER_FAILED);

    help_push(h, seat, 2);
    assert_int_equal(help_turn(h).applied, 1);
    help_expect(h, seat, 2, LEDGER_OK);
    assert_int_equal(help_count(h, 1), 1);
}


static void
test_begin_fails_operations_stay_queued(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());
    help_push(h, seat, 1);

    fault = FAULT_BEGIN_FAILS;
    assert_int_equal(help_turn(h).result, LEDGER_FAILED);
    assert_null(commit_ring_next(h->ring, seat));
    assert_true(commit_ring_pending(h->ring, seat));

    fault = FAULT_NONE;
    assert_int_equal(help_turn(h).result, LEDGER_OK);
    help_expect(h, seat, 1, LEDGER_OK);
}


static void
test_poisoned_operations_fail_alone(void **state)
{
    help_t              *h = *state;
    unsigned             a, b, i, poisoned;
    commit_ring_turn_t   turn;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());

    for (i = 100; i < 150; i++) {
        poisoned = i == 100 || i == 123 || i == 149;
        help_push(h, a, poisoned ? 7777 : i);
        help_push(h, b, 1000 + i);
    }

    fault_poison = "7777";
    turn = help_turn(h);
    fault_poison = NULL;

    assert_int_equal(turn.result, LEDGER_OK);
    assert_int_equal(turn.applied, 100);
    assert_int_equal(turn.refused, 3);

    for (i = 100; i < 150; i++) {
        poisoned = i == 100 || i == 123 || i == 149;
        help_expect(h, a, poisoned ? 7777 : i,
                    poisoned ? LEDGER_FAILED : LEDGER_OK);
        assert_int_equal(help_count(h, i), !poisoned);

        help_expect(h, b, 1000 + i, LEDGER_OK);
        assert_int_equal(help_count(h, 1000 + i), 1);
    }

    assert_int_equal(help_count(h, 7777), 0);
}


#define ring_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, help_setup, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ring_test(test_holder_dies_before_commit_next_one_applies),
        ring_test(test_holder_dies_after_commit_next_one_only_announces),
        ring_test(test_holder_dies_in_wake_next_one_wakes_all),
        ring_test(test_commit_fails_operations_fail_and_later_ones_work),
        ring_test(test_failed_commit_on_the_disk_is_not_applied_again),
        ring_test(test_begin_fails_operations_stay_queued),
        ring_test(test_poisoned_operations_fail_alone),
    };

    return cmocka_run_group_tests_name("commit_ring_crash", tests, NULL, NULL);
}

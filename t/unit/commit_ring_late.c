
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * LMDB gives its lock away inside commit.  A holder that is slow after that
 * finds that another one has announced its results, and gone on or died.
 */


#define _GNU_SOURCE

#include "commit_ring_fault.h"


static help_t    *overtaken;
static unsigned   overtaken_seat;


static void
overtake(void)
{
    help_push(overtaken, overtaken_seat, 2);

    /* Only now is this process, slow as it is, not the leader any more. */
    help_outlast_leader();
    other_turn();
}


static void
overtake_and_read_all(void)
{
    overtake();

    help_expect(overtaken, overtaken_seat, 1, LEDGER_OK);
    help_expect(overtaken, overtaken_seat, 2, LEDGER_OK);
    help_push(overtaken, overtaken_seat, 3);
}


/* Another process will take a turn in the midst of this one's first. */

static void
overtake_start(help_t *h, fault_t other_fault)
{
    other_start(h, other_fault, help_wake);
    help_open(h);

    overtaken = h;
    overtaken_seat = commit_ring_join(h->ring, getpid());
    fault_overtake = overtake;

    help_push(h, overtaken_seat, 1);
}


/* Another turn does the rest after the late holder's turn. */

static void
expect_both_once(help_t *h)
{
    help_outlast_leader();
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    help_expect(h, overtaken_seat, 1, LEDGER_OK);
    help_expect(h, overtaken_seat, 2, LEDGER_OK);
    assert_null(commit_ring_next(h->ring, overtaken_seat));
    help_each_once(h, 2);
}


static void
test_late_holder_does_not_announce_for_one_that_died(void **state)
{
    help_t  *h = *state;

    /* The other one has noted the second operation, but not committed it. */

    overtake_start(h, FAULT_DIE_BEFORE_COMMIT);
    fault = FAULT_OVERTAKEN;
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    expect_both_once(h);
}


static void
test_late_holder_keeps_the_note_of_one_that_died_later(void **state)
{
    help_t  *h = *state;

    overtake_start(h, FAULT_DIE_AFTER_COMMIT);
    fault = FAULT_OVERTAKEN;
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    expect_both_once(h);
}


static void
test_late_holder_of_a_failed_commit_leaves_its_successor_alone(void **state)
{
    help_t  *h = *state;

    overtake_start(h, FAULT_NONE);
    fault_overtake = overtake_and_read_all;
    fault = FAULT_OVERTAKEN_AFTER_FAILURE;
    assert_int_equal(help_turn(h).result, LEDGER_FAILED);

    assert_null(commit_ring_next(h->ring, overtaken_seat));
    assert_int_equal(help_turn(h).applied, 1);
    help_expect(h, overtaken_seat, 3, LEDGER_OK);
    help_each_once(h, 3);
}


#define ring_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, help_setup, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ring_test(test_late_holder_does_not_announce_for_one_that_died),
        ring_test(test_late_holder_keeps_the_note_of_one_that_died_later),
        ring_test(
            test_late_holder_of_a_failed_commit_leaves_its_successor_alone),
    };

    return cmocka_run_group_tests_name("commit_ring_late", tests, NULL, NULL);
}

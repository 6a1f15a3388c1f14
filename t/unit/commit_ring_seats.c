
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * More seats with operations than one transaction lists: none may wait for
 * long, and none may be forgotten when the holder of the lock dies.
 */


#define _GNU_SOURCE

#define HELP_SEATS      600
#define HELP_SEAT_SIZE  ((size_t) 64 * 1024)

#include "commit_ring_fault.h"
#include "lmdb_store/commit_ring_batch.h"


#define SEATS_LAST  (COMMIT_RING_BATCH_SEATS + 43)


static void
seats_join(help_t *h, unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        assert_int_equal(commit_ring_join(h->ring, getpid()), i);
    }
}


/* Each of these seats gets an operation with the seat's number. */

static void
seats_push(help_t *h, unsigned first, unsigned last)
{
    unsigned  i;

    for (i = first; i <= last; i++) {
        assert_int_equal(help_push(h, i, i), LEDGER_OK);
    }
}


static void
seats_expect_once(help_t *h, unsigned last)
{
    unsigned  i, *counts;

    counts = help_counts(h);

    for (i = 0; i <= last; i++) {
        help_expect(h, i, i, LEDGER_OK);
        assert_null(commit_ring_next(h->ring, i));
        assert_int_equal(counts[i], 1);
    }

    free(counts);
}


static void
test_one_turn_serves_more_seats_than_a_transaction(void **state)
{
    help_t              *h = *state;
    unsigned             i, n;
    commit_ring_turn_t   turn;

    help_open(h);
    seats_join(h, HELP_SEATS);

    for (n = 0; n < 3; n++) {
        seats_push(h, 0, HELP_SEATS - 1);
    }

    turn = help_turn(h);

    assert_int_equal(turn.result, LEDGER_OK);
    assert_int_equal(turn.applied, 3 * HELP_SEATS);
    assert_int_equal(turn.refused, 0);

    for (i = 0; i < HELP_SEATS; i++) {
        assert_true(h->woken[i] >= 1);

        for (n = 0; n < 3; n++) {
            help_expect(h, i, i, LEDGER_OK);
        }
    }
}


static unsigned
seats_committed(help_t *h, unsigned seat)
{
    uint64_t              committed, pos;
    unsigned              n;
    commit_ring_entry_t  *entry;

    committed = atomic_load(&h->ring->seat[seat].committed);
    pos = 0;

    for (n = 0; pos < committed; n++) {
        entry = commit_ring_entry(h->ring, seat, pos, committed);
        assert_non_null(entry);
        pos += entry->size;
    }

    return n;
}


static help_t    *fair;
static unsigned   fair_before;     /* committed of the first seat */


static void
fair_wake(unsigned seat, void *data)
{
    (void) data;

    if (seat == SEATS_LAST && fair_before == 0) {
        fair_before = seats_committed(fair, 0);
    }
}


static void
test_seats_that_are_not_listed_come_next(void **state)
{
    help_t              *h = *state;
    unsigned             n;
    commit_ring_turn_t   turn;

    help_open(h);
    seats_join(h, SEATS_LAST + 1);

    for (n = 0; n < 20; n++) {
        seats_push(h, 0, SEATS_LAST - 1);
    }

    seats_push(h, SEATS_LAST, SEATS_LAST);

    fair = h;
    fair_before = 0;
    commit_ring_turn(h->ring, h->store, fair_wake, h, &turn);

    assert_int_equal(turn.applied, 20 * SEATS_LAST + 1);
    assert_true(fair_before >= 1 && fair_before <= 2);
}


static void
test_poisoned_operation_among_many_seats_fails_alone(void **state)
{
    help_t              *h = *state;
    unsigned             i, *counts;
    commit_ring_turn_t   turn;

    help_open(h);
    seats_join(h, SEATS_LAST + 1);

    for (i = 0; i <= SEATS_LAST; i++) {
        help_push(h, i, i == 77 ? 7777 : i);
        help_push(h, i, 1000 + i);
    }

    fault_poison = "7777";
    turn = help_turn(h);
    fault_poison = NULL;

    assert_int_equal(turn.result, LEDGER_OK);
    assert_int_equal(turn.applied, 2 * (SEATS_LAST + 1));
    assert_int_equal(turn.refused, 1);

    counts = help_counts(h);

    for (i = 0; i <= SEATS_LAST; i++) {
        help_expect(h, i, i == 77 ? 7777 : i,
                    i == 77 ? LEDGER_FAILED : LEDGER_OK);
        help_expect(h, i, 1000 + i, LEDGER_OK);
        assert_int_equal(counts[i], i != 77);
        assert_int_equal(counts[1000 + i], 1);
    }

    free(counts);
}


/*
 * The first holder notes seats that the second one does not list, and neither
 * note may make a third one announce what nobody has committed.
 */

static void
test_holders_die_seats_that_only_one_noted_lose_nothing(void **state)
{
    help_t  *h = *state;

    seats_join(h, SEATS_LAST + 1);

    other_start(h, FAULT_DIE_BEFORE_COMMIT, help_wake);
    seats_push(h, 100, SEATS_LAST);
    other_turn();
    help_outlast_leader();

    other_start(h, FAULT_DIE_AFTER_COMMIT, help_wake);
    seats_push(h, 0, 99);
    other_turn();
    help_outlast_leader();

    help_open(h);
    assert_int_equal(help_turn(h).applied,
                     SEATS_LAST + 1 - COMMIT_RING_BATCH_SEATS);
    seats_expect_once(h, SEATS_LAST);
}


static void
test_seats_are_looked_at_from_when_they_are_taken(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    help_open(h);
    assert_int_equal(atomic_load(&h->ring->used), 0);

    seats_join(h, 3);
    assert_int_equal(atomic_load(&h->ring->used), 3);

    for (seat = 0; seat < 3; seat++) {
        commit_ring_leave(h->ring, seat);
    }

    seats_join(h, 2);
    assert_int_equal(atomic_load(&h->ring->used), 3);

    seats_push(h, 0, 1);
    assert_true(commit_ring_wanted(h->ring));
    assert_int_equal(help_turn(h).applied, 2);
}


#define ring_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, help_setup, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ring_test(test_one_turn_serves_more_seats_than_a_transaction),
        ring_test(test_seats_that_are_not_listed_come_next),
        ring_test(test_poisoned_operation_among_many_seats_fails_alone),
        ring_test(test_holders_die_seats_that_only_one_noted_lose_nothing),
        ring_test(test_seats_are_looked_at_from_when_they_are_taken),
    };

    return cmocka_run_group_tests_name("commit_ring_seats", tests, NULL, NULL);
}

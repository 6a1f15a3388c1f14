
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One worker leads while others have operations, and in a certain order.
 */


#include <pthread.h>
#include <stdatomic.h>

#include "commit_ring_help.h"


typedef struct {
    help_t    *help;
    unsigned   a;
    unsigned   b;
    int        early;      /* b had its result while a still waited */
} fair_t;


static void
fair_wake(unsigned seat, void *data)
{
    fair_t  *f = data;

    if (seat == f->b && commit_ring_pending(f->help->ring, f->a)) {
        f->early = 1;
    }
}


static void
test_long_queue_does_not_keep_another_seat_waiting(void **state)
{
    fair_t               f;
    help_t              *h = *state;
    unsigned             i, n;
    commit_ring_turn_t   turn;

    help_open(h);
    f.help = h;
    f.a = commit_ring_join(h->ring, getpid());
    f.b = commit_ring_join(h->ring, getpid());
    f.early = 0;

    for (n = 0; help_push(h, f.a, 100 + n) == LEDGER_OK; n++) {
        /* void */
    }

    assert_true(n > 1500);
    help_push(h, f.b, 1);

    commit_ring_turn(h->ring, h->store, fair_wake, &f, &turn);

    assert_true(f.early);
    assert_int_equal(turn.applied, n + 1);
    help_expect(h, f.b, 1, LEDGER_OK);

    for (i = 0; i < n; i++) {
        help_expect(h, f.a, 100 + i, LEDGER_OK);
    }
}


typedef struct {
    help_t              *help;
    unsigned             seat;
    unsigned             calls;
    int                  wanted;
    commit_ring_turn_t   nested;
} busy_t;


/* Another worker's view and acts while this one is in its turn. */

static void
busy_other(busy_t *busy)
{
    help_t  *h = busy->help;

    busy->wanted = commit_ring_wanted(h->ring);
    commit_ring_turn(h->ring, h->store, help_wake, h, &busy->nested);
}


static void
busy_wake(unsigned seat, void *data)
{
    busy_t  *busy = data;

    if (busy->calls++ == 0) {
        help_push(busy->help, seat, 2);
        busy_other(busy);
    }
}


static void
test_operations_queued_during_a_turn_are_left_to_it(void **state)
{
    busy_t               busy;
    help_t              *h = *state;
    commit_ring_turn_t   turn;

    help_open(h);
    memset(&busy, 0, sizeof(busy));
    busy.help = h;
    busy.seat = commit_ring_join(h->ring, getpid());
    assert_false(commit_ring_wanted(h->ring));

    help_push(h, busy.seat, 1);
    assert_true(commit_ring_wanted(h->ring));

    commit_ring_turn(h->ring, h->store, busy_wake, &busy, &turn);

    assert_false(busy.wanted);
    assert_int_equal(busy.nested.applied, 0);
    assert_int_equal(turn.applied, 2);
    assert_false(commit_ring_wanted(h->ring));

    help_expect(h, busy.seat, 1, LEDGER_OK);
    help_expect(h, busy.seat, 2, LEDGER_OK);
}


static void
slow_wake(unsigned seat, void *data)
{
    busy_t  *busy = data;

    if (busy->calls++ == 0) {
        help_push(busy->help, seat, 2);
        help_outlast_leader();
        busy_other(busy);
    }
}


static void
test_leader_that_hangs_is_passed_over(void **state)
{
    busy_t               busy;
    help_t              *h = *state;
    commit_ring_turn_t   turn;

    help_open(h);
    memset(&busy, 0, sizeof(busy));
    busy.help = h;
    busy.seat = commit_ring_join(h->ring, getpid());

    help_push(h, busy.seat, 1);
    commit_ring_turn(h->ring, h->store, slow_wake, &busy, &turn);

    assert_true(busy.wanted);
    assert_int_equal(busy.nested.applied, 1);
    assert_int_equal(turn.applied, 1);

    help_expect(h, busy.seat, 1, LEDGER_OK);
    help_expect(h, busy.seat, 2, LEDGER_OK);
    assert_int_equal(help_count(h, 2), 1);
}


static atomic_int  turner_stop;


static void *
turner(void *data)
{
    help_t              *h = data;
    commit_ring_turn_t   turn;

    while (!atomic_load(&turner_stop)) {
        commit_ring_turn(h->ring, h->store, help_wake, h, &turn);
    }

    return NULL;
}


static void
test_one_thread_pushes_and_reads_while_another_turns(void **state)
{
    help_t                 *h = *state;
    unsigned                pushed, retired, seat;
    pthread_t               thread;
    const ledger_op_t  *op;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    atomic_store(&turner_stop, 0);
    assert_int_equal(pthread_create(&thread, NULL, turner, h), 0);

    pushed = 0;
    retired = 0;

    while (retired < 10000) {
        if (pushed < 10000 && help_push(h, seat, pushed) == LEDGER_OK) {
            pushed++;
        }

        op = commit_ring_next(h->ring, seat);

        if (op != NULL) {
            assert_int_equal((uintptr_t) op->owner, retired);
            assert_int_equal(op->result, LEDGER_OK);
            commit_ring_retire(h->ring, seat);
            retired++;
        }
    }

    atomic_store(&turner_stop, 1);
    pthread_join(thread, NULL);

    assert_int_equal(help_count(h, 0), 1);
    assert_int_equal(help_count(h, 9999), 1);
}


#define ring_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, help_setup, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ring_test(test_long_queue_does_not_keep_another_seat_waiting),
        ring_test(test_operations_queued_during_a_turn_are_left_to_it),
        ring_test(test_leader_that_hangs_is_passed_over),
        ring_test(test_one_thread_pushes_and_reads_while_another_turns),
    };

    return cmocka_run_group_tests_name("commit_ring_lead", tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "lmdb_store/commit_ring_seat.h"
#include "commit_ring_help.h"


static void
test_operation_comes_back_to_its_owner_with_result(void **state)
{
    help_t                 *h = *state;
    unsigned                a, b;
    commit_ring_turn_t      turn;
    const ledger_op_t  *op;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    assert_int_not_equal(a, b);

    assert_int_equal(help_push(h, a, 1), LEDGER_OK);
    assert_int_equal(help_push(h, b, 2), LEDGER_OK);
    assert_int_equal(help_push(h, a, 3), LEDGER_OK);
    assert_true(commit_ring_pending(h->ring, a));
    assert_null(commit_ring_next(h->ring, a));

    turn = help_turn(h);

    assert_int_equal(turn.result, LEDGER_OK);
    assert_int_equal(turn.applied, 3);
    assert_int_equal(turn.refused, 0);
    assert_int_equal(h->woken[a], 1);
    assert_int_equal(h->woken[b], 1);
    assert_false(commit_ring_pending(h->ring, a));

    op = commit_ring_next(h->ring, a);
    assert_non_null(op);
    assert_ptr_equal(commit_ring_next(h->ring, a), op);
    assert_true(op->u.issue.key != 0);
    assert_memory_equal(op->text[LEDGER_APP].data, "shop", 4);

    help_expect(h, a, 1, LEDGER_OK);
    help_expect(h, a, 3, LEDGER_OK);
    help_expect(h, b, 2, LEDGER_OK);
    assert_null(commit_ring_next(h->ring, a));
    assert_int_equal(help_count(h, 3), 1);
}


static void
test_turn_without_operations_leaves_the_store_alone(void **state)
{
    help_t              *h = *state;
    commit_ring_turn_t   turn;

    /* A store that is not there cannot be used without a crash. */

    turn = help_turn(h);

    assert_int_equal(turn.result, LEDGER_OK);
    assert_int_equal(turn.applied, 0);
}


static void
test_seat_goes_round_many_times_with_odd_sizes(void **state)
{
    char              text[4096];
    help_t           *h = *state;
    size_t            room, total;
    unsigned          i, len, pushed, retired, seat;
    ledger_op_t   op;

    const ledger_op_t  *done;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());
    memset(&op, 0, sizeof(op));
    memset(text, 'x', sizeof(text));
    op.kind = LEDGER_SWEEP;
    pushed = 0;
    retired = 0;
    total = 0;

    for (i = 0; i < 30; i++) {
        for ( ;; ) {
            len = (pushed * 37) % sizeof(text);
            op.owner = (void *) (uintptr_t) pushed;
            op.text[LEDGER_APP].data = text;
            op.text[LEDGER_APP].len = len;

            room = commit_ring_room(h->ring, seat);

            if (commit_ring_op_size(&op) > room) {
                assert_int_equal(commit_ring_push(h->ring, seat, &op),
                                 LEDGER_BUSY);
                break;
            }

            assert_int_equal(commit_ring_push(h->ring, seat, &op),
                             LEDGER_OK);
            assert_int_equal(commit_ring_room(h->ring, seat),
                             room - commit_ring_op_size(&op));
            total += commit_ring_op_size(&op);
            pushed++;
        }

        help_turn(h);

        while ((done = commit_ring_next(h->ring, seat)) != NULL) {
            assert_int_equal((uintptr_t) done->owner, retired);
            assert_int_equal(done->text[LEDGER_APP].len,
                             (retired * 37) % sizeof(text));
            assert_memory_equal(done->text[LEDGER_APP].data, text,
                                done->text[LEDGER_APP].len);
            commit_ring_retire(h->ring, seat);
            retired++;
        }
    }

    assert_int_equal(retired, pushed);
    assert_int_equal(commit_ring_room(h->ring, seat), HELP_SEAT_SIZE);
    assert_true(total > 20 * HELP_SEAT_SIZE);
}


static void
test_operation_that_never_fits_is_too_large(void **state)
{
    help_t           *h = *state;
    unsigned          seat;
    ledger_op_t   op;

    seat = commit_ring_join(h->ring, getpid());
    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_ISSUE;

    op.text[LEDGER_APP].len = 16 * 1024;
    assert_int_equal(commit_ring_push(h->ring, seat, &op),
                     LEDGER_TOO_LARGE);

    op.text[LEDGER_APP].len = SIZE_MAX;
    op.text[LEDGER_LINK_MESSAGE].len = 2;
    assert_int_equal(commit_ring_push(h->ring, seat, &op),
                     LEDGER_TOO_LARGE);

    assert_false(commit_ring_pending(h->ring, seat));
}


static void
test_init_refuses_sizes_out_of_bounds(void **state)
{
    help_t  *h = *state;

    assert_null(commit_ring_init(h->ring, 0, HELP_SEAT_SIZE, 1));
    assert_null(commit_ring_init(h->ring, 1, 32 * 1024, 1));
    assert_null(commit_ring_init(h->ring, 1, 96 * 1024, 1));
}


static void
test_seats_run_out_and_come_back(void **state)
{
    help_t    *h = *state;
    unsigned   i;

    for (i = 0; i < HELP_SEATS; i++) {
        assert_int_equal(commit_ring_join(h->ring, getpid()), i);
    }

    assert_int_equal(commit_ring_join(h->ring, getpid()),
                     COMMIT_RING_NO_SEAT);

    commit_ring_leave(h->ring, 2);
    assert_int_equal(commit_ring_join(h->ring, getpid()), 2);

    assert_int_equal(commit_ring_join_free(h->ring, getpid()),
                     COMMIT_RING_NO_SEAT);
    commit_ring_leave(h->ring, 1);
    assert_int_equal(commit_ring_join_free(h->ring, getpid()), 1);
}


static void
test_dead_owner_leaves_operations_but_no_results(void **state)
{
    pid_t      pid;
    help_t    *h = *state;
    unsigned   i, seat;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        for (i = 0; i < HELP_SEATS; i++) {
            seat = commit_ring_join(h->ring, getpid());
            help_push(h, seat, 10 + i);
        }

        _exit(0);
    }

    assert_int_equal(waitpid(pid, NULL, 0), pid);

    help_open(h);
    assert_int_equal(commit_ring_join_free(h->ring, getpid()),
                     COMMIT_RING_NO_SEAT);
    seat = commit_ring_join(h->ring, getpid());
    assert_int_equal(seat, 0);

    assert_true(commit_ring_room(h->ring, seat) < HELP_SEAT_SIZE);
    assert_int_equal(help_push(h, seat, 20), LEDGER_OK);
    assert_int_equal(help_turn(h).applied, HELP_SEATS + 1);

    help_expect(h, seat, 20, LEDGER_OK);
    assert_null(commit_ring_next(h->ring, seat));
    assert_int_equal(commit_ring_room(h->ring, seat), HELP_SEAT_SIZE);

    for (i = 0; i < HELP_SEATS; i++) {
        assert_int_equal(help_count(h, 10 + i), 1);
    }
}


static void
test_unread_results_of_a_seat_given_back_are_not_shown(void **state)
{
    help_t    *h = *state;
    unsigned   seat;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    help_push(h, seat, 1);
    help_turn(h);
    help_push(h, seat, 2);
    commit_ring_leave(h->ring, seat);

    assert_int_equal(commit_ring_join(h->ring, getpid()), seat);
    assert_null(commit_ring_next(h->ring, seat));
    assert_true(commit_ring_pending(h->ring, seat));

    help_push(h, seat, 3);
    help_turn(h);
    help_expect(h, seat, 3, LEDGER_OK);
    assert_int_equal(help_count(h, 2), 1);
}


/* The entry that the next push to a fresh seat makes. */

static commit_ring_entry_t *
first_entry(help_t *h, unsigned seat)
{
    return (commit_ring_entry_t *) commit_ring_bytes(h->ring, seat);
}


static void
test_operation_with_texts_outside_its_entry_fails_alone(void **state)
{
    help_t              *h = *state;
    unsigned             seat;
    commit_ring_turn_t   turn;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    help_push(h, seat, 1);
    help_push(h, seat, 2);
    first_entry(h, seat)->op.text[LEDGER_APP].len = HELP_SEAT_SIZE;

    turn = help_turn(h);
    assert_int_equal(turn.applied, 2);
    assert_int_equal(turn.refused, 1);
    help_expect(h, seat, 1, LEDGER_FAILED);
    help_expect(h, seat, 2, LEDGER_OK);
}


static void
test_operation_of_unknown_kind_fails_alone(void **state)
{
    help_t              *h = *state;
    unsigned             seat;
    commit_ring_turn_t   turn;

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    help_push(h, seat, 1);
    first_entry(h, seat)->op.kind = (ledger_kind_t) 99;

    turn = help_turn(h);
    assert_int_equal(turn.applied, 1);
    assert_int_equal(turn.refused, 1);
    help_expect(h, seat, 1, LEDGER_FAILED);
}


static void
test_seat_with_a_broken_size_is_emptied_and_works_again(void **state)
{
    static const uint64_t  sizes[] = { 0, 8, 17 * 1024, UINT64_MAX, 1000 };

    help_t    *h = *state;
    unsigned   a, b, i;

    help_open(h);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memset(h->ring, 0, commit_ring_size(HELP_SEATS, HELP_SEAT_SIZE));
        commit_ring_init(h->ring, HELP_SEATS, HELP_SEAT_SIZE, 100 + i);
        a = commit_ring_join(h->ring, getpid());
        b = commit_ring_join(h->ring, getpid());

        help_push(h, a, 1);
        help_push(h, a, 2);
        help_push(h, b, 3);
        first_entry(h, a)->size = sizes[i];

        assert_int_equal(help_turn(h).refused, 1);
        assert_null(commit_ring_next(h->ring, a));
        help_expect(h, b, 3, LEDGER_OK);

        help_push(h, a, 4);
        help_turn(h);
        help_expect(h, a, 4, LEDGER_OK);
        assert_int_equal(commit_ring_room(h->ring, a), HELP_SEAT_SIZE);
    }
}


#define ring_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, help_setup, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ring_test(test_operation_comes_back_to_its_owner_with_result),
        ring_test(test_turn_without_operations_leaves_the_store_alone),
        ring_test(test_seat_goes_round_many_times_with_odd_sizes),
        ring_test(test_operation_that_never_fits_is_too_large),
        ring_test(test_init_refuses_sizes_out_of_bounds),
        ring_test(test_seats_run_out_and_come_back),
        ring_test(test_dead_owner_leaves_operations_but_no_results),
        ring_test(test_unread_results_of_a_seat_given_back_are_not_shown),
        ring_test(test_operation_with_texts_outside_its_entry_fails_alone),
        ring_test(test_operation_of_unknown_kind_fails_alone),
        ring_test(test_seat_with_a_broken_size_is_emptied_and_works_again),
    };

    return cmocka_run_group_tests_name("commit_ring", tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Takes, the ends of attempts, and time. */


#include "ledger_help.h"


static ledger_op_t
take_op(uint64_t due_at)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TAKE;
    op.u.take.key = HELP_KEY;
    op.u.take.due_at = due_at;
    op.u.take.lease = HELP_LEASE;

    return op;
}


static ledger_op_t
complete_op(ledger_outcome_t outcome, unsigned attempt)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_COMPLETE;
    op.u.complete.key = HELP_KEY;
    op.u.complete.attempt = attempt;
    op.u.complete.outcome = outcome;
    op.u.complete.error = LEDGER_ERROR_CALLBACK_FAILED;
    op.u.complete.next_at = HELP_NOW + 5000;
    op.u.complete.retain = HELP_RETAIN;
    op.u.complete.replies = LEDGER_REPLY_RESPONSE | LEDGER_REPLY_FAILURE;

    return op;
}


static void
take_counts_the_attempt_for_a_lease(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_callback(LEDGER_STATUS_EXPIRED, HELP_ON_ALL, 1);
    op = take_op(HELP_NOW);
    made = help_apply(&record, &op, HELP_NOW + 3);

    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(op.u.take.attempt, 2);
    assert_int_equal(made.after.attempts, 2);
    assert_true(made.after.due_at == HELP_NOW + 3 + HELP_LEASE);
    assert_int_equal(made.after.lane, LEDGER_LANE_EXPIRED + HELP_LANE);
    assert_true(made.change.save && made.change.moves);
    assert_false(made.change.changed);
    assert_int_equal(made.change.waiting, 0);

    /* Another worker that has seen the same due time comes second. */
    record = made.after;
    made = help_apply(&record, &op, HELP_NOW + 3);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);
}


static void
only_a_callback_is_taken(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_waiting(HELP_ON_ALL);
    op = take_op(record.due_at);
    made = help_apply(&record, &op, HELP_EXPIRES);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);

    record = help_kept(LEDGER_STATUS_VALIDATED);
    op = take_op(record.due_at);
    made = help_apply(&record, &op, record.due_at);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);
}


static void
the_counter_of_attempts_stops_at_its_end(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_callback(LEDGER_STATUS_VALIDATED, HELP_ON_ALL, 65535);
    op = take_op(HELP_NOW);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.after.attempts, 65535);

    /* Nor does a lease that is endless wrap around. */
    op.u.take.lease = UINT64_MAX;
    made = help_apply(&record, &op, HELP_NOW);
    assert_true(made.after.due_at == UINT64_MAX);
}


/*
 * Each row: the end of an attempt of a validated record in its third, and
 * what comes of it.
 */

typedef struct {
    ledger_outcome_t  outcome;
    unsigned          attempt;
    ledger_result_t   result;
    ledger_state_t    state;
    ledger_status_t   status;
    unsigned          attempts;
    unsigned          reply;
} completed_t;

#define C  LEDGER_STATE_CALLBACK
#define K  LEDGER_STATE_KEPT
#define V  LEDGER_STATUS_VALIDATED
#define F  LEDGER_STATUS_FAILED

static const completed_t  completed[] = {
    { LEDGER_DELIVERED, 3, LEDGER_OK, K, V, 3, LEDGER_REPLY_RESPONSE },
    { LEDGER_DELIVERED, 1, LEDGER_OK, K, V, 3, LEDGER_REPLY_RESPONSE },
    { LEDGER_DELIVERED, 0, LEDGER_NOT_CURRENT, C, V, 3, 0 },
    { LEDGER_RETRY,     3, LEDGER_OK, C, V, 3, 0 },
    { LEDGER_RETRY,     2, LEDGER_NOT_CURRENT, C, V, 3, 0 },
    { LEDGER_RELEASE,   3, LEDGER_OK, C, V, 2, 0 },
    { LEDGER_RELEASE,   2, LEDGER_NOT_CURRENT, C, V, 3, 0 },
    { LEDGER_GIVE_UP,   3, LEDGER_OK, K, F, 3, LEDGER_REPLY_FAILURE },
    { LEDGER_GIVE_UP,   4, LEDGER_NOT_CURRENT, C, V, 3, 0 },
    { 0,                3, LEDGER_FAILED, C, V, 3, 0 },
    { 5,                3, LEDGER_FAILED, C, V, 3, 0 }
};

#undef C
#undef K
#undef V
#undef F


static void
the_end_of_an_attempt(void **state)
{
    unsigned            i;
    ledger_op_t         op;
    help_made_t         made;
    ledger_record_t     record;
    const completed_t  *row;

    (void) state;

    record = help_callback(LEDGER_STATUS_VALIDATED, HELP_ON_ALL, 3);

    for (i = 0; i < sizeof(completed) / sizeof(completed[0]); i++) {
        row = &completed[i];
        op = complete_op(row->outcome, row->attempt);
        made = help_apply(&record, &op, HELP_NOW);

        assert_int_equal(made.result, row->result);
        assert_int_equal(made.after.state, row->state);
        assert_int_equal(made.after.status, row->status);
        assert_int_equal(made.after.attempts, row->attempts);
        assert_int_equal(op.u.complete.reply, row->reply);

        if (made.result != LEDGER_OK) {
            help_unchanged(&made);
            continue;
        }

        assert_true(made.change.save && made.change.moves);
        assert_int_equal(made.change.changed,
                         row->status == LEDGER_STATUS_FAILED);
        assert_int_equal(made.change.waiting, 0);
        assert_int_equal(op.u.complete.status, row->status);
        assert_true(made.after.due_at == (row->state == LEDGER_STATE_KEPT
                                          ? HELP_NOW + HELP_RETAIN
                                          : HELP_NOW + 5000));
    }
}


static void
what_is_done_is_done(void **state)
{
    unsigned         outcome;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record[2];

    (void) state;

    record[0] = help_kept(LEDGER_STATUS_VALIDATED);
    record[1] = help_waiting(HELP_ON_ALL);

    for (outcome = LEDGER_DELIVERED; outcome <= LEDGER_RELEASE; outcome++) {
        op = complete_op(outcome, 1);
        made = help_apply(&record[0], &op, HELP_NOW);
        assert_int_equal(made.result, LEDGER_NOT_CURRENT);
        help_unchanged(&made);

        made = help_apply(&record[1], &op, HELP_NOW);
        assert_int_equal(made.result, LEDGER_NOT_CURRENT);
        help_unchanged(&made);
    }
}


static void
a_first_error_and_a_spent_reply_stay(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_callback(LEDGER_STATUS_FAILED,
                           HELP_ON_ALL | LEDGER_REPLIED, 1);
    record.error = LEDGER_ERROR_PHONE_NUMBER_UNAVAILABLE;
    op = complete_op(LEDGER_GIVE_UP, 1);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.after.error, LEDGER_ERROR_PHONE_NUMBER_UNAVAILABLE);
    assert_int_equal(op.u.complete.reply, 0);

    /* A delivered failure is no success to reply to. */
    record = help_callback(LEDGER_STATUS_FAILED, HELP_ON_ALL, 1);
    op = complete_op(LEDGER_DELIVERED, 1);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(op.u.complete.reply, 0);

    /* An expired code whose callback is given up has failed. */
    record = help_callback(LEDGER_STATUS_EXPIRED, HELP_ON_ALL, 1);
    op = complete_op(LEDGER_GIVE_UP, 1);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.after.status, LEDGER_STATUS_FAILED);
    assert_int_equal(made.after.error, LEDGER_ERROR_CALLBACK_FAILED);
}


static void
time_expires_codes_and_purges_what_is_kept(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = HELP_RETAIN;

    record = help_waiting(LEDGER_ON_EXPIRED | LEDGER_PAGE);
    made = help_apply(&record, &op, HELP_EXPIRES - 1);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);

    made = help_apply(&record, &op, HELP_EXPIRES + 9);
    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(made.after.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(made.after.status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(made.after.lane, LEDGER_LANE_EXPIRED + HELP_LANE);
    assert_true(made.after.due_at == HELP_EXPIRES + 9);
    assert_int_equal(made.after.attempts, 0);
    assert_int_equal(made.change.waiting, -1);
    assert_int_equal(made.change.pages, -1);
    assert_true(made.change.save && made.change.moves && !made.change.remove);
    assert_true(made.change.changed);

    record = help_waiting(LEDGER_ON_VALIDATED);
    made = help_apply(&record, &op, HELP_EXPIRES);
    assert_int_equal(made.after.state, LEDGER_STATE_KEPT);
    assert_true(made.after.due_at == HELP_EXPIRES + HELP_RETAIN);
    assert_int_equal(made.change.pages, 0);

    record = made.after;
    made = help_apply(&record, &op, HELP_EXPIRES + HELP_RETAIN - 1);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);

    made = help_apply(&record, &op, HELP_EXPIRES + HELP_RETAIN);
    assert_int_equal(made.result, LEDGER_OK);
    assert_true(made.change.remove && !made.change.save);

    /* An attempt that is due is not for the sweep. */
    record = help_callback(LEDGER_STATUS_EXPIRED, HELP_ON_ALL, 1);
    made = help_apply(&record, &op, HELP_NOW + HELP_RETAIN);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);
}


static void
the_status_of_a_code_whose_time_has_come_is_expired(void **state)
{
    ledger_record_t  record;

    (void) state;

    record = help_waiting(0);
    assert_int_equal(ledger_status(&record, HELP_EXPIRES - 1),
                     LEDGER_STATUS_REQUESTED);
    assert_int_equal(ledger_status(&record, HELP_EXPIRES),
                     LEDGER_STATUS_EXPIRED);

    record = help_kept(LEDGER_STATUS_VALIDATED);
    assert_int_equal(ledger_status(&record, HELP_EXPIRES),
                     LEDGER_STATUS_VALIDATED);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(take_counts_the_attempt_for_a_lease),
        cmocka_unit_test(only_a_callback_is_taken),
        cmocka_unit_test(the_counter_of_attempts_stops_at_its_end),
        cmocka_unit_test(the_end_of_an_attempt),
        cmocka_unit_test(what_is_done_is_done),
        cmocka_unit_test(a_first_error_and_a_spent_reply_stay),
        cmocka_unit_test(time_expires_codes_and_purges_what_is_kept),
        cmocka_unit_test(the_status_of_a_code_whose_time_has_come_is_expired)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

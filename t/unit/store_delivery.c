
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Takes and the ends of attempts. */


#include "store_help.h"


static void
of_two_takes_of_the_same_due_time_one_wins(void **state)
{
    help_t           *h;
    uint64_t          key, due_at;
    unsigned          attempt;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);

    help_get(h, key, &record);
    due_at = record.due_at;
    help_now = due_at;

    assert_int_equal(help_take(h, key, due_at, &attempt), LEDGER_OK);
    assert_int_equal(attempt, 2);
    assert_int_equal(help_take(h, key, due_at, &attempt),
                     LEDGER_NOT_CURRENT);

    help_get(h, key, &record);
    assert_int_equal(record.attempts, 2);
    assert_int_equal(record.due_at, help_now + HELP_LEASE);
    assert_int_equal(record.lane, LEDGER_LANE_CALLBACK + 7);
}


static void
a_take_of_what_is_not_due_work_is_refused(void **state)
{
    help_t    *h;
    uint64_t   key;
    unsigned   attempt;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);

    assert_int_equal(help_take(h, key, HELP_EPOCH + 5 * HELP_MINUTE,
                                &attempt),
                     LEDGER_NOT_CURRENT);
    assert_int_equal(help_take(h, key + 1, HELP_EPOCH, &attempt),
                     LEDGER_UNKNOWN);
}


/* A validated record whose second attempt is under way. */

static uint64_t
second_attempt(help_t *h)
{
    uint64_t  key;
    unsigned  attempt;

    key = help_issue(h, LEDGER_ON_VALIDATED);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);
    help_now += HELP_LEASE;
    assert_int_equal(help_take(h, key, help_now, &attempt), LEDGER_OK);
    assert_int_equal(attempt, 2);

    return key;
}


static void
delivered_counts_whichever_attempt_brought_it(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_record_t   record;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 1, LEDGER_DELIVERED, 0),
                     LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_KEPT);
    assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(record.due_at, help_now + HELP_HOUR);
    assert_int_equal(record.lane, help_kept_lane("shop"));

    assert_int_equal(help_complete(h, key, 2, LEDGER_GIVE_UP, 0),
                     LEDGER_NOT_CURRENT);
    assert_int_equal(help_complete(h, key, 2, LEDGER_DELIVERED, 0),
                     LEDGER_NOT_CURRENT);
    assert_int_equal(help_complete(h, key + 1, 2, LEDGER_DELIVERED, 0),
                     LEDGER_UNKNOWN);
}


static void
a_failure_counts_for_the_current_attempt_only(void **state)
{
    help_t    *h;
    uint64_t   key;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 1, LEDGER_RETRY, help_now + 5),
                     LEDGER_NOT_CURRENT);
    assert_int_equal(help_complete(h, key, 1, LEDGER_GIVE_UP, 0),
                     LEDGER_NOT_CURRENT);
    assert_int_equal(help_complete(h, key, 1, LEDGER_RELEASE, help_now),
                     LEDGER_NOT_CURRENT);
}


static void
a_retry_is_due_when_it_says_and_keeps_its_count(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_record_t   record;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 2, LEDGER_RETRY,
                                   help_now + 5000),
                     LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.due_at, help_now + 5000);
    assert_int_equal(record.attempts, 2);
    assert_int_equal(record.state, LEDGER_STATE_CALLBACK);
}


static void
a_released_attempt_is_not_counted(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_record_t   record;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 2, LEDGER_RELEASE, help_now),
                     LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.due_at, help_now);
    assert_int_equal(record.attempts, 1);
}


static void
giving_up_fails_the_record_and_a_first_error_stays(void **state)
{
    help_t             *h;
    uint64_t            key;
    unsigned            i;
    ledger_record_t     record;
    static const char  *id[] = { "m1", "m2", "m3" };

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 2, LEDGER_GIVE_UP, 0),
                     LEDGER_OK);
    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_FAILED);
    assert_int_equal(record.error, LEDGER_ERROR_CALLBACK_FAILED);
    assert_int_equal(record.state, LEDGER_STATE_KEPT);

    key = help_issue(h, LEDGER_ON_FAILED);

    for (i = 0; i < 3; i++) {
        assert_int_equal(help_message(h, LEDGER_REFUSE, key, id[i]),
                         LEDGER_OK);
    }

    assert_int_equal(help_complete(h, key, 1, LEDGER_GIVE_UP, 0),
                     LEDGER_OK);
    help_get(h, key, &record);
    assert_int_equal(record.error,
                     LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED);
}


/* The record that an operation hands over is the one that a read finds. */

static void
handed_over(help_t *h, ledger_op_t *op, uint64_t key)
{
    ledger_copy_t         copy;
    ledger_record_t       record;
    const unsigned char  *data;

    memset(&copy, 0xff, sizeof(copy));
    op->copy = &copy;
    op->record_room = LEDGER_TEXTS_MAX;
    assert_int_equal(help_do(h, op), LEDGER_OK);
    help_get(h, key, &record);

    assert_true(copy.record.key == key);
    assert_int_equal(copy.record.state, record.state);
    assert_int_equal(copy.record.status, record.status);
    assert_int_equal(copy.record.attempts, record.attempts);
    assert_int_equal(copy.record.provider, LEDGER_PROVIDER_META);
    assert_true(copy.record.due_at == record.due_at);

    assert_int_equal(copy.record.text[LEDGER_CALLBACK_URL].len,
                     record.text[LEDGER_CALLBACK_URL].len);
    assert_memory_equal(copy.record.text[LEDGER_CALLBACK_URL].data,
                        record.text[LEDGER_CALLBACK_URL].data,
                        record.text[LEDGER_CALLBACK_URL].len);
    assert_memory_equal(copy.record.message[LEDGER_PROFILE_NAME].data,
                        "John Doe", 8);

    data = copy.record.message[LEDGER_PROFILE_NAME].data;
    assert_true(data >= copy.texts && data < copy.texts + sizeof(copy.texts));
}


static void
operations_hand_the_record_over(void **state)
{
    help_t       *h;
    uint64_t      key;
    ledger_op_t   op;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    handed_over(h, &op, key);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TAKE;
    op.u.take.key = key;
    op.u.take.due_at = HELP_EPOCH + HELP_LEASE;
    handed_over(h, &op, key);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_COMPLETE;
    op.u.complete.key = key;
    op.u.complete.attempt = 2;
    op.u.complete.outcome = LEDGER_DELIVERED;
    handed_over(h, &op, key);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(of_two_takes_of_the_same_due_time_one_wins),
        help_test(a_take_of_what_is_not_due_work_is_refused),
        help_test(delivered_counts_whichever_attempt_brought_it),
        help_test(a_failure_counts_for_the_current_attempt_only),
        help_test(a_retry_is_due_when_it_says_and_keeps_its_count),
        help_test(a_released_attempt_is_not_counted),
        help_test(giving_up_fails_the_record_and_a_first_error_stays),
        help_test(operations_hand_the_record_over)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The effects of a message on a code. */


#include "store_help.h"


static void
validate_hands_the_record_over_as_taken(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);
    help_now += 1000;

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    op.u.message.sent_at = help_now - 500;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.message.attempt, 1);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(record.validated_at, help_now);
    assert_int_equal(record.sent_at, help_now - 500);
    assert_int_equal(record.attempts, 1);
    assert_int_equal(record.lane, LEDGER_LANE_CALLBACK + 7);
    assert_int_equal(record.due_at, help_now + HELP_LEASE);
    assert_memory_equal(record.message[LEDGER_SENDER].data,
                        "56911111111", 11);
    assert_memory_equal(record.message[LEDGER_PROFILE_NAME].data,
                        "John Doe", 8);
    assert_memory_equal(record.message[LEDGER_ROUTE].data,
                        "1234567890", 10);
    assert_int_equal(record.message[LEDGER_MESSAGE_ID].len, 2);
}


static void
validate_without_lease_leaves_the_record_due_and_not_taken(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    op.u.message.lease = 0;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.attempt, 0);

    help_get(h, key, &record);
    assert_int_equal(record.attempts, 0);
    assert_int_equal(record.due_at, help_now);
}


static void
validate_that_the_site_does_not_want_to_hear_is_kept(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_FAILED|LEDGER_ON_EXPIRED);

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.message.attempt, 0);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_KEPT);
    assert_int_equal(record.lane, LEDGER_LANE_TIME);
    assert_int_equal(record.due_at, help_now + HELP_HOUR);
}


static void
a_code_validates_at_most_once(void **state)
{
    help_t    *h;
    uint64_t   key;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_DUPLICATE);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m2"),
                     LEDGER_USED);
    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m3"),
                     LEDGER_USED);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, ""),
                     LEDGER_USED);
}


static void
a_message_for_a_key_never_issued_is_unknown(void **state)
{
    help_t    *h;
    uint64_t   key;

    h = *state;
    key = help_issue(h, 0);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key + 1, "m1"),
                     LEDGER_UNKNOWN);
    assert_int_equal(help_message(h, LEDGER_REFUSE, 0, "m1"),
                     LEDGER_UNKNOWN);
}


static void
a_message_for_another_app_or_channel_changes_nothing(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    help_text(&op, LEDGER_APP, "shop2");
    assert_int_equal(help_do(h, &op), LEDGER_OTHER_APP);
    help_text(&op, LEDGER_APP, "sho");
    assert_int_equal(help_do(h, &op), LEDGER_OTHER_APP);

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    op.u.message.channel = LEDGER_CHANNEL_SMS;
    assert_int_equal(help_do(h, &op), LEDGER_OTHER_CHANNEL);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_WAITING);
    assert_int_equal(record.message[LEDGER_SENDER].len, 0);
}


static void
a_message_must_be_sent_and_applied_before_expiry(void **state)
{
    help_t       *h;
    uint64_t      key;
    ledger_op_t   op;

    h = *state;
    key = help_issue(h, 0);
    op = help_message_op(LEDGER_VALIDATE, key, "m1");

    op.u.message.sent_at = HELP_EPOCH + 5 * HELP_MINUTE;
    assert_int_equal(help_do(h, &op), LEDGER_EXPIRED);

    help_now = HELP_EPOCH + 5 * HELP_MINUTE;
    op.u.message.sent_at = HELP_EPOCH;
    assert_int_equal(help_do(h, &op), LEDGER_EXPIRED);
    op.u.message.sent_at = 0;
    assert_int_equal(help_do(h, &op), LEDGER_EXPIRED);

    help_now--;
    op.u.message.sent_at = help_now;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


static void
a_message_may_be_a_minute_older_than_its_code(void **state)
{
    help_t       *h;
    ledger_op_t   op;

    h = *state;
    op = help_message_op(LEDGER_VALIDATE, help_issue(h, 0), "m1");

    op.u.message.sent_at = HELP_EPOCH - HELP_MINUTE - 1;
    assert_int_equal(help_do(h, &op), LEDGER_OLD_MESSAGE);

    op.u.message.sent_at++;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


static void
a_message_with_texts_beyond_its_limit_is_refused(void **state)
{
    char          text[LEDGER_MESSAGE_TEXTS_MAX + 1];
    help_t       *h;
    ledger_op_t   op;

    h = *state;
    memset(text, 'x', sizeof(text));

    op = help_message_op(LEDGER_VALIDATE, help_issue(h, 0), "");
    op.text[1 + LEDGER_PROFILE_NAME].data = text;
    op.text[1 + LEDGER_PROFILE_NAME].len =
        LEDGER_MESSAGE_TEXTS_MAX - 11 - 10 + 1;
    assert_int_equal(help_do(h, &op), LEDGER_TOO_LARGE);

    op.text[1 + LEDGER_PROFILE_NAME].len--;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


static void
the_third_refused_sender_fails_the_code(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_FAILED);

    op = help_message_op(LEDGER_REFUSE, key, "m1");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_REQUESTED);
    assert_int_equal(op.u.message.attempt, 0);
    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m2"),
                     LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_WAITING);
    assert_int_equal(record.refusals, 2);

    op = help_message_op(LEDGER_REFUSE, key, "m3");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_FAILED);
    assert_int_equal(op.u.message.attempt, 1);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(record.error,
                     LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED);
    assert_int_equal(record.validated_at, 0);
    assert_int_equal(help_faults(h), 0);
}


static void
a_refused_message_that_is_repeated_counts_once(void **state)
{
    help_t           *h;
    uint64_t          key;
    unsigned          i;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m1"),
                     LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m2"),
                     LEDGER_OK);

    /* A provider repeats what it likes, not only the last one. */
    for (i = 0; i < 3; i++) {
        assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m1"),
                         LEDGER_DUPLICATE);
        assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m2"),
                         LEDGER_DUPLICATE);
    }

    /* Nor does it decide the code when its sender may by now. */
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_DUPLICATE);

    help_get(h, key, &record);
    assert_int_equal(record.refusals, 2);
    assert_int_equal(record.state, LEDGER_STATE_WAITING);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m3"),
                     LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m1"),
                     LEDGER_DUPLICATE);
    assert_int_equal(help_faults(h), 0);
}


/* Otherwise one phone could end the code of somebody else. */

static void
a_refused_sender_counts_once_whatever_it_sends(void **state)
{
    char              id[8];
    help_t           *h;
    uint64_t          key;
    unsigned          i;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    for (i = 0; i < 20; i++) {
        snprintf(id, sizeof(id), "m%u", i);
        op = help_message_op(LEDGER_REFUSE, key, id);
        op.u.message.sender = i % 2;
        op.u.message.replies = LEDGER_REPLY_FAILURE;
        assert_int_equal(help_do(h, &op), LEDGER_OK);
        assert_int_equal(op.u.message.status, LEDGER_STATUS_REQUESTED);
        assert_int_equal(op.u.message.reply,
                         i == 0 ? LEDGER_REPLY_FAILURE : 0);
    }

    help_get(h, key, &record);
    assert_int_equal(record.refusals, 2);

    op = help_message_op(LEDGER_REFUSE, key, "m20");
    op.u.message.sender = 7;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_FAILED);
    assert_int_equal(help_faults(h), 0);

    op = help_message_op(LEDGER_REFUSE, key, "m20");
    assert_int_equal(help_do(h, &op), LEDGER_DUPLICATE);
}


static void
a_code_with_refusals_left_can_still_be_validated(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, LEDGER_ON_VALIDATED);

    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m1"),
                     LEDGER_OK);

    op = help_message_op(LEDGER_VALIDATE, key, "m2");
    help_text(&op, 1 + LEDGER_SENDER, "4912345");
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(record.message[LEDGER_SENDER].len, 7);
}


static void
a_waiting_record_past_its_expiry_reads_as_expired(void **state)
{
    help_t           *h;
    uint64_t          key;
    ledger_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    help_now += 5 * HELP_MINUTE - 1;
    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_REQUESTED);

    help_now++;
    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(record.state, LEDGER_STATE_WAITING);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(validate_hands_the_record_over_as_taken),
        help_test(validate_without_lease_leaves_the_record_due_and_not_taken),
        help_test(validate_that_the_site_does_not_want_to_hear_is_kept),
        help_test(a_code_validates_at_most_once),
        help_test(a_message_for_a_key_never_issued_is_unknown),
        help_test(a_message_for_another_app_or_channel_changes_nothing),
        help_test(a_message_must_be_sent_and_applied_before_expiry),
        help_test(a_message_may_be_a_minute_older_than_its_code),
        help_test(a_message_with_texts_beyond_its_limit_is_refused),
        help_test(the_third_refused_sender_fails_the_code),
        help_test(a_refused_message_that_is_repeated_counts_once),
        help_test(a_refused_sender_counts_once_whatever_it_sends),
        help_test(a_code_with_refusals_left_can_still_be_validated),
        help_test(a_waiting_record_past_its_expiry_reads_as_expired)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

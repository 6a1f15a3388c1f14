
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The state machine, one operation at a time. */


#include "store_help.h"


static void
issue_returns_a_record_that_can_be_read(void **state)
{
    help_t               *h;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    op = help_issue_op(LMDB_STORE_ON_VALIDATED|LMDB_STORE_QR);
    help_text(&op, LMDB_STORE_FAILURE_MESSAGE, "No.");

    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.issue.requested_at, HELP_EPOCH);
    assert_int_equal(op.u.issue.expires_at, HELP_EPOCH + 5 * HELP_MINUTE);

    help_get(h, op.u.issue.key, &record);

    assert_int_equal(record.key, op.u.issue.key);
    assert_int_equal(record.state, LMDB_STORE_STATE_WAITING);
    assert_int_equal(record.status, LMDB_STORE_STATUS_REQUESTED);
    assert_int_equal(record.error, LMDB_STORE_ERROR_NONE);
    assert_int_equal(record.channel, LMDB_STORE_CHANNEL_WHATSAPP);
    assert_int_equal(record.flags, LMDB_STORE_ON_VALIDATED|LMDB_STORE_QR);
    assert_int_equal(record.host_lane, 7);
    assert_int_equal(record.lane, LMDB_STORE_LANE_TIME);
    assert_int_equal(record.due_at, record.expires_at);
    assert_int_equal(record.requested_at, HELP_EPOCH);
    assert_int_equal(record.validated_at, 0);
    assert_int_equal(record.text[LMDB_STORE_APP].len, 4);
    assert_memory_equal(record.text[LMDB_STORE_CALLBACK_URL].data,
                        "https://shop.test/hook?a=1", 26);
    assert_int_equal(record.text[LMDB_STORE_LINK_MESSAGE].len, 0);
    assert_memory_equal(record.text[LMDB_STORE_FAILURE_MESSAGE].data, "No.",
                        3);
    assert_int_equal(record.message[LMDB_STORE_SENDER].len, 0);
}


static void
keys_grow_with_time_and_by_one_within_it(void **state)
{
    help_t    *h;
    uint64_t   first;

    h = *state;
    first = help_issue(h, 0);
    assert_int_equal(first, HELP_EPOCH << 10);
    assert_int_equal(help_issue(h, 0), first + 1);

    help_now++;
    assert_int_equal(help_issue(h, 0), help_now << 10);
}


static void
keys_go_on_when_the_clock_steps_back(void **state)
{
    help_t    *h;
    uint64_t   first;

    h = *state;
    first = help_issue(h, 0);
    help_now -= HELP_HOUR;

    assert_int_equal(help_issue(h, 0), first + 1);
}


static void
keys_are_not_used_again_after_purge_and_reopening(void **state)
{
    help_t    *h;
    uint64_t   first;
    unsigned   expired, purged;

    h = *state;
    first = help_issue(h, 0);

    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    help_now += 2 * HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 1);

    help_close(h);
    help_open(h);
    help_now = HELP_EPOCH;

    assert_int_equal(help_issue(h, 0), first + 1);
}


static void
issue_beyond_the_live_limit_of_its_app_is_refused(void **state)
{
    help_t           *h;
    uint64_t          key;
    lmdb_store_op_t   op;

    h = *state;
    key = help_issue(h, 0);
    (void) help_issue(h, 0);

    op = help_issue_op(0);
    op.u.issue.live_limit = 2;
    assert_int_equal(help_do(h, &op), LMDB_STORE_LIVE_LIMIT);

    help_text(&op, LMDB_STORE_APP, "shop2");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);

    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, "m1"),
                     LMDB_STORE_OK);

    help_text(&op, LMDB_STORE_APP, "shop");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(help_do(h, &op), LMDB_STORE_LIVE_LIMIT);
}


static void
issue_counts_more_apps_than_a_transaction_holds(void **state)
{
    char               name[16];
    help_t            *h;
    unsigned           i;
    lmdb_store_op_t    op;
    lmdb_store_stat_t  stat;

    h = *state;
    assert_int_equal(lmdb_store_begin(h->store), LMDB_STORE_OK);

    for (i = 0; i < 100; i++) {
        op = help_issue_op(0);
        snprintf(name, sizeof(name), "app%u", i % 25);
        help_text(&op, LMDB_STORE_APP, name);
        op.u.issue.live_limit = i < 75 ? 3 : 4;
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.result, LMDB_STORE_OK);
    }

    assert_int_equal(lmdb_store_commit(h->store), LMDB_STORE_OK);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LMDB_STORE_OK);
    assert_int_equal(stat.waiting, 100);
    assert_int_equal(help_faults(h), 0);
}


static void
issue_with_texts_beyond_a_record_is_refused(void **state)
{
    char              text[LMDB_STORE_RECORD_TEXTS_MAX + 1];
    help_t           *h;
    lmdb_store_op_t   op;

    h = *state;
    memset(text, 'x', sizeof(text));

    op = help_issue_op(0);
    op.text[LMDB_STORE_CALLBACK_URL].data = text;
    op.text[LMDB_STORE_CALLBACK_URL].len = LMDB_STORE_RECORD_TEXTS_MAX - 4;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);

    op.text[LMDB_STORE_CALLBACK_URL].len++;
    assert_int_equal(help_do(h, &op), LMDB_STORE_TOO_LARGE);

    op = help_issue_op(0);
    op.text[LMDB_STORE_APP].len = 0;
    assert_int_equal(help_do(h, &op), LMDB_STORE_TOO_LARGE);

    op.text[LMDB_STORE_APP].data = text;
    op.text[LMDB_STORE_APP].len = LMDB_STORE_APP_MAX + 1;
    assert_int_equal(help_do(h, &op), LMDB_STORE_TOO_LARGE);
}


static void
an_aborted_transaction_leaves_nothing(void **state)
{
    help_t               *h;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    op = help_issue_op(0);

    assert_int_equal(lmdb_store_begin(h->store), LMDB_STORE_OK);
    assert_int_equal(lmdb_store_apply(h->store, &op), 0);
    lmdb_store_abort(h->store);

    assert_int_equal(lmdb_store_get(h->store, op.u.issue.key, &record),
                     LMDB_STORE_UNKNOWN);

    op.u.issue.live_limit = 1;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.issue.key, HELP_EPOCH << 10);
}


static void
validate_hands_the_record_over_as_claimed(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);
    help_now += 1000;

    op = help_message_op(LMDB_STORE_VALIDATE, key, "m1");
    op.u.message.sent_at = help_now - 500;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.message.status, LMDB_STORE_STATUS_VALIDATED);
    assert_int_equal(op.u.message.attempt, 1);

    help_get(h, key, &record);
    assert_int_equal(record.state, LMDB_STORE_STATE_CALLBACK);
    assert_int_equal(record.status, LMDB_STORE_STATUS_VALIDATED);
    assert_int_equal(record.validated_at, help_now);
    assert_int_equal(record.sent_at, help_now - 500);
    assert_int_equal(record.attempts, 1);
    assert_int_equal(record.lane, LMDB_STORE_LANE_CALLBACK + 7);
    assert_int_equal(record.due_at, help_now + HELP_LEASE);
    assert_memory_equal(record.message[LMDB_STORE_SENDER].data,
                        "56911111111", 11);
    assert_memory_equal(record.message[LMDB_STORE_PROFILE_NAME].data,
                        "John Doe", 8);
    assert_memory_equal(record.message[LMDB_STORE_ROUTE].data,
                        "1234567890", 10);
    assert_int_equal(record.message[LMDB_STORE_MESSAGE_ID].len, 2);
}


static void
validate_without_lease_leaves_the_record_due_and_unclaimed(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);

    op = help_message_op(LMDB_STORE_VALIDATE, key, "m1");
    op.u.message.lease = 0;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.message.attempt, 0);

    help_get(h, key, &record);
    assert_int_equal(record.attempts, 0);
    assert_int_equal(record.due_at, help_now);
}


static void
validate_that_the_site_does_not_want_to_hear_is_kept(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_FAILED|LMDB_STORE_ON_EXPIRED);

    op = help_message_op(LMDB_STORE_VALIDATE, key, "m1");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.message.status, LMDB_STORE_STATUS_VALIDATED);
    assert_int_equal(op.u.message.attempt, 0);

    help_get(h, key, &record);
    assert_int_equal(record.state, LMDB_STORE_STATE_KEPT);
    assert_int_equal(record.lane, LMDB_STORE_LANE_TIME);
    assert_int_equal(record.due_at, help_now + HELP_HOUR);
}


static void
a_code_validates_at_most_once(void **state)
{
    help_t    *h;
    uint64_t   key;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);

    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, "m1"),
                     LMDB_STORE_OK);
    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, "m1"),
                     LMDB_STORE_DUPLICATE);
    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, "m2"),
                     LMDB_STORE_USED);
    assert_int_equal(help_message(h, LMDB_STORE_REFUSE, key, "m3"),
                     LMDB_STORE_USED);
    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, ""),
                     LMDB_STORE_USED);
}


static void
a_message_for_a_key_never_issued_is_unknown(void **state)
{
    help_t    *h;
    uint64_t   key;

    h = *state;
    key = help_issue(h, 0);

    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key + 1, "m1"),
                     LMDB_STORE_UNKNOWN);
    assert_int_equal(help_message(h, LMDB_STORE_REFUSE, 0, "m1"),
                     LMDB_STORE_UNKNOWN);
}


static void
a_message_for_another_app_or_channel_changes_nothing(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);

    op = help_message_op(LMDB_STORE_VALIDATE, key, "m1");
    help_text(&op, LMDB_STORE_APP, "shop2");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OTHER_APP);
    help_text(&op, LMDB_STORE_APP, "sho");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OTHER_APP);

    op = help_message_op(LMDB_STORE_VALIDATE, key, "m1");
    op.u.message.channel = LMDB_STORE_CHANNEL_SMS;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OTHER_CHANNEL);

    help_get(h, key, &record);
    assert_int_equal(record.state, LMDB_STORE_STATE_WAITING);
    assert_int_equal(record.message[LMDB_STORE_SENDER].len, 0);
}


static void
a_message_must_be_sent_and_applied_before_expiry(void **state)
{
    help_t           *h;
    uint64_t          key;
    lmdb_store_op_t   op;

    h = *state;
    key = help_issue(h, 0);
    op = help_message_op(LMDB_STORE_VALIDATE, key, "m1");

    op.u.message.sent_at = HELP_EPOCH + 5 * HELP_MINUTE;
    assert_int_equal(help_do(h, &op), LMDB_STORE_EXPIRED);

    help_now = HELP_EPOCH + 5 * HELP_MINUTE;
    op.u.message.sent_at = HELP_EPOCH;
    assert_int_equal(help_do(h, &op), LMDB_STORE_EXPIRED);
    op.u.message.sent_at = 0;
    assert_int_equal(help_do(h, &op), LMDB_STORE_EXPIRED);

    help_now--;
    op.u.message.sent_at = help_now;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
}


static void
a_message_may_be_a_minute_older_than_its_code(void **state)
{
    help_t           *h;
    lmdb_store_op_t   op;

    h = *state;
    op = help_message_op(LMDB_STORE_VALIDATE, help_issue(h, 0), "m1");

    op.u.message.sent_at = HELP_EPOCH - HELP_MINUTE - 1;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OLD_MESSAGE);

    op.u.message.sent_at++;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
}


static void
a_message_with_texts_beyond_its_limit_is_refused(void **state)
{
    char              text[LMDB_STORE_MESSAGE_TEXTS_MAX + 1];
    help_t           *h;
    lmdb_store_op_t   op;

    h = *state;
    memset(text, 'x', sizeof(text));

    op = help_message_op(LMDB_STORE_VALIDATE, help_issue(h, 0), "");
    op.text[1 + LMDB_STORE_PROFILE_NAME].data = text;
    op.text[1 + LMDB_STORE_PROFILE_NAME].len =
        LMDB_STORE_MESSAGE_TEXTS_MAX - 11 - 10 + 1;
    assert_int_equal(help_do(h, &op), LMDB_STORE_TOO_LARGE);

    op.text[1 + LMDB_STORE_PROFILE_NAME].len--;
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
}


static void
the_third_refused_message_fails_the_code(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_FAILED);

    op = help_message_op(LMDB_STORE_REFUSE, key, "m1");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.message.status, LMDB_STORE_STATUS_REQUESTED);
    assert_int_equal(op.u.message.attempt, 0);
    assert_int_equal(help_message(h, LMDB_STORE_REFUSE, key, "m2"),
                     LMDB_STORE_OK);

    help_get(h, key, &record);
    assert_int_equal(record.state, LMDB_STORE_STATE_WAITING);
    assert_int_equal(record.refusals, 2);

    op = help_message_op(LMDB_STORE_REFUSE, key, "m3");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);
    assert_int_equal(op.u.message.status, LMDB_STORE_STATUS_FAILED);
    assert_int_equal(op.u.message.attempt, 1);

    help_get(h, key, &record);
    assert_int_equal(record.state, LMDB_STORE_STATE_CALLBACK);
    assert_int_equal(record.error,
                     LMDB_STORE_ERROR_PHONE_NUMBER_NOT_AUTHORIZED);
    assert_int_equal(record.validated_at, 0);
    assert_int_equal(help_faults(h), 0);
}


static void
a_refused_message_that_is_repeated_counts_once(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    assert_int_equal(help_message(h, LMDB_STORE_REFUSE, key, "m1"),
                     LMDB_STORE_OK);
    assert_int_equal(help_message(h, LMDB_STORE_REFUSE, key, "m1"),
                     LMDB_STORE_DUPLICATE);

    help_get(h, key, &record);
    assert_int_equal(record.refusals, 1);
}


static void
a_code_with_refusals_left_can_still_be_validated(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_op_t       op;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);

    assert_int_equal(help_message(h, LMDB_STORE_REFUSE, key, "m1"),
                     LMDB_STORE_OK);

    op = help_message_op(LMDB_STORE_VALIDATE, key, "m2");
    help_text(&op, 1 + LMDB_STORE_SENDER, "4912345");
    assert_int_equal(help_do(h, &op), LMDB_STORE_OK);

    help_get(h, key, &record);
    assert_int_equal(record.status, LMDB_STORE_STATUS_VALIDATED);
    assert_int_equal(record.message[LMDB_STORE_SENDER].len, 7);
}


static void
a_waiting_record_past_its_expiry_reads_as_expired(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, 0);

    help_now += 5 * HELP_MINUTE - 1;
    help_get(h, key, &record);
    assert_int_equal(record.status, LMDB_STORE_STATUS_REQUESTED);

    help_now++;
    help_get(h, key, &record);
    assert_int_equal(record.status, LMDB_STORE_STATUS_EXPIRED);
    assert_int_equal(record.state, LMDB_STORE_STATE_WAITING);
}


static void
of_two_claims_of_the_same_due_time_one_wins(void **state)
{
    help_t               *h;
    uint64_t              key, due_at;
    unsigned              attempt;
    lmdb_store_record_t   record;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);
    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, "m1"),
                     LMDB_STORE_OK);

    help_get(h, key, &record);
    due_at = record.due_at;
    help_now = due_at;

    assert_int_equal(help_claim(h, key, due_at, &attempt), LMDB_STORE_OK);
    assert_int_equal(attempt, 2);
    assert_int_equal(help_claim(h, key, due_at, &attempt),
                     LMDB_STORE_NOT_CURRENT);

    help_get(h, key, &record);
    assert_int_equal(record.attempts, 2);
    assert_int_equal(record.due_at, help_now + HELP_LEASE);
    assert_int_equal(record.lane, LMDB_STORE_LANE_CALLBACK + 7);
}


static void
a_claim_of_what_is_not_due_work_is_refused(void **state)
{
    help_t               *h;
    uint64_t              key;
    unsigned              attempt;

    h = *state;
    key = help_issue(h, LMDB_STORE_ON_VALIDATED);

    assert_int_equal(help_claim(h, key, HELP_EPOCH + 5 * HELP_MINUTE,
                                &attempt),
                     LMDB_STORE_NOT_CURRENT);
    assert_int_equal(help_claim(h, key + 1, HELP_EPOCH, &attempt),
                     LMDB_STORE_UNKNOWN);
}


/* A validated record whose second attempt is under way. */

static uint64_t
second_attempt(help_t *h)
{
    uint64_t  key;
    unsigned  attempt;

    key = help_issue(h, LMDB_STORE_ON_VALIDATED);
    assert_int_equal(help_message(h, LMDB_STORE_VALIDATE, key, "m1"),
                     LMDB_STORE_OK);
    help_now += HELP_LEASE;
    assert_int_equal(help_claim(h, key, help_now, &attempt), LMDB_STORE_OK);
    assert_int_equal(attempt, 2);

    return key;
}


static void
delivered_counts_whichever_attempt_brought_it(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_record_t   record;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 1, LMDB_STORE_DELIVERED, 0),
                     LMDB_STORE_OK);

    help_get(h, key, &record);
    assert_int_equal(record.state, LMDB_STORE_STATE_KEPT);
    assert_int_equal(record.status, LMDB_STORE_STATUS_VALIDATED);
    assert_int_equal(record.due_at, help_now + HELP_HOUR);
    assert_int_equal(record.lane, LMDB_STORE_LANE_TIME);

    assert_int_equal(help_complete(h, key, 2, LMDB_STORE_GIVE_UP, 0),
                     LMDB_STORE_NOT_CURRENT);
    assert_int_equal(help_complete(h, key, 2, LMDB_STORE_DELIVERED, 0),
                     LMDB_STORE_NOT_CURRENT);
    assert_int_equal(help_complete(h, key + 1, 2, LMDB_STORE_DELIVERED, 0),
                     LMDB_STORE_UNKNOWN);
}


static void
a_failure_counts_for_the_current_attempt_only(void **state)
{
    help_t    *h;
    uint64_t   key;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 1, LMDB_STORE_RETRY, help_now + 5),
                     LMDB_STORE_NOT_CURRENT);
    assert_int_equal(help_complete(h, key, 1, LMDB_STORE_GIVE_UP, 0),
                     LMDB_STORE_NOT_CURRENT);
    assert_int_equal(help_complete(h, key, 1, LMDB_STORE_RELEASE, help_now),
                     LMDB_STORE_NOT_CURRENT);
}


static void
a_retry_is_due_when_it_says_and_keeps_its_count(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_record_t   record;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 2, LMDB_STORE_RETRY,
                                   help_now + 5000),
                     LMDB_STORE_OK);

    help_get(h, key, &record);
    assert_int_equal(record.due_at, help_now + 5000);
    assert_int_equal(record.attempts, 2);
    assert_int_equal(record.state, LMDB_STORE_STATE_CALLBACK);
}


static void
a_released_attempt_is_not_counted(void **state)
{
    help_t               *h;
    uint64_t              key;
    lmdb_store_record_t   record;

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 2, LMDB_STORE_RELEASE, help_now),
                     LMDB_STORE_OK);

    help_get(h, key, &record);
    assert_int_equal(record.due_at, help_now);
    assert_int_equal(record.attempts, 1);
}


static void
giving_up_fails_the_record_and_a_first_error_stays(void **state)
{
    help_t               *h;
    uint64_t              key;
    unsigned              i;
    lmdb_store_record_t   record;
    static const char    *id[] = { "m1", "m2", "m3" };

    h = *state;
    key = second_attempt(h);

    assert_int_equal(help_complete(h, key, 2, LMDB_STORE_GIVE_UP, 0),
                     LMDB_STORE_OK);
    help_get(h, key, &record);
    assert_int_equal(record.status, LMDB_STORE_STATUS_FAILED);
    assert_int_equal(record.error, LMDB_STORE_ERROR_CALLBACK_FAILED);
    assert_int_equal(record.state, LMDB_STORE_STATE_KEPT);

    key = help_issue(h, LMDB_STORE_ON_FAILED);

    for (i = 0; i < 3; i++) {
        assert_int_equal(help_message(h, LMDB_STORE_REFUSE, key, id[i]),
                         LMDB_STORE_OK);
    }

    assert_int_equal(help_complete(h, key, 1, LMDB_STORE_GIVE_UP, 0),
                     LMDB_STORE_OK);
    help_get(h, key, &record);
    assert_int_equal(record.error,
                     LMDB_STORE_ERROR_PHONE_NUMBER_NOT_AUTHORIZED);
}


static void
marks_are_kept_by_name_and_the_oldest_go(void **state)
{
    help_t    *h;
    uint64_t   i;

    h = *state;

    for (i = 1; i <= 300; i++) {
        assert_int_equal(lmdb_store_begin(h->store), LMDB_STORE_OK);
        assert_int_equal(lmdb_store_get_mark(h->store, i), 0);
        assert_int_equal(lmdb_store_set_mark(h->store, i, i * 10), 0);
        assert_int_equal(lmdb_store_set_mark(h->store, 1, i), 0);
        assert_int_equal(lmdb_store_commit(h->store), LMDB_STORE_OK);
    }

    assert_int_equal(lmdb_store_begin(h->store), LMDB_STORE_OK);
    assert_int_equal(lmdb_store_get_mark(h->store, 1), 300);
    assert_int_equal(lmdb_store_get_mark(h->store, 2), 0);
    assert_int_equal(lmdb_store_get_mark(h->store, 300), 3000);
    lmdb_store_abort(h->store);
}


static void
a_transaction_has_the_id_after_the_last_committed_one(void **state)
{
    help_t             *h;
    uint64_t            id;
    lmdb_store_stat_t   stat;

    h = *state;
    (void) help_issue(h, 0);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LMDB_STORE_OK);

    assert_int_equal(lmdb_store_begin(h->store), LMDB_STORE_OK);
    id = lmdb_store_txn_id(h->store);
    lmdb_store_abort(h->store);

    assert_int_equal(id, stat.last_txn + 1);
}


static void
every_result_has_a_sentence(void **state)
{
    (void) state;

    assert_string_equal(lmdb_store_strresult(LMDB_STORE_OK), "done");
    assert_string_equal(lmdb_store_strresult(LMDB_STORE_UNUSABLE),
                        "the store directory cannot be used");
    assert_string_equal(lmdb_store_strresult(LMDB_STORE_RESULTS_N),
                        "unknown result");
}


#define test(name)  cmocka_unit_test_setup_teardown(name, help_setup,         \
                                                    help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        test(issue_returns_a_record_that_can_be_read),
        test(keys_grow_with_time_and_by_one_within_it),
        test(keys_go_on_when_the_clock_steps_back),
        test(keys_are_not_used_again_after_purge_and_reopening),
        test(issue_beyond_the_live_limit_of_its_app_is_refused),
        test(issue_counts_more_apps_than_a_transaction_holds),
        test(issue_with_texts_beyond_a_record_is_refused),
        test(an_aborted_transaction_leaves_nothing),
        test(validate_hands_the_record_over_as_claimed),
        test(validate_without_lease_leaves_the_record_due_and_unclaimed),
        test(validate_that_the_site_does_not_want_to_hear_is_kept),
        test(a_code_validates_at_most_once),
        test(a_message_for_a_key_never_issued_is_unknown),
        test(a_message_for_another_app_or_channel_changes_nothing),
        test(a_message_must_be_sent_and_applied_before_expiry),
        test(a_message_may_be_a_minute_older_than_its_code),
        test(a_message_with_texts_beyond_its_limit_is_refused),
        test(the_third_refused_message_fails_the_code),
        test(a_refused_message_that_is_repeated_counts_once),
        test(a_code_with_refusals_left_can_still_be_validated),
        test(a_waiting_record_past_its_expiry_reads_as_expired),
        test(of_two_claims_of_the_same_due_time_one_wins),
        test(a_claim_of_what_is_not_due_work_is_refused),
        test(delivered_counts_whichever_attempt_brought_it),
        test(a_failure_counts_for_the_current_attempt_only),
        test(a_retry_is_due_when_it_says_and_keeps_its_count),
        test(a_released_attempt_is_not_counted),
        test(giving_up_fails_the_record_and_a_first_error_stays),
        test(marks_are_kept_by_name_and_the_oldest_go),
        test(a_transaction_has_the_id_after_the_last_committed_one),
        cmocka_unit_test(every_result_has_a_sentence)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The acts of a browser on its login before it is decided. */


#include "ledger_claim_help.h"


#define KINDS  4

static const ledger_kind_t  kinds[KINDS] = {
    LEDGER_CONFIRM, LEDGER_RESEND, LEDGER_UNSENT, LEDGER_CANCEL
};


static help_made_t
act(const ledger_record_t *record, ledger_op_t *op)
{
    op->u.browser.pin = 1;

    return help_apply(record, op, HELP_NOW);
}


/* Nobody else learns anything, not even that there is such a record. */

static void
only_the_claim_of_the_record_acts_on_it(void **state)
{
    unsigned         i;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    for (i = 0; i < KINDS; i++) {
        record = help_pin(HELP_ON_ALL, 0);

        op = help_browser_op(kinds[i]);
        op.u.browser.right = 1;
        op.u.browser.digest[LEDGER_DIGEST_LEN - 1] ^= 1;
        made = act(&record, &op);
        /* The sender's journey has no claim to show. */
        assert_int_equal(made.result, kinds[i] == LEDGER_UNSENT
                         ? LEDGER_OK : LEDGER_UNKNOWN);

        op = help_browser_op(kinds[i]);
        op.u.browser.right = 1;
        op.text[LEDGER_APP] = help_text("shop2");
        made = act(&record, &op);
        assert_int_equal(made.result, LEDGER_UNKNOWN);
        assert_int_equal(op.u.browser.status, 0);
        help_unchanged(&made);

        record.flags &= ~(unsigned) LEDGER_CLAIMED;
        op = help_browser_op(kinds[i]);
        made = act(&record, &op);
        assert_int_equal(made.result, LEDGER_UNKNOWN);
        help_unchanged(&made);
    }
}


/* Each row: how a record stands, and what it says to each kind. */

static const struct {
    const char       *title;
    ledger_status_t   status;
    ledger_step_t     step;
    ledger_result_t   result[KINDS];
} stands[] = {
    { "no message yet", LEDGER_STATUS_REQUESTED, LEDGER_STEP_SEND,
      { LEDGER_UNDECIDED, LEDGER_UNDECIDED, LEDGER_NOT_CURRENT, LEDGER_OK } },
    { "the PIN is due", LEDGER_STATUS_REQUESTED, LEDGER_STEP_PIN,
      { LEDGER_OK, LEDGER_OK, LEDGER_OK, LEDGER_OK } },
    { "it could not be sent", LEDGER_STATUS_REQUESTED, LEDGER_STEP_SEND_FAILED,
      { LEDGER_OK, LEDGER_OK, LEDGER_NOT_CURRENT, LEDGER_OK } },
    { "validated", LEDGER_STATUS_VALIDATED, LEDGER_STEP_DONE,
      { LEDGER_USED, LEDGER_USED, LEDGER_NOT_CURRENT, LEDGER_USED } },
    { "expired", LEDGER_STATUS_EXPIRED, LEDGER_STEP_DONE,
      { LEDGER_ENDED, LEDGER_ENDED, LEDGER_NOT_CURRENT, LEDGER_ENDED } },
    { "failed", LEDGER_STATUS_FAILED, LEDGER_STEP_DONE,
      { LEDGER_ENDED, LEDGER_ENDED, LEDGER_NOT_CURRENT, LEDGER_ENDED } }
};

static void
the_record_tells_how_it_stands(void **state)
{
    unsigned         i, k;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    for (i = 0; i < sizeof(stands) / sizeof(stands[0]); i++) {

        for (k = 0; k < KINDS; k++) {
            record = help_pin(HELP_ON_ALL, 0);
            record.status = stands[i].status;
            record.error = stands[i].status == LEDGER_STATUS_FAILED
                           ? LEDGER_ERROR_CANCELLED : LEDGER_ERROR_NONE;
            record.claim.step = stands[i].step;
            record.state = stands[i].step == LEDGER_STEP_DONE
                           ? LEDGER_STATE_KEPT : LEDGER_STATE_WAITING;

            op = help_browser_op(kinds[k]);
            op.u.browser.right = 1;
            made = act(&record, &op);

            if (made.result != stands[i].result[k]) {
                fail_msg("%s, %u: %s", stands[i].title, kinds[k],
                         ledger_strresult(made.result));
            }

            if (made.result != LEDGER_OK) {
                help_unchanged(&made);
                assert_int_equal(op.u.browser.status, stands[i].status);
                assert_int_equal(op.u.browser.error, record.error);
                assert_int_equal(op.u.browser.attempt, 0);
                assert_int_equal(op.u.browser.reply, 0);
            }
        }
    }

    /* Its time has come, though no sweep has been there. */
    record = help_pin(HELP_ON_ALL, 0);
    op = help_browser_op(LEDGER_CONFIRM);
    op.u.browser.right = 1;
    made = help_apply(&record, &op, HELP_EXPIRES);
    assert_int_equal(made.result, LEDGER_ENDED);
    assert_int_equal(op.u.browser.status, LEDGER_STATUS_EXPIRED);
    help_unchanged(&made);
}


static void
the_right_pin_validates(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_pin(LEDGER_ON_VALIDATED, 0);
    op = help_browser_op(LEDGER_CONFIRM);
    op.u.browser.right = 1;
    made = act(&record, &op);

    assert_int_equal(made.result, LEDGER_OK);
    assert_true(made.change.save && made.change.moves && made.change.changed);
    assert_int_equal(made.change.waiting, -1);
    assert_int_equal(made.after.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(made.after.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_DONE);
    assert_int_equal(made.after.lane, LEDGER_LANE_CALLBACK + HELP_LANE);
    assert_true(made.after.due_at == HELP_NOW + HELP_LEASE);
    assert_true(made.after.validated_at == HELP_NOW);
    assert_true(made.after.claim.flags & LEDGER_CLAIM_CONFIRMED);
    assert_int_equal(op.u.browser.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.browser.attempt, 1);
    assert_int_equal(op.u.browser.reply, 0);

    /* No callback comes before the reply; but L's page is to collect. */
    record = help_pin(0, 0);
    op = help_browser_op(LEDGER_CONFIRM);
    op.u.browser.right = 1;
    made = act(&record, &op);
    assert_int_equal(made.after.state, LEDGER_STATE_KEPT);
    assert_int_equal(op.u.browser.reply, LEDGER_REPLY_RESPONSE);
    assert_int_equal(op.u.browser.attempt, 0);

    record = help_pin(0, LEDGER_CLAIM_PAGE);
    made = act(&record, &op);
    assert_int_equal(made.after.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.browser.reply, 0);
}


static void
the_third_wrong_pin_fails_the_record(void **state)
{
    unsigned         i;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_pin(LEDGER_ON_FAILED, 0);

    for (i = 1; i <= LEDGER_WRONG_PINS_MAX; i++) {
        op = help_browser_op(LEDGER_CONFIRM);
        made = act(&record, &op);

        assert_int_equal(made.result, LEDGER_WRONG_PIN);
        assert_true(made.change.save);
        assert_int_equal(made.after.claim.wrong_pins, i);
        assert_int_equal(op.u.browser.tries, LEDGER_WRONG_PINS_MAX - i);

        if (i < LEDGER_WRONG_PINS_MAX) {
            assert_int_equal(made.after.state, LEDGER_STATE_WAITING);
            assert_int_equal(made.after.claim.step, LEDGER_STEP_PIN);
            assert_false(made.change.changed || made.change.moves);
            assert_int_equal(op.u.browser.reply, 0);
        }

        record = made.after;
    }

    assert_int_equal(record.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(record.status, LEDGER_STATUS_FAILED);
    assert_int_equal(record.error, LEDGER_ERROR_PIN_WRONG);
    assert_int_equal(op.u.browser.error, LEDGER_ERROR_PIN_WRONG);
    assert_int_equal(op.u.browser.reply, LEDGER_REPLY_FAILURE);
    assert_int_equal(op.u.browser.attempt, 1);
    assert_int_equal(made.change.waiting, -1);

    /* The right one comes too late. */
    op.u.browser.right = 1;
    assert_int_equal(act(&record, &op).result, LEDGER_ENDED);
}


static void
a_pin_is_sent_again_once(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_pin(HELP_ON_ALL, 0);
    record.claim.step = LEDGER_STEP_SEND_FAILED;
    record.claim.wrong_pins = 2;

    op = help_browser_op(LEDGER_RESEND);
    made = act(&record, &op);
    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(op.u.browser.pin, 2);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_PIN);
    assert_true(made.change.save && made.change.changed);

    /* It brings no new tries, and no time. */
    assert_int_equal(made.after.claim.wrong_pins, 2);
    assert_int_equal(op.u.browser.tries, 1);
    assert_true(made.after.expires_at == HELP_EXPIRES);

    record = made.after;
    op = help_browser_op(LEDGER_RESEND);
    made = act(&record, &op);
    assert_int_equal(made.result, LEDGER_RESENT);
    help_unchanged(&made);
}


static void
a_pin_that_is_not_sent_is_told(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_pin(HELP_ON_ALL, 0);
    op = help_browser_op(LEDGER_UNSENT);
    op.u.browser.pin = 1;
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_SEND_FAILED);
    assert_true(made.change.save && made.change.changed);
    assert_false(made.change.moves);

    /* The first one's end says nothing of the second. */
    record.claim.flags |= LEDGER_CLAIM_RESENT;
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.result, LEDGER_NOT_CURRENT);
    help_unchanged(&made);
    op.u.browser.pin = 2;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_OK);
}


static void
a_cancelled_record_fails(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_claimed(LEDGER_ON_VALIDATED, 0);
    op = help_browser_op(LEDGER_CANCEL);
    made = act(&record, &op);

    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(made.after.state, LEDGER_STATE_KEPT);
    assert_int_equal(made.after.status, LEDGER_STATUS_FAILED);
    assert_int_equal(made.after.error, LEDGER_ERROR_CANCELLED);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_DONE);
    assert_true(made.change.changed);
    assert_int_equal(op.u.browser.reply, 0);

    /* The message that comes all the same finds it so. */
    record = made.after;
    op = help_message_op(LEDGER_VALIDATE, "m1");
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_USED);
}


/* The user has answered 0 since: neither the PIN nor another one counts. */

static void
a_revoked_number_ends_the_login(void **state)
{
    unsigned          i;
    ledger_op_t       op;
    help_made_t       made;
    ledger_record_t   record;
    ledger_subject_t  subject;

    static const struct {
        uint64_t        sent_at;
        uint64_t        revoked_at;
        ledger_kind_t   kind;
        ledger_result_t result;
    } rows[] = {
        /* In the second that the provider tells the message may be later. */
        { HELP_NOW - 2000, HELP_NOW - 1002, LEDGER_CONFIRM, LEDGER_OK },
        { HELP_NOW - 2000, HELP_NOW - 1001, LEDGER_CONFIRM, LEDGER_ENDED },
        { HELP_NOW - 2000, HELP_NOW - 1002, LEDGER_RESEND, LEDGER_OK },
        { HELP_NOW - 2000, HELP_NOW - 1001, LEDGER_RESEND, LEDGER_ENDED },
        { HELP_NOW - 2000, HELP_NOW, LEDGER_CANCEL, LEDGER_OK },
        { HELP_NOW - 2000, HELP_NOW, LEDGER_UNSENT, LEDGER_OK },
        /* A gateway may tell no time: then it is that of the code. */
        { 0, HELP_ISSUED - 1, LEDGER_CONFIRM, LEDGER_OK },
        { 0, HELP_ISSUED, LEDGER_CONFIRM, LEDGER_ENDED }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        record = help_pin(LEDGER_ON_FAILED, 0);
        record.sent_at = rows[i].sent_at;
        subject = help_person(0);
        subject.revoked_at = rows[i].revoked_at;

        op = help_browser_op(rows[i].kind);
        op.u.browser.right = 1;
        op.u.browser.pin = 1;
        made = help_apply_to(&record, &subject, &op, HELP_NOW);
        assert_int_equal(made.result, rows[i].result);

        if (made.result != LEDGER_ENDED) {
            continue;
        }

        assert_true(made.change.save && made.change.changed);
        assert_int_equal(made.after.state, LEDGER_STATE_CALLBACK);
        assert_int_equal(made.after.status, LEDGER_STATUS_FAILED);
        assert_int_equal(made.after.error, LEDGER_ERROR_CANCELLED);
        assert_int_equal(op.u.browser.status, LEDGER_STATUS_FAILED);
        assert_int_equal(op.u.browser.error, LEDGER_ERROR_CANCELLED);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(only_the_claim_of_the_record_acts_on_it),
        cmocka_unit_test(the_record_tells_how_it_stands),
        cmocka_unit_test(the_right_pin_validates),
        cmocka_unit_test(the_third_wrong_pin_fails_the_record),
        cmocka_unit_test(a_pin_is_sent_again_once),
        cmocka_unit_test(a_pin_that_is_not_sent_is_told),
        cmocka_unit_test(a_cancelled_record_fails),
        cmocka_unit_test(a_revoked_number_ends_the_login)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

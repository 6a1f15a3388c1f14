
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Records with a claim, until they are decided: messages and PINs. */


#include "ledger_claim_help.h"


#define ALWAYS   LEDGER_CLAIM_PIN
#define UNKNOWN  LEDGER_CLAIM_PIN_UNKNOWN
#define MARKED   LEDGER_CLAIM_MARKED


static void
a_code_is_issued_with_its_claim(void **state)
{
    ledger_op_t      op;
    ledger_change_t  change;
    ledger_record_t  after;

    (void) state;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_ISSUE;
    op.u.issue.flags = LEDGER_CLAIMED;
    op.u.issue.claim_flags = 0xff;
    op.u.issue.language = 7;
    op.text[LEDGER_APP] = help_text("shop");
    op.text[LEDGER_PLACE] = help_text("Santiago");
    help_digest(op.u.issue.digest, HELP_SECRET);
    help_digest(op.u.issue.known, HELP_MARK);

    assert_int_equal(ledger_issue(&op, HELP_KEY, HELP_ISSUED, &after, &change),
                     LEDGER_OK);

    assert_int_equal(after.claim.step, LEDGER_STEP_SEND);
    assert_int_equal(after.claim.flags,
                     LEDGER_CLAIM_PAGE | ALWAYS | UNKNOWN | MARKED);
    assert_int_equal(after.claim.language, 7);
    assert_memory_equal(after.claim.digest, HELP_SECRET, LEDGER_DIGEST_LEN);
    assert_memory_equal(after.claim.known, HELP_MARK, LEDGER_DIGEST_LEN);
    assert_int_equal(after.text[LEDGER_PLACE].len, 8);
    assert_true(ledger_claim_is(&after, op.u.issue.digest, HELP_NOW));

    /* Without the flag there is nothing of it. */
    op.u.issue.flags = 0;
    assert_int_equal(ledger_issue(&op, HELP_KEY, HELP_ISSUED, &after, &change),
                     LEDGER_OK);
    assert_int_equal(after.claim.step, LEDGER_STEP_NONE);
    assert_int_equal(after.claim.flags, 0);
    assert_int_equal(after.claim.language, 0);
    assert_int_equal(after.text[LEDGER_PLACE].len, 0);
    assert_false(ledger_claim_is(&after, after.claim.digest, HELP_NOW));
    assert_int_equal(ledger_step(&after, HELP_NOW), LEDGER_STEP_NONE);
}


static void
a_place_or_device_that_is_too_long_is_refused(void **state)
{
    char             long_one[LEDGER_PLACE_MAX + 1];
    unsigned         i;
    ledger_op_t      op;
    ledger_change_t  change;
    ledger_record_t  after;

    static const struct {
        unsigned         text, len;
        ledger_result_t  result;
    } row[] = {
        { LEDGER_PLACE, LEDGER_PLACE_MAX, LEDGER_OK },
        { LEDGER_PLACE, LEDGER_PLACE_MAX + 1, LEDGER_TOO_LARGE },
        { LEDGER_DEVICE, LEDGER_DEVICE_MAX, LEDGER_OK },
        { LEDGER_DEVICE, LEDGER_DEVICE_MAX + 1, LEDGER_TOO_LARGE }
    };

    (void) state;

    for (i = 0; i < 4; i++) {
        memset(&op, 0, sizeof(op));
        memset(long_one, 'x', sizeof(long_one));
        op.kind = LEDGER_ISSUE;
        op.u.issue.flags = LEDGER_CLAIMED;
        op.text[LEDGER_APP] = help_text("shop");
        op.text[row[i].text].data = long_one;
        op.text[row[i].text].len = row[i].len;

        assert_int_equal(ledger_issue(&op, HELP_KEY, HELP_ISSUED, &after,
                                      &change), row[i].result);
    }
}


/* Each row: what a code asks of its sender, and whether a PIN is due. */

static const struct {
    const char  *title;
    unsigned     claim_flags;
    unsigned     person;        /* the sender has been here before */
    uint64_t     until;         /* the browser's mark is valid */
    unsigned     pin;
} due[] = {
    { "nothing", 0, 1, HELP_NOW + 1, 0 },
    { "a PIN in any case", ALWAYS, 0, 0, 1 },
    { "a PIN in any case, of a known browser too", ALWAYS | UNKNOWN | MARKED,
      1, HELP_NOW + 1, 1 },
    { "a PIN of an unknown browser", UNKNOWN, 1, HELP_NOW + 1, 1 },
    { "a PIN unless known, and it is", UNKNOWN | MARKED, 1, HELP_NOW + 1, 0 },
    { "the mark's time is over", UNKNOWN | MARKED, 1, HELP_NOW, 1 },
    { "another's mark: the sender is new", UNKNOWN | MARKED, 0, 0, 1 }
};

static void
a_pin_is_due_where_the_code_says_so(void **state)
{
    unsigned          i;
    ledger_op_t       op;
    help_made_t       made;
    ledger_record_t   record;
    ledger_subject_t  person;

    (void) state;

    for (i = 0; i < sizeof(due) / sizeof(due[0]); i++) {
        record = help_claimed(HELP_ON_ALL, due[i].claim_flags);
        person = help_person(due[i].until);
        op = help_message_op(LEDGER_VALIDATE, "m1");
        made = help_apply_to(&record, due[i].person ? &person : NULL, &op,
                             HELP_NOW);

        if (made.result != LEDGER_OK || op.u.message.pin != due[i].pin) {
            fail_msg("%s: pin %u", due[i].title, op.u.message.pin);
        }

        assert_true(made.change.changed);
        assert_int_equal(made.after.status, due[i].pin
                         ? LEDGER_STATUS_REQUESTED : LEDGER_STATUS_VALIDATED);
        assert_int_equal(op.u.message.step, due[i].pin ? LEDGER_STEP_PIN
                                                       : LEDGER_STEP_DONE);
        assert_int_equal((made.after.claim.flags & LEDGER_CLAIM_RECOGNISED)
                         != 0, (due[i].claim_flags & MARKED) && !due[i].pin);
    }
}


/* Another person's mark is none: the browser belongs to somebody else. */

static void
a_mark_is_worth_nothing_to_another_person(void **state)
{
    ledger_op_t       op;
    help_made_t       made;
    ledger_record_t   record;
    ledger_subject_t  person;

    (void) state;

    record = help_claimed(0, UNKNOWN | MARKED);
    op = help_message_op(LEDGER_VALIDATE, "m1");
    person = help_person(HELP_NOW + 1);
    help_digest(person.mark[1].digest, "a known browser,");

    made = help_apply_to(&record, &person, &op, HELP_NOW);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_PIN);
}


static void
the_subject_is_read_only_where_it_matters(void **state)
{
    ledger_op_t      op;
    ledger_record_t  record;

    (void) state;

    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.text[LEDGER_OP_SUBJECT] = help_text(HELP_SENDER);

    record = help_claimed(0, UNKNOWN | MARKED);
    assert_true(ledger_wants_subject(&record, &op));
    record.claim.step = LEDGER_STEP_PIN;
    assert_false(ledger_wants_subject(&record, &op));
    record = help_claimed(0, UNKNOWN);
    assert_false(ledger_wants_subject(&record, &op));
    record = help_claimed(0, ALWAYS | MARKED);
    assert_false(ledger_wants_subject(&record, &op));
    record = help_waiting(HELP_ON_ALL);
    assert_false(ledger_wants_subject(&record, &op));
    assert_false(ledger_wants_subject(NULL, &op));

    record = help_claimed(0, UNKNOWN | MARKED);
    op.text[LEDGER_OP_SUBJECT].len = 0;
    assert_false(ledger_wants_subject(&record, &op));
    op = help_message_op(LEDGER_REFUSE, "m1");
    op.text[LEDGER_OP_SUBJECT] = help_text(HELP_SENDER);
    assert_false(ledger_wants_subject(&record, &op));

    op = help_browser_op(LEDGER_CONFIRM);
    op.text[LEDGER_OP_SUBJECT] = help_text(HELP_SENDER);
    assert_false(ledger_wants_subject(&record, &op));
    record = help_pin(0, 0);
    assert_true(ledger_wants_subject(&record, &op));
    op.kind = LEDGER_RESEND;
    assert_true(ledger_wants_subject(&record, &op));
    op.kind = LEDGER_CANCEL;
    assert_false(ledger_wants_subject(&record, &op));
    op = help_browser_op(LEDGER_CONFIRM);
    assert_false(ledger_wants_subject(&record, &op));

    op = help_collect_op(1);
    assert_true(ledger_wants_subject(&record, &op));
    op = help_collect_op(0);
    assert_false(ledger_wants_subject(&record, &op));
    op = help_collect_op(1);
    record = help_kept(LEDGER_STATUS_VALIDATED);
    assert_false(ledger_wants_subject(&record, &op));
}


static void
a_record_that_waits_for_a_pin_goes_on_waiting(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_claimed(HELP_ON_ALL, ALWAYS);
    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.u.message.replies = LEDGER_REPLY_RESPONSE;
    made = help_apply(&record, &op, HELP_NOW);

    assert_int_equal(made.after.state, LEDGER_STATE_WAITING);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_REQUESTED);
    assert_int_equal(op.u.message.attempt, 0);
    assert_int_equal(op.u.message.reply, 0);
    assert_int_equal(made.change.waiting, 0);
    assert_true(made.change.save && !made.change.moves);
    assert_true(made.after.expires_at == HELP_EXPIRES);
    assert_int_equal(made.after.message[LEDGER_SENDER].len, 11);

    /* A message in the last moment leaves time to type. */
    made = help_apply(&record, &op, HELP_EXPIRES - 1);
    assert_true(made.change.moves);
    assert_true(made.after.expires_at == HELP_EXPIRES - 1 + LEDGER_PIN_SPAN);
    assert_true(made.after.due_at == made.after.expires_at);
    assert_int_equal(made.after.lane, LEDGER_LANE_TIME);

    record = made.after;
    assert_int_equal(ledger_step(&record, record.expires_at - 1),
                     LEDGER_STEP_PIN);
    assert_int_equal(ledger_step(&record, record.expires_at),
                     LEDGER_STEP_DONE);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_SWEEP;
    made = help_apply(&record, &op, record.expires_at);
    assert_int_equal(made.after.status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_DONE);
}


/* Each row: a message to a record whose PIN has been sent. */

static const struct {
    const char       *title;
    ledger_kind_t     kind;
    const char       *id, *sender;
    unsigned          claim_flags;
    ledger_step_t     step;
    ledger_result_t   result;
} later[] = {
    { "the same message again", LEDGER_VALIDATE, "m1", HELP_SENDER,
      0, LEDGER_STEP_PIN, LEDGER_DUPLICATE },
    { "another of the same sender", LEDGER_VALIDATE, "m2", HELP_SENDER,
      0, LEDGER_STEP_PIN, LEDGER_OK },
    { "another, the PIN could not be sent", LEDGER_VALIDATE, "m2", HELP_SENDER,
      0, LEDGER_STEP_SEND_FAILED, LEDGER_OK },
    { "a third of the same sender", LEDGER_VALIDATE, "m3", HELP_SENDER,
      LEDGER_CLAIM_RESENT, LEDGER_STEP_PIN, LEDGER_USED },
    { "a known browser meanwhile", LEDGER_VALIDATE, "m2", HELP_SENDER,
      UNKNOWN | MARKED, LEDGER_STEP_PIN, LEDGER_OK },
    { "another sender", LEDGER_VALIDATE, "m2", "56922222222",
      0, LEDGER_STEP_PIN, LEDGER_USED },
    { "another sender, the PIN could not be sent", LEDGER_VALIDATE, "m2",
      "56922222222", 0, LEDGER_STEP_SEND_FAILED, LEDGER_USED },
    { "a sender who may not log in", LEDGER_REFUSE, "m2", "56922222222",
      0, LEDGER_STEP_PIN, LEDGER_USED },
    { "the same one, who may not any more", LEDGER_REFUSE, "m2", HELP_SENDER,
      0, LEDGER_STEP_PIN, LEDGER_USED },
    { "a hidden number", LEDGER_ASK, "m2", "",
      0, LEDGER_STEP_PIN, LEDGER_USED }
};

static void
the_pin_binds_the_record_to_its_sender(void **state)
{
    unsigned          i;
    ledger_op_t       op;
    help_made_t       made;
    ledger_record_t   record;
    ledger_subject_t  person;

    (void) state;

    for (i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        record = help_pin(HELP_ON_ALL, later[i].claim_flags | UNKNOWN);
        record.claim.flags &= ~(unsigned) ALWAYS;
        record.claim.step = later[i].step;
        person = help_person(HELP_NOW + 1);

        op = help_message_op(later[i].kind, later[i].id);
        ledger_message_text(&op, LEDGER_SENDER) = help_text(later[i].sender);

        if (later[i].kind == LEDGER_ASK) {
            ledger_message_text(&op, LEDGER_USER_ID) = help_text("US.1");
        }

        made = help_apply_to(&record, &person, &op, HELP_NOW);

        if (made.result != later[i].result) {
            fail_msg("%s: %s", later[i].title, ledger_strresult(made.result));
        }

        if (made.result != LEDGER_OK) {
            help_unchanged(&made);
            assert_int_equal(op.u.message.pin, 0);
            continue;
        }

        assert_int_equal(op.u.message.pin, 2);
        assert_int_equal(made.after.claim.step, LEDGER_STEP_PIN);
        assert_int_equal(made.after.status, LEDGER_STATUS_REQUESTED);
        assert_true(made.after.claim.flags & LEDGER_CLAIM_RESENT);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_code_is_issued_with_its_claim),
        cmocka_unit_test(a_place_or_device_that_is_too_long_is_refused),
        cmocka_unit_test(a_pin_is_due_where_the_code_says_so),
        cmocka_unit_test(a_mark_is_worth_nothing_to_another_person),
        cmocka_unit_test(the_subject_is_read_only_where_it_matters),
        cmocka_unit_test(a_record_that_waits_for_a_pin_goes_on_waiting),
        cmocka_unit_test(the_pin_binds_the_record_to_its_sender)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

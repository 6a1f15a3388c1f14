
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Messages that do not validate: refused, asked about, or too late. */


#include "ledger_help.h"


/* So many senders refused: the third different one ends the record. */

static void
the_third_sender_who_is_refused_fails_the_record(void **state)
{
    unsigned         i, counted;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    static const struct {
        uint64_t     sender;
        const char  *id;
        unsigned     refusals;
    } message[] = {
        { 1, "m1", 1 }, { 1, "m2", 1 }, { 2, "m3", 2 }, { 1, "m4", 2 },
        { 2, "m5", 2 }, { 3, "m6", 3 }
    };

    (void) state;

    record = help_waiting(LEDGER_ON_FAILED);
    counted = 0;

    for (i = 0; i < 6; i++) {
        op = help_message_op(LEDGER_REFUSE, message[i].id);
        op.u.message.sender = message[i].sender;
        op.u.message.replies = LEDGER_REPLY_FAILURE;
        made = help_apply(&record, &op, HELP_NOW);

        assert_int_equal(made.result, LEDGER_OK);
        assert_int_equal(made.after.refusals, message[i].refusals);
        counted += op.u.message.reply == LEDGER_REPLY_FAILURE;

        if (i < 5) {
            assert_int_equal(made.after.state, LEDGER_STATE_WAITING);
            assert_int_equal(made.after.status, LEDGER_STATUS_REQUESTED);
            assert_false(made.change.moves || made.change.changed);
            assert_int_equal(made.change.waiting, 0);
            assert_int_equal(op.u.message.attempt, 0);
        }

        record = made.after;
    }

    /* The first one alone is replied to. */
    assert_int_equal(counted, 1);

    assert_int_equal(record.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(record.status, LEDGER_STATUS_FAILED);
    assert_int_equal(record.error, LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED);
    assert_true(record.validated_at == 0);
    assert_int_equal(op.u.message.attempt, 1);
}


static void
a_user_is_asked_once_and_remembered(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_waiting(LEDGER_ON_VALIDATED);
    op = help_message_op(LEDGER_ASK, "m1");
    op.u.message.sent_at = HELP_ISSUED + 1000;
    ledger_message_text(&op, LEDGER_SENDER) = help_text("");
    ledger_message_text(&op, LEDGER_USER_ID) = help_text("US.1");

    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.message.ask, 1);
    assert_true(made.change.asked && made.change.save);
    assert_false(made.change.moves);
    assert_int_equal(made.after.state, LEDGER_STATE_WAITING);
    record = made.after;

    /* Again: the question is not repeated, its time stays. */
    ledger_message_text(&op, LEDGER_MESSAGE_ID) = help_text("m2");
    op.u.message.sent_at = HELP_ISSUED + 2000;
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.message.ask, 0);
    assert_true(made.after.sent_at == HELP_ISSUED + 1000);
    record = made.after;

    /* A refused message of somebody else does not make him forgotten. */
    op = help_message_op(LEDGER_REFUSE, "m3");
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.after.message[LEDGER_USER_ID].len, 4);
    assert_int_equal(made.after.message[LEDGER_MESSAGE_ID].len, 2);
    assert_true(made.after.sent_at == HELP_ISSUED + 1000);
    record = made.after;

    op = help_message_op(LEDGER_VALIDATE, "m4");
    op.u.message.sent_at = HELP_ISSUED + 3000;
    ledger_message_text(&op, LEDGER_USER_ID) = help_text("US.1");
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(made.result, LEDGER_OK);
    assert_true(made.after.sent_at == HELP_ISSUED + 3000);
    assert_int_equal(made.after.message[LEDGER_SENDER].len, 11);
}


/* The user learns why nothing happens, once. */

static void
an_expired_code_grants_one_reply(void **state)
{
    unsigned         i;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record[3];

    (void) state;

    record[0] = help_waiting(HELP_ON_ALL);
    record[1] = help_callback(LEDGER_STATUS_EXPIRED, HELP_ON_ALL, 1);
    record[2] = help_kept(LEDGER_STATUS_EXPIRED);

    for (i = 0; i < 3; i++) {
        op = help_message_op(LEDGER_VALIDATE, "m1");
        made = help_apply(&record[i], &op, HELP_EXPIRES);
        assert_int_equal(made.result, LEDGER_EXPIRED);
        assert_int_equal(op.u.message.reply, 0);
        help_unchanged(&made);

        op.u.message.replies = LEDGER_REPLY_EXPIRATION;
        made = help_apply(&record[i], &op, HELP_EXPIRES);
        assert_int_equal(made.result, LEDGER_EXPIRED);
        assert_int_equal(op.u.message.reply, LEDGER_REPLY_EXPIRATION);
        assert_true(made.change.save && !made.change.moves);
        assert_int_equal(made.after.state, record[i].state);
        assert_int_equal(made.after.status, record[i].status);
        assert_int_equal(made.after.provider, LEDGER_PROVIDER_NONE);

        made = help_apply(&made.after, &op, HELP_EXPIRES);
        assert_int_equal(op.u.message.reply, 0);
        help_unchanged(&made);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_third_sender_who_is_refused_fails_the_record),
        cmocka_unit_test(a_user_is_asked_once_and_remembered),
        cmocka_unit_test(an_expired_code_grants_one_reply)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

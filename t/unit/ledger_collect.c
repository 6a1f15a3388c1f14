
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The result of a login is collected once. */


#include "ledger_claim_help.h"


#define PAGE  LEDGER_CLAIM_PAGE
#define SPAN  LEDGER_COLLECT_SPAN


static void
a_claim_is_collected_once(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_won(0);
    op = help_collect_op(0);
    made = help_apply(&record, &op, HELP_NOW);

    assert_int_equal(made.result, LEDGER_OK);
    assert_true(made.change.save && made.change.changed);
    assert_false(made.change.moves || made.change.begins);
    assert_true(made.after.claim.collected_at == HELP_NOW);
    assert_true(op.u.collect.collected_at == HELP_NOW);
    assert_int_equal(op.u.collect.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.collect.repeated, 0);
    assert_int_equal(op.u.collect.reply, 0);
    assert_int_equal(op.u.collect.marked, 0);
    record = made.after;

    /* A lost answer: the same request again. */
    op = help_collect_op(0);
    made = help_apply(&record, &op, HELP_NOW + SPAN - 1);
    assert_int_equal(made.result, LEDGER_OK);
    assert_int_equal(op.u.collect.repeated, 1);
    assert_true(op.u.collect.collected_at == HELP_NOW);
    help_unchanged(&made);

    /* The wall clock may have stepped back. */
    made = help_apply(&record, &op, HELP_NOW - SPAN);
    assert_int_equal(made.result, LEDGER_OK);

    /* Another request. */
    op.u.collect.collect_key[0] ^= 1;
    made = help_apply(&record, &op, HELP_NOW + SPAN - 1);
    assert_int_equal(made.result, LEDGER_COLLECTED);
    assert_true(op.u.collect.collected_at == HELP_NOW);
    help_unchanged(&made);

    /* From then on the claim is dead for all. */
    op = help_collect_op(0);
    made = help_apply(&record, &op, HELP_NOW + SPAN);
    assert_int_equal(made.result, LEDGER_UNKNOWN);
    help_unchanged(&made);
}


/* Each row: a claim, a request for it, and what comes of it. */

static const struct {
    const char       *title;
    unsigned          claim_flags;
    ledger_status_t   status;
    unsigned          session;
    unsigned          wrong;           /* 1: the digest, 2: the app */
    ledger_result_t   result;
} judged[] = {
    { "a site", 0, LEDGER_STATUS_VALIDATED, 0, 0, LEDGER_OK },
    { "L's page", PAGE, LEDGER_STATUS_VALIDATED, 1, 0, LEDGER_OK },
    { "a site's claim as a cookie", 0, LEDGER_STATUS_VALIDATED, 1, 0,
      LEDGER_UNKNOWN },
    { "a page's claim in an API", PAGE, LEDGER_STATUS_VALIDATED, 0, 0,
      LEDGER_UNKNOWN },
    { "another secret", 0, LEDGER_STATUS_VALIDATED, 0, 1, LEDGER_UNKNOWN },
    { "another secret, page", PAGE, LEDGER_STATUS_VALIDATED, 1, 1,
      LEDGER_UNKNOWN },
    { "another app", 0, LEDGER_STATUS_VALIDATED, 0, 2, LEDGER_UNKNOWN },
    { "another app, page", PAGE, LEDGER_STATUS_VALIDATED, 1, 2,
      LEDGER_UNKNOWN },
    { "not decided", 0, LEDGER_STATUS_REQUESTED, 0, 0, LEDGER_UNDECIDED },
    { "not decided, page", PAGE, LEDGER_STATUS_REQUESTED, 1, 0,
      LEDGER_UNDECIDED },
    { "not decided, another secret", 0, LEDGER_STATUS_REQUESTED, 0, 1,
      LEDGER_UNKNOWN },
    { "expired", 0, LEDGER_STATUS_EXPIRED, 0, 0, LEDGER_ENDED },
    { "failed", PAGE, LEDGER_STATUS_FAILED, 1, 0, LEDGER_ENDED },
    { "failed, another secret", PAGE, LEDGER_STATUS_FAILED, 1, 1,
      LEDGER_UNKNOWN }
};

static ledger_record_t
judged_record(unsigned i)
{
    ledger_record_t  record;

    if (judged[i].status == LEDGER_STATUS_REQUESTED) {
        return help_claimed(0, judged[i].claim_flags);
    }

    record = help_won(judged[i].claim_flags);
    record.status = judged[i].status;
    record.error = judged[i].status == LEDGER_STATUS_FAILED
                   ? LEDGER_ERROR_PIN_WRONG : LEDGER_ERROR_NONE;

    return record;
}


static void
a_collection_is_judged(void **state)
{
    unsigned         i;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    for (i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
        record = judged_record(i);
        op = help_collect_op(judged[i].session);

        if (judged[i].wrong == 1) {
            op.u.collect.digest[0] ^= 0x80;

        } else if (judged[i].wrong == 2) {
            op.text[LEDGER_APP] = help_text("sho");
        }

        made = help_apply(&record, &op, HELP_NOW);

        if (made.result != judged[i].result) {
            fail_msg("%s: %s", judged[i].title, ledger_strresult(made.result));
        }

        if (made.result != LEDGER_OK) {
            help_unchanged(&made);
            assert_int_equal(op.u.collect.repeated, 0);
            assert_int_equal(op.u.collect.reply, 0);
        }

        if (made.result == LEDGER_UNKNOWN) {
            assert_int_equal(op.u.collect.status, 0);

        } else {
            assert_int_equal(op.u.collect.status, judged[i].status);
            assert_int_equal(op.u.collect.error, record.error);
        }
    }

    /* A code without a claim, and one whose time has come. */
    record = help_kept(LEDGER_STATUS_VALIDATED);
    op = help_collect_op(0);
    memset(op.u.collect.digest, 0, LEDGER_DIGEST_LEN);
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_UNKNOWN);

    record = help_claimed(0, 0);
    op = help_collect_op(0);
    assert_int_equal(help_apply(&record, &op, HELP_EXPIRES).result,
                     LEDGER_ENDED);
    assert_int_equal(op.u.collect.status, LEDGER_STATUS_EXPIRED);

    /* Nobody has sent the message: there is no person. */
    record = help_claimed(0, PAGE);
    op = help_collect_op(1);
    op.text[LEDGER_OP_SUBJECT].len = 0;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_UNDECIDED);
    assert_int_equal(help_apply(&record, &op, HELP_EXPIRES).result,
                     LEDGER_ENDED);
}


static void
a_session_without_a_person_or_time_is_refused(void **state)
{
    char             long_one[LEDGER_SUBJECT_MAX + 1];
    ledger_op_t      op;
    ledger_record_t  record;

    (void) state;

    record = help_won(PAGE);
    memset(long_one, '5', sizeof(long_one));

    op = help_collect_op(1);
    op.u.collect.absolute = 0;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);
    op = help_collect_op(1);
    op.u.collect.idle = 0;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);

    op = help_collect_op(1);
    op.text[LEDGER_OP_SUBJECT].len = 0;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);
    op.text[LEDGER_OP_SUBJECT].data = long_one;
    op.text[LEDGER_OP_SUBJECT].len = LEDGER_SUBJECT_MAX;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_OK);
    op.text[LEDGER_OP_SUBJECT].len = LEDGER_SUBJECT_MAX + 1;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_TOO_LARGE);
}


/* The user is told of a login in L's page when it has given a session. */

static void
a_page_has_its_reply_when_it_collects(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_claimed(0, PAGE);
    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.u.message.replies = LEDGER_REPLY_RESPONSE;
    made = help_apply(&record, &op, HELP_NOW - 1);
    assert_int_equal(made.after.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.message.reply, 0);
    record = made.after;

    op = help_collect_op(1);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.collect.reply, LEDGER_REPLY_RESPONSE);
    assert_true(made.change.begins);
    assert_true(made.after.flags & LEDGER_REPLIED);
    record = made.after;

    op = help_collect_op(1);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.collect.reply, 0);
    assert_false(made.change.begins);

    /* A refusal of somebody else does not silence it. */
    record = help_won(PAGE);
    record.flags |= LEDGER_REPLIED;
    op = help_collect_op(1);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.collect.reply, LEDGER_REPLY_RESPONSE);
    op = help_collect_op(1);
    op.u.collect.replies = LEDGER_REPLY_FAILURE;
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.collect.reply, 0);

    /* A site's claim: the user is told when the code is validated. */
    record = help_claimed(0, 0);
    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.u.message.replies = LEDGER_REPLY_RESPONSE;
    made = help_apply(&record, &op, HELP_NOW - 1);
    assert_int_equal(op.u.message.reply, LEDGER_REPLY_RESPONSE);
}


static void
a_collected_login_stands_whatever_its_callback_does(void **state)
{
    unsigned         collected;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    for (collected = 0; collected < 2; collected++) {
        record = help_won(PAGE);
        record.flags |= HELP_ON_ALL;
        record.state = LEDGER_STATE_CALLBACK;
        record.attempts = 1;
        record.claim.collected_at = collected ? HELP_NOW : 0;

        memset(&op, 0, sizeof(op));
        op.kind = LEDGER_COMPLETE;
        op.u.complete.attempt = 1;
        op.u.complete.outcome = LEDGER_GIVE_UP;
        op.u.complete.error = LEDGER_ERROR_CALLBACK_FAILED;
        op.u.complete.replies = LEDGER_REPLY_RESPONSE | LEDGER_REPLY_FAILURE;
        made = help_apply(&record, &op, HELP_NOW);

        assert_int_equal(made.result, LEDGER_OK);
        assert_int_equal(made.after.state, LEDGER_STATE_KEPT);
        assert_int_equal(made.after.status, collected
                         ? LEDGER_STATUS_VALIDATED : LEDGER_STATUS_FAILED);
        assert_int_equal(made.after.error, collected
                         ? LEDGER_ERROR_NONE : LEDGER_ERROR_CALLBACK_FAILED);
        assert_int_equal(op.u.complete.reply, collected
                         ? 0 : LEDGER_REPLY_FAILURE);

        /* A delivery is not what the user of a page is told about. */
        op.u.complete.outcome = LEDGER_DELIVERED;
        (void) help_apply(&record, &op, HELP_NOW);
        assert_int_equal(op.u.complete.reply, 0);
    }
}


static void
a_login_from_before_a_revocation_is_dead(void **state)
{
    ledger_op_t       op;
    help_made_t       made;
    ledger_record_t   record;
    ledger_subject_t  person;

    (void) state;

    record = help_won(PAGE);
    person = help_person(0);
    op = help_collect_op(1);

    person.revoked_at = record.validated_at;
    made = help_apply_to(&record, &person, &op, HELP_NOW);
    assert_int_equal(made.result, LEDGER_UNKNOWN);
    help_unchanged(&made);

    person.revoked_at = record.validated_at - 1;
    made = help_apply_to(&record, &person, &op, HELP_NOW);
    assert_int_equal(made.result, LEDGER_OK);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_claim_is_collected_once),
        cmocka_unit_test(a_collection_is_judged),
        cmocka_unit_test(a_session_without_a_person_or_time_is_refused),
        cmocka_unit_test(a_page_has_its_reply_when_it_collects),
        cmocka_unit_test(a_collected_login_stands_whatever_its_callback_does),
        cmocka_unit_test(a_login_from_before_a_revocation_is_dead)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

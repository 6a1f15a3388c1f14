
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Messages that validate a record, and those that cannot. */


#include "ledger_help.h"


static void
no_record_is_unknown(void **state)
{
    unsigned     kind;
    ledger_op_t  op;
    help_made_t  made;

    (void) state;

    for (kind = LEDGER_VALIDATE; kind <= LEDGER_COLLECT; kind++) {
        memset(&op, 0, sizeof(op));
        op.kind = kind;
        made = help_apply(NULL, &op, HELP_NOW);
        assert_int_equal(made.result, LEDGER_UNKNOWN);
        help_unchanged(&made);
    }

    /* A kind that is none, or one that has no record before it. */
    op.kind = LEDGER_REVOKE;
    assert_int_equal(help_apply(NULL, &op, HELP_NOW).result, LEDGER_FAILED);
    op.kind = LEDGER_ISSUE;
    assert_int_equal(help_apply(NULL, &op, HELP_NOW).result, LEDGER_FAILED);
}


/*
 * Each row: a message, and what a waiting code of "shop" says to it that has
 * had the message "m0" and refused "r1", and unless asked is NULL has asked
 * that user for the phone number a second after it was issued.
 */

typedef struct {
    const char       *title;
    ledger_result_t   result;
    ledger_kind_t     kind;
    const char       *asked;
    const char       *app, *id, *user, *sender;
    ledger_channel_t  channel;
    int64_t           sent;       /* after the code, 0: not known */
    int64_t           now;        /* after the code */
} judged_t;

#define VALIDATE  LEDGER_VALIDATE
#define REFUSE    LEDGER_REFUSE
#define ASK       LEDGER_ASK
#define WA        LEDGER_CHANNEL_WHATSAPP
#define LATE      300000

static const judged_t  judged[] = {
    { "a message of today", LEDGER_OK,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, 9000, 10000 },
    { "without the provider's time", LEDGER_OK,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, 0, 10000 },
    { "without an id", LEDGER_OK,
      VALIDATE, NULL, "shop", "", "", "569", WA, 9000, 10000 },

    { "another app", LEDGER_OTHER_APP,
      VALIDATE, NULL, "shop2", "m1", "", "569", WA, 9000, 10000 },
    { "an app whose name begins alike", LEDGER_OTHER_APP,
      VALIDATE, NULL, "sho", "m1", "", "569", WA, 9000, 10000 },
    { "another channel", LEDGER_OTHER_CHANNEL,
      VALIDATE, NULL, "shop", "m1", "", "569", LEDGER_CHANNEL_SMS, 0, 10000 },

    { "the same message again", LEDGER_DUPLICATE,
      VALIDATE, NULL, "shop", "m0", "", "569", WA, 9000, 10000 },
    { "a refused message again", LEDGER_DUPLICATE,
      VALIDATE, NULL, "shop", "r1", "", "569", WA, 9000, 10000 },
    { "the same message again, too late", LEDGER_DUPLICATE,
      VALIDATE, NULL, "shop", "m0", "", "569", WA, 9000, LATE },

    { "in the last millisecond", LEDGER_OK,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, LATE - 1, LATE - 1 },
    { "at the end of its life", LEDGER_EXPIRED,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, LATE - 1, LATE },
    { "sent at the end of its life, by a clock that is fast", LEDGER_EXPIRED,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, LATE, 10000 },
    { "refused too late", LEDGER_EXPIRED,
      REFUSE, NULL, "shop", "m1", "", "569", WA, 9000, LATE },

    { "a minute older than the code", LEDGER_OK,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, -60000, 10000 },
    { "older than that", LEDGER_OLD_MESSAGE,
      VALIDATE, NULL, "shop", "m1", "", "569", WA, -60001, 10000 },

    { "a hidden number, nobody asked yet", LEDGER_OK,
      ASK, NULL, "shop", "m1", "US.1", "", WA, 9000, 10000 },
    { "the user who was asked sends the code again", LEDGER_OK,
      ASK, "US.1", "shop", "m1", "US.1", "", WA, 9000, 10000 },
    { "another user sends it", LEDGER_OTHER_USER,
      ASK, "US.1", "shop", "m1", "US.2", "", WA, 9000, 10000 },
    { "a sender with a number sends it", LEDGER_OK,
      VALIDATE, "US.1", "shop", "m1", "", "569", WA, 9000, 10000 },
    { "a hidden number is refused", LEDGER_OK,
      REFUSE, NULL, "shop", "m1", "US.1", "", WA, 9000, 10000 },

    { "the answer of the user who was asked", LEDGER_OK,
      VALIDATE, "US.1", "shop", "m1", "US.1", "569", WA, 9000, 10000 },
    { "the answer of another", LEDGER_UNKNOWN,
      VALIDATE, "US.1", "shop", "m1", "US.2", "569", WA, 9000, 10000 },
    { "the answer of one whose id begins alike", LEDGER_UNKNOWN,
      VALIDATE, "US.12", "shop", "m1", "US.1", "569", WA, 9000, 10000 },
    { "an answer, and nobody was asked", LEDGER_UNKNOWN,
      VALIDATE, NULL, "shop", "m1", "US.1", "569", WA, 9000, 10000 },
    { "an answer that was sent before the question", LEDGER_OLD_MESSAGE,
      VALIDATE, "US.1", "shop", "m1", "US.1", "569", WA, 999, 10000 },
    { "an answer that is refused, before the question", LEDGER_OLD_MESSAGE,
      REFUSE, "US.1", "shop", "m1", "US.1", "569", WA, 999, 10000 }
};

#define JUDGED  (sizeof(judged) / sizeof(judged[0]))


static ledger_record_t
judged_record(const judged_t *row)
{
    ledger_record_t  record;

    record = help_waiting(HELP_ON_ALL);
    record.provider = LEDGER_PROVIDER_META;
    record.sent_at = HELP_ISSUED + 1000;
    record.message[LEDGER_MESSAGE_ID] = help_text("m0");
    record.refusals = 1;
    record.refused[0].sender = 1;
    record.refused[0].message = ledger_hash("r1", 2);

    if (row->asked != NULL) {
        record.flags |= LEDGER_ASKED;
        record.message[LEDGER_USER_ID] = help_text(row->asked);
    }

    return record;
}


static ledger_op_t
judged_op(const judged_t *row)
{
    ledger_op_t  op;

    op = help_message_op(row->kind, row->id);
    op.text[LEDGER_APP] = help_text(row->app);
    op.u.message.channel = row->channel;
    ledger_message_text(&op, LEDGER_USER_ID) = help_text(row->user);
    ledger_message_text(&op, LEDGER_SENDER) = help_text(row->sender);

    if (row->sent != 0) {
        op.u.message.sent_at = HELP_ISSUED + (uint64_t) row->sent;
    }

    return op;
}


static void
a_message_is_judged(void **state)
{
    unsigned         i;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    for (i = 0; i < JUDGED; i++) {
        record = judged_record(&judged[i]);
        op = judged_op(&judged[i]);
        made = help_apply(&record, &op,
                          HELP_ISSUED + (uint64_t) judged[i].now);

        if (made.result != judged[i].result) {
            fail_msg("%s: %s", judged[i].title, ledger_strresult(made.result));
        }

        if (made.result != LEDGER_OK) {
            help_unchanged(&made);
        }
    }
}


/* Once decided, no message changes the state. */

static void
a_decided_record_is_used(void **state)
{
    unsigned         kind, i;
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record[4];

    (void) state;

    record[0] = help_callback(LEDGER_STATUS_VALIDATED, HELP_ON_ALL, 1);
    record[1] = help_callback(LEDGER_STATUS_FAILED, HELP_ON_ALL, 1);
    record[2] = help_kept(LEDGER_STATUS_VALIDATED);
    record[3] = help_kept(LEDGER_STATUS_FAILED);

    for (kind = LEDGER_VALIDATE; kind <= LEDGER_ASK; kind++) {

        for (i = 0; i < 4; i++) {
            op = help_message_op(kind, "m1");

            if (kind == LEDGER_ASK) {
                ledger_message_text(&op, LEDGER_SENDER) = help_text("");
                ledger_message_text(&op, LEDGER_USER_ID) = help_text("US.1");
            }

            made = help_apply(&record[i], &op, HELP_NOW);
            assert_int_equal(made.result, LEDGER_USED);
            help_unchanged(&made);
        }
    }
}


static void
texts_that_are_too_large_are_refused(void **state)
{
    ledger_op_t      op;
    ledger_record_t  record;
    static char      much[LEDGER_MESSAGE_TEXTS_MAX + 1];

    (void) state;

    record = help_waiting(0);

    op = help_message_op(LEDGER_VALIDATE, "m1");
    ledger_message_text(&op, LEDGER_SENDER) = help_text("5");
    ledger_message_text(&op, LEDGER_PROFILE_NAME).data = much;
    ledger_message_text(&op, LEDGER_PROFILE_NAME).len = sizeof(much) - 4;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_OK);

    ledger_message_text(&op, LEDGER_PROFILE_NAME).len++;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_TOO_LARGE);

    /* A length that would wrap the sum around. */
    ledger_message_text(&op, LEDGER_PROFILE_NAME).len = SIZE_MAX;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_TOO_LARGE);

    op = help_message_op(LEDGER_ASK, "m1");
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_TOO_LARGE);

    ledger_message_text(&op, LEDGER_USER_ID).data = much;
    ledger_message_text(&op, LEDGER_USER_ID).len = LEDGER_USER_ID_MAX + 1;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result,
                     LEDGER_TOO_LARGE);
}


/* Callers that ask for it are wrong: nothing is decided. */

static void
a_message_without_a_provider_or_a_number_is_refused(void **state)
{
    ledger_op_t      op;
    ledger_record_t  record;

    (void) state;

    record = help_waiting(0);
    op = help_message_op(LEDGER_VALIDATE, "m1");

    op.u.message.provider = 0;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);
    op.u.message.provider = 256;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);
    op.u.message.provider = 255;
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_OK);

    ledger_message_text(&op, LEDGER_SENDER) = help_text("");
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);
    ledger_message_text(&op, LEDGER_USER_ID) = help_text("US.1");
    assert_int_equal(help_apply(&record, &op, HELP_NOW).result, LEDGER_FAILED);
}


static void
a_validated_record_takes_the_message_and_is_taken(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_waiting(LEDGER_ON_VALIDATED | LEDGER_PAGE);
    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.u.message.sent_at = HELP_ISSUED + 9000;
    made = help_apply(&record, &op, HELP_NOW);

    assert_int_equal(made.result, LEDGER_OK);
    assert_true(made.change.save && made.change.moves && made.change.changed);
    assert_false(made.change.remove || made.change.asked);
    assert_int_equal(made.change.waiting, -1);
    assert_int_equal(made.change.pages, -1);

    assert_int_equal(made.after.state, LEDGER_STATE_CALLBACK);
    assert_int_equal(made.after.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(made.after.provider, LEDGER_PROVIDER_META);
    assert_int_equal(made.after.lane, LEDGER_LANE_CALLBACK + HELP_LANE);
    assert_true(made.after.due_at == HELP_NOW + HELP_LEASE);
    assert_true(made.after.validated_at == HELP_NOW);
    assert_true(made.after.sent_at == HELP_ISSUED + 9000);
    assert_true(made.after.message[LEDGER_MESSAGE_ID].data
                == ledger_message_text(&op, LEDGER_MESSAGE_ID).data);
    assert_int_equal(op.u.message.attempt, 1);
    assert_int_equal(op.u.message.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(op.u.message.pin, 0);
    assert_int_equal(made.after.claim.step, LEDGER_STEP_NONE);

    /* Nobody has taken it: due at once. */
    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.u.message.lease = 0;
    made = help_apply(&record, &op, HELP_NOW);
    assert_true(made.after.due_at == HELP_NOW);
    assert_int_equal(made.after.attempts, 0);
    assert_int_equal(op.u.message.attempt, 0);
}


static void
a_site_that_does_not_want_to_hear_is_not_called(void **state)
{
    ledger_op_t      op;
    help_made_t      made;
    ledger_record_t  record;

    (void) state;

    record = help_waiting(LEDGER_ON_EXPIRED | LEDGER_ON_FAILED);
    op = help_message_op(LEDGER_VALIDATE, "m1");
    op.u.message.replies = LEDGER_REPLY_RESPONSE | LEDGER_REPLY_FAILURE;
    made = help_apply(&record, &op, HELP_NOW);

    assert_int_equal(made.after.state, LEDGER_STATE_KEPT);
    assert_int_equal(made.after.lane, LEDGER_LANE_KEPT);
    assert_true(made.after.due_at == HELP_NOW + HELP_RETAIN);
    assert_int_equal(made.after.attempts, 0);
    assert_int_equal(op.u.message.attempt, 0);

    /* No callback comes before the reply. */
    assert_int_equal(op.u.message.reply, LEDGER_REPLY_RESPONSE);
    assert_true(made.after.flags & LEDGER_REPLIED);

    /* Else the reply waits for the delivery. */
    record = help_waiting(LEDGER_ON_VALIDATED);
    made = help_apply(&record, &op, HELP_NOW);
    assert_int_equal(op.u.message.reply, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(no_record_is_unknown),
        cmocka_unit_test(a_message_is_judged),
        cmocka_unit_test(a_decided_record_is_used),
        cmocka_unit_test(texts_that_are_too_large_are_refused),
        cmocka_unit_test(a_message_without_a_provider_or_a_number_is_refused),
        cmocka_unit_test(a_validated_record_takes_the_message_and_is_taken),
        cmocka_unit_test(a_site_that_does_not_want_to_hear_is_not_called)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Users with a hidden phone number, who are asked for it. */


#include "store_help.h"


static ledger_op_t
ask_op(uint64_t key, const char *user, const char *id)
{
    ledger_op_t  op;

    op = help_message_op(LEDGER_ASK, key, id);
    help_text(&op, 1 + LEDGER_SENDER, "");
    help_text(&op, 1 + LEDGER_USER_ID, user);

    return op;
}


static ledger_result_t
ask(help_t *h, uint64_t key, const char *user, const char *id, unsigned *asks)
{
    ledger_op_t  op;

    op = ask_op(key, user, id);
    op.u.message.ask = 7;
    (void) help_do(h, &op);
    *asks = op.u.message.ask;

    return op.result;
}


static ledger_result_t
answer(help_t *h, ledger_kind_t kind, uint64_t key, const char *user,
    const char *id)
{
    ledger_op_t  op;

    op = help_message_op(kind, key, id);
    help_text(&op, 1 + LEDGER_USER_ID, user);

    return help_do(h, &op);
}


/* The record that a user of the app was asked about, 0: none. */

static uint64_t
asked(help_t *h, const char *app, const char *user)
{
    uint64_t         key;
    ledger_text_t    app_text, user_text;
    ledger_result_t  result;

    app_text.data = app;
    app_text.len = strlen(app);
    user_text.data = user;
    user_text.len = strlen(user);

    result = lmdb_store_asked(h->store, &app_text, &user_text, &key);

    if (result == LEDGER_UNKNOWN) {
        return 0;
    }

    assert_int_equal(result, LEDGER_OK);
    assert_true(key != 0);

    return key;
}


static void
a_record_asks_once_and_goes_on_waiting(void **state)
{
    help_t           *h = *state;
    uint64_t          key;
    unsigned          asks;
    ledger_record_t   record;

    key = help_issue(h, LEDGER_ON_VALIDATED);
    assert_int_equal(asked(h, "shop", "US.1"), 0);

    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(asks, 1);
    assert_true(asked(h, "shop", "US.1") == key);

    help_get(h, key, &record);
    assert_int_equal(record.state, LEDGER_STATE_WAITING);
    assert_int_equal(record.status, LEDGER_STATUS_REQUESTED);
    assert_int_equal(record.flags, LEDGER_ON_VALIDATED | LEDGER_ASKED);
    assert_int_equal(record.refusals, 0);
    assert_int_equal(record.message[LEDGER_USER_ID].len, 4);
    assert_memory_equal(record.message[LEDGER_USER_ID].data, "US.1", 4);

    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_DUPLICATE);
    assert_int_equal(asks, 0);
    assert_int_equal(ask(h, key, "US.1", "m2", &asks), LEDGER_OK);
    assert_int_equal(asks, 0);
    assert_int_equal(help_faults(h), 0);
}


static void
the_answer_of_the_user_who_was_asked_validates(void **state)
{
    help_t           *h = *state;
    uint64_t          key;
    unsigned          asks;
    ledger_record_t   record;

    key = help_issue(h, 0);
    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m2"),
                     LEDGER_OK);

    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(record.message[LEDGER_SENDER].len, 11);

    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m2"),
                     LEDGER_DUPLICATE);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m3"),
                     LEDGER_USED);
    assert_int_equal(ask(h, key, "US.1", "m4", &asks), LEDGER_USED);
    assert_int_equal(asks, 0);
}


static void
an_answer_that_nobody_asked_for_does_nothing(void **state)
{
    help_t           *h = *state;
    uint64_t          key, other;
    unsigned          asks;
    ledger_record_t   record;

    key = help_issue(h, 0);
    other = help_issue(h, 0);
    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);

    assert_int_equal(answer(h, LEDGER_VALIDATE, other, "US.1", "m2"),
                     LEDGER_UNKNOWN);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.2", "m2"),
                     LEDGER_UNKNOWN);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.11", "m2"),
                     LEDGER_UNKNOWN);
    assert_int_equal(answer(h, LEDGER_REFUSE, key, "US.2", "m2"),
                     LEDGER_UNKNOWN);

    help_get(h, key, &record);
    assert_int_equal(record.status, LEDGER_STATUS_REQUESTED);
    assert_int_equal(record.refusals, 0);
}


static void
another_user_neither_is_asked_nor_takes_the_code_over(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   asks;

    key = help_issue(h, 0);
    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(ask(h, key, "US.2", "m2", &asks), LEDGER_OTHER_USER);
    assert_int_equal(asks, 0);
    assert_int_equal(asked(h, "shop", "US.2"), 0);

    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m3"),
                     LEDGER_OK);
}


static void
a_refused_message_leaves_the_answer_possible(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   asks;

    key = help_issue(h, 0);
    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m2"),
                     LEDGER_OK);
    assert_int_equal(answer(h, LEDGER_REFUSE, key, "US.1", "m3"),
                     LEDGER_OK);
    assert_int_equal(help_faults(h), 0);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m4"),
                     LEDGER_OK);
}


static void
a_sender_whose_number_is_known_decides_an_asked_record(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   asks;

    key = help_issue(h, 0);
    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m2"),
                     LEDGER_OK);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m3"),
                     LEDGER_USED);
    assert_int_equal(help_faults(h), 0);
}


static void
an_answer_older_than_the_question_does_nothing(void **state)
{
    help_t       *h = *state;
    uint64_t      key;
    ledger_op_t   op;

    key = help_issue(h, 0);
    op = ask_op(key, "US.1", "m1");
    op.u.message.sent_at = HELP_EPOCH + 10000;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = help_message_op(LEDGER_VALIDATE, key, "m2");
    help_text(&op, 1 + LEDGER_USER_ID, "US.1");
    op.u.message.sent_at = HELP_EPOCH + 9999;
    assert_int_equal(help_do(h, &op), LEDGER_OLD_MESSAGE);

    op.u.message.sent_at = HELP_EPOCH + 10000;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


static void
the_question_is_not_younger_for_messages_that_come_after_it(void **state)
{
    help_t       *h = *state;
    uint64_t      key;
    ledger_op_t   op;

    key = help_issue(h, 0);
    op = ask_op(key, "US.1", "m1");
    op.u.message.sent_at = HELP_EPOCH + 10000;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = ask_op(key, "US.1", "m2");
    op.u.message.sent_at = HELP_EPOCH + 20000;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = help_message_op(LEDGER_REFUSE, key, "m3");
    op.u.message.sent_at = HELP_EPOCH + 30000;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op = help_message_op(LEDGER_VALIDATE, key, "m4");
    help_text(&op, 1 + LEDGER_USER_ID, "US.1");
    op.u.message.sent_at = HELP_EPOCH + 15000;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


/* Questions of an earlier configuration do not matter. */

static void
a_hidden_sender_may_be_refused_and_told_so(void **state)
{
    help_t           *h = *state;
    uint64_t          key[2];
    unsigned          i, asks;
    ledger_op_t       op;
    ledger_record_t   record;

    key[0] = help_issue(h, 0);
    key[1] = help_issue(h, 0);
    assert_int_equal(ask(h, key[1], "US.2", "m1", &asks), LEDGER_OK);

    for (i = 0; i < 2; i++) {
        op = ask_op(key[i], "US.1", "m2");
        op.kind = LEDGER_REFUSE;
        op.u.message.error = LEDGER_ERROR_PHONE_NUMBER_UNAVAILABLE;
        op.u.message.replies = LEDGER_REPLY_FAILURE;

        assert_int_equal(help_do(h, &op), LEDGER_OK);
        assert_int_equal(op.u.message.reply, LEDGER_REPLY_FAILURE);
        assert_int_equal(op.u.message.status, LEDGER_STATUS_REQUESTED);

        help_get(h, key[i], &record);
        assert_int_equal(record.refusals, 1);
        assert_int_equal(record.message[LEDGER_USER_ID].len, 4);
    }

    assert_int_equal(asked(h, "shop", "US.1"), 0);
    assert_true(asked(h, "shop", "US.2") == key[1]);
    assert_int_equal(help_faults(h), 0);
}


static void
what_is_true_of_other_messages_is_true_of_these(void **state)
{
    help_t       *h = *state;
    uint64_t      key;
    unsigned      asks;
    ledger_op_t   op;

    key = help_issue(h, 0);

    op = ask_op(key, "US.1", "m1");
    help_text(&op, LEDGER_APP, "other");
    assert_int_equal(help_do(h, &op), LEDGER_OTHER_APP);
    assert_int_equal(asked(h, "other", "US.1"), 0);

    op = ask_op(key, "US.1", "m1");
    op.u.message.channel = LEDGER_CHANNEL_SMS;
    assert_int_equal(help_do(h, &op), LEDGER_OTHER_CHANNEL);
    assert_int_equal(ask(h, key + 1, "US.1", "m1", &asks),
                     LEDGER_UNKNOWN);

    op = ask_op(key, "US.1", "m1");
    op.u.message.sent_at = HELP_EPOCH - HELP_MINUTE - 1;
    assert_int_equal(help_do(h, &op), LEDGER_OLD_MESSAGE);

    assert_int_equal(ask(h, key, "US.1", "m1", &asks), LEDGER_OK);
    help_now += 5 * HELP_MINUTE;
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, "US.1", "m2"),
                     LEDGER_EXPIRED);
    assert_int_equal(ask(h, key, "US.2", "m3", &asks), LEDGER_EXPIRED);
    assert_int_equal(asks, 0);
}


static void
the_record_asked_about_last_is_found_by_app_and_user(void **state)
{
    help_t       *h = *state;
    uint64_t      one, two, theirs;
    unsigned      asks;
    ledger_op_t   op;

    one = help_issue(h, 0);
    two = help_issue(h, 0);

    op = help_issue_op(0);
    help_text(&op, LEDGER_APP, "shop2");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    theirs = op.u.issue.key;

    assert_int_equal(ask(h, two, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(ask(h, one, "US.1", "m2", &asks), LEDGER_OK);
    assert_true(asked(h, "shop", "US.1") == one);

    assert_int_equal(ask(h, two, "US.1", "m3", &asks), LEDGER_OK);
    assert_int_equal(asks, 0);
    assert_true(asked(h, "shop", "US.1") == two);

    op = ask_op(theirs, "US.1", "m4");
    help_text(&op, LEDGER_APP, "shop2");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(asked(h, "shop", "US.1") == two);
    assert_true(asked(h, "shop2", "US.1") == theirs);

    /* The length of the name keeps "shop", "2US.1" apart from it. */
    assert_int_equal(asked(h, "shop", "2US.1"), 0);
}


static void
a_user_id_is_kept_whole_or_not_at_all(void **state)
{
    char              longest[LEDGER_USER_ID_MAX + 2];
    char              text[LEDGER_MESSAGE_TEXTS_MAX];
    help_t           *h = *state;
    uint64_t          key;
    unsigned          asks;
    ledger_op_t       op;
    ledger_record_t   record;

    memset(longest, 'u', sizeof(longest) - 1);
    longest[LEDGER_USER_ID_MAX + 1] = '\0';
    key = help_issue(h, 0);

    assert_int_equal(ask(h, key, "", "m1", &asks), LEDGER_TOO_LARGE);
    assert_int_equal(ask(h, key, longest, "m1", &asks), LEDGER_TOO_LARGE);
    assert_int_equal(answer(h, LEDGER_VALIDATE, key, longest, "m1"),
                     LEDGER_TOO_LARGE);
    assert_int_equal(asked(h, "shop", longest), 0);
    assert_int_equal(asked(h, "shop", ""), 0);

    /* Beside as long a name as there may be */
    longest[LEDGER_USER_ID_MAX] = '\0';
    op = ask_op(key, longest, "m1");
    op.text[1 + LEDGER_PROFILE_NAME].data = memset(text, 'n',
                                                       sizeof(text));
    op.text[1 + LEDGER_PROFILE_NAME].len =
        LEDGER_MESSAGE_TEXTS_MAX - 10 - 2;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(asked(h, "shop", longest) == key);

    help_get(h, key, &record);
    assert_int_equal(record.message[LEDGER_USER_ID].len,
                     LEDGER_USER_ID_MAX);
    assert_memory_equal(record.message[LEDGER_USER_ID].data, longest,
                        LEDGER_USER_ID_MAX);
    assert_int_equal(help_faults(h), 0);
}


static void
a_purge_forgets_who_was_asked_unless_about_another_record(void **state)
{
    help_t    *h = *state;
    uint64_t   one, two;
    unsigned   asks, expired, purged;

    one = help_issue(h, 0);
    assert_int_equal(ask(h, one, "US.1", "m1", &asks), LEDGER_OK);
    assert_int_equal(ask(h, one, "US.1", "m2", &asks), LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, one, "m3"),
                     LEDGER_OK);

    help_now += 58 * HELP_MINUTE;
    two = help_issue(h, 0);
    assert_int_equal(ask(h, two, "US.1", "m4", &asks), LEDGER_OK);

    help_now += 2 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 1);
    assert_true(asked(h, "shop", "US.1") == two);
    assert_int_equal(help_faults(h), 0);

    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, 1);
    assert_true(asked(h, "shop", "US.1") == two);

    help_now += 2 * HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 1);
    assert_int_equal(asked(h, "shop", "US.1"), 0);
    assert_int_equal(help_faults(h), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_record_asks_once_and_goes_on_waiting),
        help_test(the_answer_of_the_user_who_was_asked_validates),
        help_test(an_answer_that_nobody_asked_for_does_nothing),
        help_test(another_user_neither_is_asked_nor_takes_the_code_over),
        help_test(a_refused_message_leaves_the_answer_possible),
        help_test(a_sender_whose_number_is_known_decides_an_asked_record),
        help_test(an_answer_older_than_the_question_does_nothing),
        help_test(the_question_is_not_younger_for_messages_that_come_after_it),
        help_test(a_hidden_sender_may_be_refused_and_told_so),
        help_test(what_is_true_of_other_messages_is_true_of_these),
        help_test(the_record_asked_about_last_is_found_by_app_and_user),
        help_test(a_user_id_is_kept_whole_or_not_at_all),
        help_test(a_purge_forgets_who_was_asked_unless_about_another_record)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

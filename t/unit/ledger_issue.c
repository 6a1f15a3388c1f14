
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* New codes; words and copies of records. */


#include "ledger_help.h"


static ledger_op_t
issue_op(unsigned flags)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_ISSUE;
    op.u.issue.lifetime = 300000;
    op.u.issue.channel = LEDGER_CHANNEL_SMS;
    op.u.issue.flags = flags;
    op.u.issue.host_lane = HELP_LANE;
    op.u.issue.link_hash = 42;
    op.text[LEDGER_APP] = help_text("shop");
    op.text[LEDGER_CALLBACK_URL] = help_text("https://shop.test/hook");

    return op;
}


static void
a_new_code_waits_for_its_expiry(void **state)
{
    ledger_op_t      op;
    ledger_change_t  change;
    ledger_record_t  after;

    (void) state;

    op = issue_op(LEDGER_ON_VALIDATED | LEDGER_PAGE);
    assert_int_equal(ledger_issue(&op, HELP_KEY, HELP_ISSUED, &after, &change),
                     LEDGER_OK);

    assert_true(after.key == HELP_KEY);
    assert_int_equal(after.state, LEDGER_STATE_WAITING);
    assert_int_equal(after.status, LEDGER_STATUS_REQUESTED);
    assert_int_equal(after.channel, LEDGER_CHANNEL_SMS);
    assert_int_equal(after.provider, LEDGER_PROVIDER_NONE);
    assert_int_equal(after.flags, LEDGER_ON_VALIDATED | LEDGER_PAGE);
    assert_int_equal(after.lane, LEDGER_LANE_TIME);
    assert_int_equal(after.host_lane, HELP_LANE);
    assert_true(after.due_at == HELP_EXPIRES);
    assert_true(after.requested_at == HELP_ISSUED);
    assert_true(after.expires_at == HELP_EXPIRES);
    assert_true(after.link_hash == 42);
    assert_int_equal(after.text[LEDGER_CALLBACK_URL].len, 22);
    assert_int_equal(after.message[LEDGER_SENDER].len, 0);

    assert_true(change.save && change.moves && !change.remove);
    assert_int_equal(change.waiting, 1);
    assert_int_equal(change.pages, 1);

    assert_true(op.u.issue.key == HELP_KEY);
    assert_true(op.u.issue.requested_at == HELP_ISSUED);
    assert_true(op.u.issue.expires_at == HELP_EXPIRES);

    /* A life without end, and a lane that is none. */
    op = issue_op(0);
    op.u.issue.lifetime = UINT64_MAX;
    op.u.issue.host_lane = LEDGER_HOST_LANES + 1;
    assert_int_equal(ledger_issue(&op, HELP_KEY, HELP_ISSUED, &after, &change),
                     LEDGER_OK);
    assert_true(after.expires_at == UINT64_MAX);
    assert_int_equal(after.host_lane, 1);
    assert_int_equal(change.pages, 0);
}


static void
texts_that_are_too_large_are_refused(void **state)
{
    ledger_op_t      op;
    ledger_change_t  change;
    ledger_record_t  after;
    static char      much[LEDGER_RECORD_TEXTS_MAX];

    (void) state;

#define issued()  ledger_issue(&op, HELP_KEY, HELP_ISSUED, &after, &change)

    op = issue_op(0);
    op.text[LEDGER_FAILURE_MESSAGE].data = much;
    op.text[LEDGER_FAILURE_MESSAGE].len = sizeof(much) - 4 - 22;
    assert_int_equal(issued(), LEDGER_OK);

    op.text[LEDGER_FAILURE_MESSAGE].len++;
    assert_int_equal(issued(), LEDGER_TOO_LARGE);
    assert_false(change.save || change.waiting);

    op.text[LEDGER_FAILURE_MESSAGE].len = SIZE_MAX - 10;
    assert_int_equal(issued(), LEDGER_TOO_LARGE);

    op = issue_op(0);
    op.text[LEDGER_APP].len = 0;
    assert_int_equal(issued(), LEDGER_TOO_LARGE);

    op.text[LEDGER_APP].data = much;
    op.text[LEDGER_APP].len = LEDGER_APP_MAX;
    assert_int_equal(issued(), LEDGER_OK);
    op.text[LEDGER_APP].len++;
    assert_int_equal(issued(), LEDGER_TOO_LARGE);

#undef issued
}


/* Servers find live_limit - page_limit of their own. */

static void
pages_have_a_limit_of_their_own(void **state)
{
    unsigned     i;
    ledger_op_t  op;

    static const struct {
        unsigned  flags;
        uint64_t  live_limit, page_limit, waiting, pages;
        int       beyond;
    } row[] = {
        { 0,            0,  0,  1000, 1000, 0 },
        { 0,            10, 0,  9,    9,    0 },
        { 0,            10, 0,  10,   0,    1 },
        { 0,            10, 4,  9,    4,    0 },
        { LEDGER_PAGE,  10, 4,  4,    3,    0 },
        { LEDGER_PAGE,  10, 4,  4,    4,    1 },
        { LEDGER_PAGE,  10, 0,  9,    9,    0 },
        { LEDGER_PAGE,  10, 4,  10,   0,    1 }
    };

    (void) state;

    for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        op = issue_op(row[i].flags);
        op.u.issue.live_limit = row[i].live_limit;
        op.u.issue.page_limit = row[i].page_limit;
        assert_int_equal(ledger_issue_is_beyond(&op, row[i].waiting,
                                                row[i].pages),
                         row[i].beyond);
    }
}


static void
numbers_have_words(void **state)
{
    (void) state;

    assert_string_equal(ledger_state_word(LEDGER_STATE_KEPT), "kept");
    assert_string_equal(ledger_status_word(LEDGER_STATUS_FAILED), "failed");
    assert_string_equal(ledger_error_word(LEDGER_ERROR_APP_REMOVED),
                        "app_removed");
    assert_string_equal(ledger_channel_word(LEDGER_CHANNEL_SMS), "sms");
    assert_string_equal(ledger_provider_word(LEDGER_PROVIDER_GATEWAY),
                        "gateway");
    assert_string_equal(ledger_step_word(LEDGER_STEP_SEND_FAILED),
                        "send_failed");
    assert_string_equal(ledger_strresult(LEDGER_OK), "done");

    assert_null(ledger_state_word(0));
    assert_null(ledger_status_word(5));
    assert_null(ledger_error_word(LEDGER_ERROR_NONE));
    assert_null(ledger_step_word(LEDGER_STEP_NONE));
    assert_null(ledger_channel_word(255));
    assert_null(ledger_provider_word(LEDGER_PROVIDER_NONE));
    assert_string_equal(ledger_strresult(LEDGER_RESULTS_N), "unknown result");
}


/* Its texts are its own, so those it was made of may go. */

static void
a_copy_has_its_texts_with_it(void **state)
{
    char                  app[] = "shop", id[] = "m1";
    unsigned              i;
    ledger_copy_t         copy;
    ledger_record_t       record;
    const unsigned char  *p, *from;

    (void) state;

    record = help_waiting(0);
    record.text[LEDGER_APP] = help_text(app);
    record.message[LEDGER_MESSAGE_ID] = help_text(id);

    ledger_copy(&copy, &record);
    from = (const unsigned char *) copy.texts;
    memset(app, 'x', 4);
    memset(id, 'x', 2);

    assert_true(copy.record.key == HELP_KEY);
    assert_memory_equal(copy.record.text[LEDGER_APP].data, "shop", 4);
    assert_memory_equal(copy.record.message[LEDGER_MESSAGE_ID].data, "m1", 2);

    for (i = 0; i < LEDGER_TEXTS; i++) {
        assert_int_equal(copy.record.text[i].len, record.text[i].len);
        p = copy.record.text[i].data;
        assert_true(p >= from && p <= from + sizeof(copy.texts));
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_new_code_waits_for_its_expiry),
        cmocka_unit_test(texts_that_are_too_large_are_refused),
        cmocka_unit_test(pages_have_a_limit_of_their_own),
        cmocka_unit_test(numbers_have_words),
        cmocka_unit_test(a_copy_has_its_texts_with_it)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

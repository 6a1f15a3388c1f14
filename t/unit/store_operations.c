
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* New codes, transactions and the marks in them. */


#include "store_help.h"


static void
issue_returns_a_record_that_can_be_read(void **state)
{
    help_t           *h;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    op = help_issue_op(LEDGER_ON_VALIDATED|LEDGER_QR);
    help_text(&op, LEDGER_FAILURE_MESSAGE, "No.");

    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.issue.requested_at, HELP_EPOCH);
    assert_int_equal(op.u.issue.expires_at, HELP_EPOCH + 5 * HELP_MINUTE);

    help_get(h, op.u.issue.key, &record);

    assert_int_equal(record.key, op.u.issue.key);
    assert_int_equal(record.state, LEDGER_STATE_WAITING);
    assert_int_equal(record.status, LEDGER_STATUS_REQUESTED);
    assert_int_equal(record.error, LEDGER_ERROR_NONE);
    assert_int_equal(record.channel, LEDGER_CHANNEL_WHATSAPP);
    assert_int_equal(record.flags, LEDGER_ON_VALIDATED|LEDGER_QR);
    assert_int_equal(record.host_lane, 7);
    assert_int_equal(record.lane, LEDGER_LANE_TIME);
    assert_int_equal(record.due_at, record.expires_at);
    assert_int_equal(record.requested_at, HELP_EPOCH);
    assert_int_equal(record.validated_at, 0);
    assert_int_equal(record.text[LEDGER_APP].len, 4);
    assert_memory_equal(record.text[LEDGER_CALLBACK_URL].data,
                        "https://shop.test/hook?a=1", 26);
    assert_int_equal(record.text[LEDGER_LINK_MESSAGE].len, 0);
    assert_memory_equal(record.text[LEDGER_FAILURE_MESSAGE].data, "No.",
                        3);
    assert_int_equal(record.message[LEDGER_SENDER].len, 0);
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
    help_t       *h;
    uint64_t      key;
    ledger_op_t   op;

    h = *state;
    key = help_issue(h, 0);
    (void) help_issue(h, 0);

    op = help_issue_op(0);
    op.u.issue.live_limit = 2;
    assert_int_equal(help_do(h, &op), LEDGER_LIVE_LIMIT);

    help_text(&op, LEDGER_APP, "shop2");
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);

    help_text(&op, LEDGER_APP, "shop");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(help_do(h, &op), LEDGER_LIVE_LIMIT);
}


/* A stranger who has a page's token must not lock the servers out. */

static void
pages_have_a_part_of_the_live_limit_and_servers_the_rest(void **state)
{
    help_t       *h;
    uint64_t      key;
    unsigned      i;
    ledger_op_t   page, server;

    h = *state;
    page = help_issue_op(LEDGER_PAGE);
    page.u.issue.live_limit = 5;
    page.u.issue.page_limit = 2;
    server = page;
    server.u.issue.flags = 0;

    assert_int_equal(help_do(h, &page), LEDGER_OK);
    key = page.u.issue.key;
    assert_int_equal(help_do(h, &page), LEDGER_OK);
    assert_int_equal(help_do(h, &page), LEDGER_LIVE_LIMIT);

    for (i = 0; i < 3; i++) {
        assert_int_equal(help_do(h, &server), LEDGER_OK);
    }

    assert_int_equal(help_do(h, &server), LEDGER_LIVE_LIMIT);

    /* A page's place that a server has taken belongs to the server. */

    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);
    assert_int_equal(help_do(h, &server), LEDGER_OK);
    assert_int_equal(help_do(h, &page), LEDGER_LIVE_LIMIT);

    page.u.issue.live_limit = 0;
    assert_int_equal(help_do(h, &page), LEDGER_OK);
    assert_int_equal(help_do(h, &page), LEDGER_LIVE_LIMIT);
    assert_int_equal(help_faults(h), 0);
}


static void
issue_counts_more_apps_than_a_transaction_holds(void **state)
{
    char                name[16];
    help_t             *h;
    unsigned            i;
    ledger_op_t         op;
    lmdb_store_stat_t   stat;

    h = *state;
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (i = 0; i < 100; i++) {
        op = help_issue_op(0);
        snprintf(name, sizeof(name), "app%u", i % 25);
        help_text(&op, LEDGER_APP, name);
        op.u.issue.live_limit = i < 75 ? 3 : 4;
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.result, LEDGER_OK);
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.waiting, 100);
    assert_int_equal(help_faults(h), 0);
}


static void
issue_with_texts_beyond_a_record_is_refused(void **state)
{
    char          text[LEDGER_RECORD_TEXTS_MAX + 1];
    help_t       *h;
    ledger_op_t   op;

    h = *state;
    memset(text, 'x', sizeof(text));

    op = help_issue_op(0);
    op.text[LEDGER_CALLBACK_URL].data = text;
    op.text[LEDGER_CALLBACK_URL].len = LEDGER_RECORD_TEXTS_MAX - 4;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    op.text[LEDGER_CALLBACK_URL].len++;
    assert_int_equal(help_do(h, &op), LEDGER_TOO_LARGE);

    op = help_issue_op(0);
    op.text[LEDGER_APP].len = 0;
    assert_int_equal(help_do(h, &op), LEDGER_TOO_LARGE);

    op.text[LEDGER_APP].data = text;
    op.text[LEDGER_APP].len = LEDGER_APP_MAX + 1;
    assert_int_equal(help_do(h, &op), LEDGER_TOO_LARGE);
}


static void
an_aborted_transaction_leaves_nothing(void **state)
{
    help_t           *h;
    ledger_op_t       op;
    ledger_record_t   record;

    h = *state;
    op = help_issue_op(0);

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_apply(h->store, &op), 0);
    lmdb_store_abort(h->store);

    assert_int_equal(help_try_get(h, op.u.issue.key, &record),
                     LEDGER_UNKNOWN);

    op.u.issue.live_limit = 1;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.issue.key, HELP_EPOCH << 10);
}


static void
marks_are_kept_by_name_and_the_oldest_go(void **state)
{
    help_t    *h;
    uint64_t   i;

    h = *state;

    for (i = 1; i <= 300; i++) {
        assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
        assert_int_equal(lmdb_store_get_mark(h->store, i), 0);
        assert_int_equal(lmdb_store_set_mark(h->store, i, i * 10), 0);
        assert_int_equal(lmdb_store_set_mark(h->store, 1, i), 0);
        assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
    }

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_get_mark(h->store, 1), 300);
    assert_int_equal(lmdb_store_get_mark(h->store, 2), 0);
    assert_int_equal(lmdb_store_get_mark(h->store, 300), 3000);
    lmdb_store_abort(h->store);
}


static void
every_result_has_a_sentence(void **state)
{
    (void) state;

    assert_string_equal(ledger_strresult(LEDGER_OK), "done");
    assert_string_equal(ledger_strresult(LEDGER_UNUSABLE),
                        "the store directory cannot be used");
    assert_string_equal(ledger_strresult(LEDGER_RESULTS_N),
                        "unknown result");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(issue_returns_a_record_that_can_be_read),
        help_test(keys_grow_with_time_and_by_one_within_it),
        help_test(keys_go_on_when_the_clock_steps_back),
        help_test(keys_are_not_used_again_after_purge_and_reopening),
        help_test(issue_beyond_the_live_limit_of_its_app_is_refused),
        help_test(pages_have_a_part_of_the_live_limit_and_servers_the_rest),
        help_test(issue_counts_more_apps_than_a_transaction_holds),
        help_test(issue_with_texts_beyond_a_record_is_refused),
        help_test(an_aborted_transaction_leaves_nothing),
        help_test(marks_are_kept_by_name_and_the_oldest_go),
        cmocka_unit_test(every_result_has_a_sentence)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

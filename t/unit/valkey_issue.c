
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Codes: their keys, the parts of limits, and partitions that take none.
 */


#include "valkey_login_help.h"


static unsigned  requests;


/* Counts what it takes. */

static ledger_result_t
issue_one(ledger_op_t *op)
{
    plant_done_t  done;

    memset(&done, 0, sizeof(done));
    requests = 0;

    if (valkey_store_submit(host[0], op, plant_done, &done)) {
        return op->result;
    }

    while (plant_step(valkey_store_client(host[0]), 1)) {
        requests++;
    }

    assert_int_equal(done.times, 1);
    op->u = done.op.u;

    return done.op.result;
}


/* So many codes of pages or servers until the app may have no more. */

static unsigned
issue_all(uint64_t live_limit, uint64_t page_limit, unsigned flags)
{
    unsigned     n;
    ledger_op_t  op;

    for (n = 0; n < 10000; n++) {
        plant_now++;
        op = issue_op(flags, 0);
        op.u.issue.live_limit = live_limit;
        op.u.issue.page_limit = page_limit;

        if (issue_one(&op) == LEDGER_LIVE_LIMIT) {
            break;
        }
    }

    return n;
}


/* Nobody is silent or full any more; in a minute a store looks at its keys. */

static void
begin(void)
{
    (void) plant_call("FLUSHDB", NULL);
    plant_now += PLANT_HOUR;
    plant_clock += 3000;
}


static void
a_key_is_the_time_and_its_partition(void **state)
{
    unsigned     i;
    uint64_t     partitions;
    ledger_op_t  op;

    (void) state;
    begin();
    partitions = 0;

    for (i = 0; i < 1000; i++) {
        plant_now++;
        op = issue_op(0, 0);
        assert_int_equal(issue_one(&op), LEDGER_OK);
        assert_int_equal(requests, 1);
        assert_true(op.u.issue.key >> 10 == plant_now);
        partitions |= UINT64_C(1) << valkey_store_partition(op.u.issue.key);
    }

    assert_true(partitions == UINT64_MAX);
    race_check();
}


/* In one ms a partition has 16 keys: the others are found by trying. */

static void
keys_of_one_moment_differ(void **state)
{
    unsigned     i;
    ledger_op_t  op;

    (void) state;
    begin();

    for (i = 0; i < 15; i++) {
        op = issue_op(0, 0);
        op.u.issue.live_limit = 500;
        assert_int_equal(issue_one(&op), LEDGER_OK);
    }

    assert_int_equal(plant_call("DBSIZE", NULL)->integer, 15 + 2);
    race_check();
}


static void
parts_make_up_the_limit(void **state)
{
    static const uint64_t  limits[] = { 1, 255, 511, 512, 1027 };

    unsigned               i;

    (void) state;

    for (i = 0; i < 5; i++) {
        begin();
        assert_int_equal(issue_all(limits[i], 0, 0), limits[i]);
        race_check();
    }
}


static void
parts_of_pages_make_up_theirs(void **state)
{
    (void) state;

    begin();
    assert_int_equal(issue_all(0, 100, LEDGER_PAGE), 100);
    race_check();

    /* Pages cannot lock servers out. */

    begin();
    assert_int_equal(issue_all(600, 7, LEDGER_PAGE), 7);
    assert_int_equal(issue_all(600, 7, 0), 593);
    race_check();
}


static void
an_app_that_is_full_costs_one_request(void **state)
{
    ledger_op_t  op;

    (void) state;
    begin();

    assert_int_equal(issue_all(1024, 0, 0), 1024);
    assert_int_equal(requests, 4);

    op = issue_op(0, 0);
    op.u.issue.live_limit = 1024;
    assert_int_equal(issue_one(&op), LEDGER_LIVE_LIMIT);
    assert_int_equal(requests, 1);

    /* Another app has its own. */

    op = issue_op(0, 0);
    op.u.issue.live_limit = 1024;
    plant_text(&op, LEDGER_APP, "other");
    assert_int_equal(issue_one(&op), LEDGER_OK);

    plant_clock += 1000;
    op = issue_op(0, 0);
    op.u.issue.live_limit = 1024;
    assert_int_equal(issue_one(&op), LEDGER_LIVE_LIMIT);
    assert_int_equal(requests, 4);
}


static void
a_server_without_memory_is_full(void **state)
{
    ledger_op_t  op;

    (void) state;
    begin();

    valkey_store_client(host[0])->short_of_memory = 1;
    op = issue_op(0, 0);
    assert_int_equal(issue_one(&op), LEDGER_FULL);
    assert_int_equal(requests, 0);
    valkey_store_client(host[0])->short_of_memory = 0;

    (void) plant_call("CONFIG", "SET", "maxmemory", "1", NULL);
    op = issue_op(0, 0);
    assert_int_equal(issue_one(&op), LEDGER_FULL);
    assert_int_equal(requests, 64);

    (void) plant_call("CONFIG", "SET", "maxmemory", "0", NULL);
    op = issue_op(0, 0);
    assert_int_equal(issue_one(&op), LEDGER_OK);
    race_check();
}


/* The partition that does not answer is left out, and others are not. */

static void
a_silent_partition_is_left_out(void **state)
{
    unsigned                i, partition;
    ledger_op_t             op;
    plant_done_t            done;
    valkey_store_client_t  *client;

    (void) state;
    begin();

    memset(&done, 0, sizeof(done));
    client = valkey_store_client(host[0]);
    op = issue_op(0, 0);
    assert_int_equal(valkey_store_submit(host[0], &op, plant_done, &done), 0);
    assert_true(client->first->until <= plant_clock + 1000);

    partition = client->first->partition;
    assert_true(plant_step(client, 0));
    assert_int_not_equal(client->first->partition, partition);
    assert_true(plant_step(client, 1));
    assert_int_equal(done.op.result, LEDGER_OK);

    for (i = 0; i < 500; i++) {
        plant_now++;
        op = issue_op(0, 0);
        assert_int_equal(issue_one(&op), LEDGER_OK);
        assert_int_not_equal(valkey_store_partition(op.u.issue.key),
                             partition);
    }

    /* An app with this one alone asks it all the same. */

    op = issue_op(0, 0);
    op.u.issue.live_limit = 1000000;
    assert_int_equal(issue_one(&op), LEDGER_OK);
}


static void
texts_that_no_record_has_are_refused_at_once(void **state)
{
    ledger_op_t  op;
    static char  url[2000];

    (void) state;
    begin();

    memset(url, 'a', sizeof(url) - 1);
    op = issue_op(0, 0);
    plant_text(&op, LEDGER_CALLBACK_URL, url);
    assert_int_equal(issue_one(&op), LEDGER_TOO_LARGE);
    assert_int_equal(requests, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_key_is_the_time_and_its_partition),
        cmocka_unit_test(keys_of_one_moment_differ),
        cmocka_unit_test(parts_make_up_the_limit),
        cmocka_unit_test(parts_of_pages_make_up_theirs),
        cmocka_unit_test(an_app_that_is_full_costs_one_request),
        cmocka_unit_test(a_server_without_memory_is_full),
        cmocka_unit_test(a_silent_partition_is_left_out),
        cmocka_unit_test(texts_that_no_record_has_are_refused_at_once)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}

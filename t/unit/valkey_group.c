
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * New codes that are written together: by one command, and yet each for itself.
 */


#include "valkey_login_help.h"
#include "valkey_store/issue.h"


#define CODES  (2 * VALKEY_STORE_CODES_MAX)


static plant_done_t  done[CODES];


/* An app with one partition alone, whose codes all meet. */

static ledger_op_t
met_op(uint64_t live_limit)
{
    ledger_op_t  op;

    op = issue_op(0, 0);
    op.u.issue.live_limit = live_limit;

    return op;
}


static void
submit(unsigned h, unsigned i, ledger_op_t op)
{
    memset(&done[i], 0, sizeof(done[i]));
    assert_int_equal(valkey_store_submit(host[h], &op, plant_done, &done[i]),
                     0);
}


static unsigned
step_all(unsigned h, unsigned times)
{
    unsigned  n;

    for (n = 0; plant_step(valkey_store_client(host[h]), times); n++) {
        /* void */
    }

    return n;
}


static unsigned
results(unsigned n, ledger_result_t result)
{
    unsigned  i, found;

    for (i = 0, found = 0; i < n; i++) {
        assert_int_equal(done[i].times, 1);
        found += done[i].op.result == result;
    }

    return found;
}


static void
assert_keys_differ(unsigned n)
{
    unsigned  i, j;

    for (i = 0; i < n; i++) {
        for (j = i + 1; j < n; j++) {
            assert_true(done[i].op.u.issue.key != done[j].op.u.issue.key);
        }
    }
}


/* The count of the first code's partition. */

static long
waiting(void)
{
    char                         key[VALKEY_STORE_NAME_MAX + 1];
    valkey_store_name_t          name;
    const valkey_store_reply_t  *reply;

    valkey_store_name(&name, &plant_options.prefix,
                      valkey_store_partition(done[0].op.u.issue.key),
                      VALKEY_STORE_APPS);
    memcpy(key, name.data, name.len);
    key[name.len] = '\0';

    reply = plant_call("HGET", key, "wshop", NULL);

    return reply->text.len ? strtol(reply->text.data, NULL, 10) : 0;
}


static void
begin(void)
{
    (void) plant_call("FLUSHDB", NULL);
    plant_now += PLANT_HOUR;
    plant_clock += 3000;
}


static void
codes_that_wait_are_one_command(void **state)
{
    unsigned  i;

    (void) state;
    begin();

    for (i = 0; i < 100; i++) {
        submit(0, i, met_op(500));
    }

    assert_int_equal(step_all(0, 1), 1);
    assert_int_equal(results(100, LEDGER_OK), 100);
    assert_keys_differ(100);
    assert_int_equal(waiting(), 100);
    race_check();
}


static void
codes_that_are_sent_twice_are_there_once(void **state)
{
    unsigned  i;

    (void) state;
    begin();

    for (i = 0; i < 10; i++) {
        submit(0, i, met_op(500));
    }

    assert_int_equal(step_all(0, 2), 1);
    assert_int_equal(results(10, LEDGER_OK), 10);
    assert_int_equal(waiting(), 10);
    race_check();
}


static void
a_group_takes_what_the_limit_leaves(void **state)
{
    unsigned  i;

    (void) state;
    begin();

    for (i = 0; i < 10; i++) {
        submit(0, i, met_op(7));
    }

    assert_int_equal(step_all(0, 2), 1);
    assert_int_equal(results(10, LEDGER_OK), 7);
    assert_int_equal(results(10, LEDGER_LIVE_LIMIT), 3);
    assert_int_equal(waiting(), 7);
    race_check();
}


/* Keys that two hosts propose in one moment: each has those that are free. */

static void
a_key_that_is_taken_is_another_one_then(void **state)
{
    unsigned  i;

    (void) state;
    begin();

    for (i = 0; i < 100; i++) {
        submit(0, i, met_op(500));
        submit(1, 100 + i, met_op(500));
    }

    assert_int_equal(step_all(0, 1), 1);
    assert_in_range(step_all(1, 1), 2, 10);
    assert_int_equal(results(200, LEDGER_OK), 200);
    assert_keys_differ(200);
    assert_int_equal(waiting(), 200);
    race_check();
}


static void
a_group_that_is_sent_is_not_joined(void **state)
{
    valkey_store_out_t      out;
    valkey_store_client_t  *client;

    (void) state;
    begin();

    client = valkey_store_client(host[0]);
    submit(0, 0, met_op(500));

    memset(&out, 0, sizeof(out));
    assert_int_equal(client->first->write(client->first, &out), 0);
    free(out.data);

    submit(0, 1, met_op(500));
    assert_ptr_not_equal(client->first, client->last);
    assert_int_equal(step_all(0, 1), 2);
    assert_int_equal(results(2, LEDGER_OK), 2);
    race_check();
}


/* Another app, another limit, a page, a moment later: each has its own. */

static void
codes_that_differ_are_not_together(void **state)
{
    ledger_op_t  op;

    (void) state;
    begin();

    submit(0, 0, met_op(500));
    submit(0, 1, met_op(501));

    op = met_op(501);
    op.u.issue.flags = LEDGER_PAGE;
    submit(0, 2, op);

    op.u.issue.page_limit = 100;
    submit(0, 3, op);

    plant_clock += 20;
    submit(0, 4, op);

    assert_int_equal(step_all(0, 1), 5);
    assert_int_equal(results(5, LEDGER_OK), 5);

    op = met_op(500);
    submit(0, 0, op);
    plant_text(&op, LEDGER_APP, "other");
    submit(0, 1, op);

    assert_int_equal(step_all(0, 1), 2);
    assert_int_equal(results(2, LEDGER_OK), 2);
    race_check();
}


static void
a_group_has_an_end(void **state)
{
    unsigned  i;

    (void) state;
    begin();

    for (i = 0; i < VALKEY_STORE_CODES_MAX + 1; i++) {
        submit(0, i, met_op(500));
    }

    assert_int_equal(step_all(0, 1), 2);
    assert_int_equal(results(VALKEY_STORE_CODES_MAX + 1, LEDGER_OK),
                     VALKEY_STORE_CODES_MAX + 1);
    race_check();
}


/* All of them go on to another partition, in which they may meet again. */

static void
a_silent_group_goes_on_elsewhere(void **state)
{
    unsigned                i, partition;
    valkey_store_client_t  *client;

    (void) state;
    begin();

    for (i = 0; i < 20; i++) {
        submit(0, i, met_op(1024));
    }

    client = valkey_store_client(host[0]);
    partition = client->first->partition;
    assert_true(plant_step(client, 0));

    assert_in_range(step_all(0, 1), 1, 4);
    assert_int_equal(results(20, LEDGER_OK), 20);

    for (i = 0; i < 20; i++) {
        assert_int_not_equal(valkey_store_partition(done[i].op.u.issue.key),
                             partition);
    }

    race_check();
}


static void
a_partition_has_so_many_places(void **state)
{
    unsigned       i, n;
    ledger_op_t    op;
    plant_done_t  *many;

    (void) state;
    begin();

    many = calloc(1000, sizeof(plant_done_t));
    assert_non_null(many);

    for (n = 0; n < 1000; n++) {
        op = met_op(500);

        if (valkey_store_submit(host[0], &op, plant_done, &many[n])) {
            assert_int_equal(op.result, LEDGER_FAILED);
            break;
        }
    }

    assert_int_equal(n, 640);
    (void) step_all(0, 1);

    for (i = 0; i < n; i++) {
        assert_int_equal(many[i].times, 1);
    }

    free(many);

    /* A full app is asked for in one partition alone, for a second. */

    plant_clock += 1000;
    submit(0, 0, met_op(2000));
    (void) step_all(0, 1);
    assert_int_equal(results(1, LEDGER_OK), 1);
}


static void
an_odd_reply_fails_each_code(void **state)
{
    unsigned                 i;
    valkey_store_client_t   *client;
    valkey_store_request_t  *request;

    (void) state;
    begin();

    for (i = 0; i < 3; i++) {
        submit(0, i, met_op(500));
    }

    client = valkey_store_client(host[0]);
    request = plant_take(client);
    request->done(request, VALKEY_STORE_CONFIRMED,
                  plant_call("PING", NULL));

    assert_int_equal(results(3, LEDGER_FAILED), 3);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(codes_that_wait_are_one_command),
        cmocka_unit_test(codes_that_are_sent_twice_are_there_once),
        cmocka_unit_test(a_group_takes_what_the_limit_leaves),
        cmocka_unit_test(a_key_that_is_taken_is_another_one_then),
        cmocka_unit_test(a_group_that_is_sent_is_not_joined),
        cmocka_unit_test(codes_that_differ_are_not_together),
        cmocka_unit_test(a_group_has_an_end),
        cmocka_unit_test(a_silent_group_goes_on_elsewhere),
        cmocka_unit_test(a_partition_has_so_many_places),
        cmocka_unit_test(an_odd_reply_fails_each_code)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}

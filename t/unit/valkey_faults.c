
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A host loses its server at any request of an operation, which has or has not
 * taken place by then, or finds it without memory.  Its sender asks again, as
 * providers and browsers do, and gets an answer from the other host.
 */


#include "valkey_login_help.h"


enum {
    FAULT_NONE,
    FAULT_BEFORE,                /* given up, and not sent */
    FAULT_AFTER,                 /* given up, and carried out */
    FAULT_MEMORY,                /* refused */
    FAULT_KINDS
};


/* The operation with one fault in it; 1 if it knows nothing of its end. */

static int
fails(ledger_op_t *op)
{
    unsigned                 fault;
    plant_done_t             done;
    valkey_store_client_t   *client;
    valkey_store_request_t  *request;

    memset(&done, 0, sizeof(done));
    client = valkey_store_client(host[0]);

    assert_int_equal(valkey_store_submit(host[0], op, plant_done, &done), 0);

    while (client->first != NULL) {
        fault = race.lost ? race_choose(FAULT_KINDS) : FAULT_NONE;

        if (fault == FAULT_NONE) {
            (void) plant_step(client, 1);
            continue;
        }

        race.lost--;

        if (fault == FAULT_AFTER) {
            (void) plant_execute(client->first);
        }

        request = plant_take(client);
        request->done(request,
                      fault == FAULT_MEMORY ? VALKEY_STORE_NO_MEMORY
                                            : VALKEY_STORE_GIVEN_UP,
                      NULL);
    }

    assert_int_equal(done.times, 1);
    op->result = done.op.result;
    op->u = done.op.u;

    return op->result == LEDGER_FAILED || op->result == LEDGER_FULL;
}


static ledger_result_t
again(ledger_op_t *op)
{
    return plant_do(host[1], op);
}


/* A part that does not answer passes the code on to another. */

static void
a_code(void)
{
    ledger_op_t  op;

    op = issue_op(LEDGER_PAGE, 0);

    assert_false(fails(&op));
    assert_int_equal(op.result, LEDGER_OK);
    assert_int_equal(record_of(op.u.issue.key)->state, LEDGER_STATE_WAITING);
}


static void
a_code_of_an_app_with_one_part(void)
{
    ledger_op_t  op;

    op = issue_op(0, 0);
    op.u.issue.live_limit = 1;

    if (fails(&op)) {
        op = issue_op(0, 0);
        op.u.issue.live_limit = 1;
        (void) again(&op);
    }

    assert_true(op.result == LEDGER_OK || op.result == LEDGER_LIVE_LIMIT);
}


static void
a_message(void)
{
    uint64_t     key;
    ledger_op_t  op, in;

    key = issue(LEDGER_ON_VALIDATED, 0);
    in = op = message_op(LEDGER_VALIDATE, key, "m1");

    if (fails(&op)) {
        op = in;
        (void) again(&op);
    }

    assert_true(op.result == LEDGER_OK || op.result == LEDGER_DUPLICATE);
    assert_int_equal(record_of(key)->status, LEDGER_STATUS_VALIDATED);
    assert_int_equal(read_copy.record.attempts, 1);
}


static void
a_question(void)
{
    uint64_t       key;
    ledger_op_t    op, in;
    ledger_text_t  app = { "shop", 4 }, user = { "US.1", 4 };

    key = issue(0, 0);
    in = message_op(LEDGER_ASK, key, "m1");
    plant_text(&in, 1 + LEDGER_SENDER, "");
    plant_text(&in, 1 + LEDGER_USER_ID, "US.1");
    op = in;

    if (fails(&op)) {
        op = in;
        (void) again(&op);
    }

    assert_true(op.result == LEDGER_OK || op.result == LEDGER_DUPLICATE);

    assert_int_equal(valkey_store_read_asked(host[1], &app, &user,
                                             record_read, NULL),
                     LEDGER_OK);

    while (plant_step(valkey_store_client(host[1]), 1)) {
        /* void */
    }

    assert_int_equal(read_result, LEDGER_OK);
    assert_true(read_copy.record.key == key);
}


/* A lost PIN may count, and so may its repetition. */

static void
a_wrong_pin(void)
{
    uint64_t     key;
    ledger_op_t  op, in;

    key = issue(LEDGER_CLAIMED, LEDGER_CLAIM_PAGE|LEDGER_CLAIM_PIN);
    validate(key);
    in = op = browser_op(LEDGER_CONFIRM, key);

    if (fails(&op)) {
        op = in;
        (void) again(&op);
    }

    assert_int_equal(op.result, LEDGER_WRONG_PIN);
    assert_true(record_of(key)->claim.wrong_pins == 1
                || read_copy.record.claim.wrong_pins == 2);
}


static void
a_collection(void)
{
    uint64_t     key;
    ledger_op_t  op, in;

    key = login();
    in = op = collect_op(key, 'k');

    if (fails(&op)) {
        op = in;
        (void) again(&op);
    }

    assert_int_equal(op.result, LEDGER_OK);
    assert_true(lives(key));
    assert_int_equal(sessions(), 1);
    assert_true(read_subject.n_marks <= 1);
}


/* The 33rd session ends the first one, and no session lives unknown. */

static void
a_session_too_many(void)
{
    uint64_t     first, key;
    unsigned     i;
    ledger_op_t  op, in;

    first = session();

    for (i = 1; i < LEDGER_SESSIONS_MAX; i++) {
        plant_now++;
        (void) session();
    }

    key = login();
    in = op = collect_op(key, 'k');

    if (fails(&op)) {
        op = in;
        (void) again(&op);
    }

    assert_int_equal(op.result, LEDGER_OK);
    assert_true(lives(key));
    assert_false(lives(first));
    assert_int_equal(sessions(), LEDGER_SESSIONS_MAX);
}


static void
a_revocation(void)
{
    uint64_t     one, other;
    ledger_op_t  op, in;

    one = session();
    other = session();
    in = op = revoke_op(0);

    if (fails(&op)) {
        op = in;
        (void) again(&op);
    }

    assert_int_equal(op.result, LEDGER_OK);
    assert_false(lives(one));
    assert_false(lives(other));
    assert_int_equal(sessions(), 0);
}


/* A code expires, a session ends; the next sweep is a second on. */

static void
a_sweep(void)
{
    uint64_t     code, ended;
    ledger_op_t  op, in;

    ended = session();
    plant_now += 10 * PLANT_HOUR;
    code = issue(0, 0);
    plant_now += PLANT_HOUR;

    memset(&in, 0, sizeof(in));
    in.kind = LEDGER_SWEEP;
    in.u.sweep.retain = PLANT_HOUR;
    op = in;

    (void) fails(&op);
    plant_forget_guards();
    plant_clock += 1000;

    op = in;
    assert_int_equal(again(&op), LEDGER_OK);

    assert_int_equal(record_of(code)->status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(read_copy.record.state, LEDGER_STATE_KEPT);
    assert_false(lives(ended));
    assert_true(sessions() <= 1);
}


race_test(a_code, 1)
race_test(a_code_of_an_app_with_one_part, 1)
race_test(a_message, 1)
race_test(a_question, 1)
race_test(a_wrong_pin, 1)
race_test(a_collection, 1)
race_test(a_session_too_many, 1)
race_test(a_revocation, 1)
race_test(a_sweep, 1)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_a_code),
        cmocka_unit_test(test_a_code_of_an_app_with_one_part),
        cmocka_unit_test(test_a_message),
        cmocka_unit_test(test_a_question),
        cmocka_unit_test(test_a_wrong_pin),
        cmocka_unit_test(test_a_collection),
        cmocka_unit_test(test_a_session_too_many),
        cmocka_unit_test(test_a_revocation),
        cmocka_unit_test(test_a_sweep)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}

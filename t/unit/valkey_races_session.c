
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Two hosts act on the same session or person at once: every order of their
 * requests, and turns that are not confirmed in between.
 */


#include "valkey_login_help.h"


static void
two_collections(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = login();
    a = collect_op(key, 'k');
    b = collect_op(key, 'l');
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_COLLECTED));
    assert_true(lives(key));
    assert_int_equal(sessions(), 1);
}


static void
the_same_collection(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = login();
    a = collect_op(key, 'k');
    b = a;
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_OK));
    assert_int_equal(a.u.collect.repeated + b.u.collect.repeated, 1);
    assert_true(lives(key));
    assert_int_equal(sessions(), 1);
}


/* Its browser is known from then on by one mark, and not by two. */

static void
the_same_collection_after_a_pin(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(LEDGER_CLAIMED, LEDGER_CLAIM_PAGE|LEDGER_CLAIM_PIN);
    validate(key);
    a = browser_op(LEDGER_CONFIRM, key);
    a.u.browser.right = 1;
    assert_int_equal(plant_do(host[0], &a), LEDGER_OK);

    a = collect_op(key, 'k');
    b = a;
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_OK));
    assert_true(lives(key));
    assert_int_equal(sessions(), 1);
    assert_int_equal(read_subject.n_marks, 1);
}


static void
two_logins_of_one_person(void)
{
    uint64_t     one, other;
    ledger_op_t  a, b;

    one = login();
    other = login();
    a = collect_op(one, 'k');
    b = collect_op(other, 'k');
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_OK));
    assert_true(lives(one));
    assert_true(lives(other));
    assert_int_equal(sessions(), 2);
}


/* A session that REVOKE has not seen must not begin after it. */

static void
a_collection_and_a_revocation(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    (void) session();
    key = login();
    a = collect_op(key, 'k');
    b = revoke_op(0);
    race_run(&a, &b);

    assert_int_equal(b.result, LEDGER_OK);
    assert_true(a.result == LEDGER_OK || a.result == LEDGER_UNKNOWN);
    assert_false(lives(key));
    assert_int_equal(sessions(), 0);
}


static void
two_revocations(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = session();
    a = revoke_op(0);
    b = revoke_op(key);
    race_run(&a, &b);

    assert_int_equal(a.result, LEDGER_OK);
    assert_true(b.result == LEDGER_OK || b.result == LEDGER_UNKNOWN);
    assert_false(lives(key));
    assert_int_equal(sessions(), 0);
}


static void
use_and_revocation(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = session();
    plant_now += PLANT_HOUR / 2;

    memset(&a, 0, sizeof(a));
    a.kind = LEDGER_TOUCH;
    a.u.touch.key = key;
    memset(a.u.touch.digest, 's', LEDGER_DIGEST_LEN);
    plant_text(&a, LEDGER_APP, "shop");
    b = revoke_op(key);
    race_run(&a, &b);

    assert_int_equal(b.result, LEDGER_OK);
    assert_true(a.result == LEDGER_OK || a.result == LEDGER_UNKNOWN);
    assert_false(lives(key));
    assert_int_equal(sessions(), 0);
}


/*
 * Another host ends all sessions of the person when this one has ended its
 * session, and has not told the subject yet.  It has done what it was asked.
 */

static void
a_session_that_has_ended_is_ok_though_another_told(void **state)
{
    unsigned       i;
    uint64_t       key;
    ledger_op_t    a, b;
    plant_done_t   done;

    (void) state;

    (void) plant_call("FLUSHDB", NULL);
    plant_now += 100 * PLANT_HOUR;

    key = session();
    a = revoke_op(key);
    b = revoke_op(0);
    memset(&done, 0, sizeof(done));

    assert_int_equal(valkey_store_submit(host[0], &a, plant_done, &done), 0);

    for (i = 0; lives(key); i++) {
        assert_true(i < 8);
        assert_int_equal(plant_step(valkey_store_client(host[0]), 1), 1);
    }

    assert_int_equal(done.times, 0);
    assert_int_equal(plant_do(host[1], &b), LEDGER_OK);
    assert_int_equal(sessions(), 0);

    while (plant_step(valkey_store_client(host[0]), 1)) {
        /* void */
    }

    assert_int_equal(done.times, 1);
    assert_int_equal(done.op.result, LEDGER_OK);
    assert_int_equal(done.op.u.revoke.ended, 1);
}


race_test(two_collections, 1)
race_test(the_same_collection, 1)
race_test(the_same_collection_after_a_pin, 1)
race_test(two_logins_of_one_person, 1)
race_test(a_collection_and_a_revocation, 1)
race_test(two_revocations, 1)
race_test(use_and_revocation, 1)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_session_that_has_ended_is_ok_though_another_told),
        cmocka_unit_test(test_two_collections),
        cmocka_unit_test(test_the_same_collection),
        cmocka_unit_test(test_the_same_collection_after_a_pin),
        cmocka_unit_test(test_two_logins_of_one_person),
        cmocka_unit_test(test_a_collection_and_a_revocation),
        cmocka_unit_test(test_two_revocations),
        cmocka_unit_test(test_use_and_revocation)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Two hosts act on the same record at once: every order of their requests, and
 * turns that are not confirmed in between.
 */


#include "valkey_login_help.h"


static void
two_messages(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(LEDGER_ON_VALIDATED, 0);
    a = message_op(LEDGER_VALIDATE, key, "m1");
    b = message_op(LEDGER_VALIDATE, key, "m2");
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_USED));
    assert_int_equal(record_of(key)->status, LEDGER_STATUS_VALIDATED);
    assert_memory_equal(read_copy.record.message[LEDGER_MESSAGE_ID].data,
                        a.result == LEDGER_OK ? "m1" : "m2", 2);
}


static void
the_same_message(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(LEDGER_ON_VALIDATED, 0);
    a = message_op(LEDGER_VALIDATE, key, "m1");
    b = a;
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_DUPLICATE));
    assert_true(record_of(key)->attempts == 1);
}


static void
two_refusals(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(0, 0);
    a = message_op(LEDGER_REFUSE, key, "m1");
    b = message_op(LEDGER_REFUSE, key, "m2");
    race_run(&a, &b);

    /* In a lost turn the first one is counted, and then known again. */

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_OK)
                || race_is(&a, &b, LEDGER_OK, LEDGER_DUPLICATE));
    assert_int_equal(record_of(key)->refusals, 2);
}


static int  wrong_pins_lost;


static void
two_wrong_pins(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(LEDGER_CLAIMED, LEDGER_CLAIM_PAGE|LEDGER_CLAIM_PIN);
    validate(key);
    a = browser_op(LEDGER_CONFIRM, key);
    b = a;
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_WRONG_PIN, LEDGER_WRONG_PIN));
    assert_true(record_of(key)->claim.wrong_pins >= 2);

    /* One in a lost turn may count twice, if another one comes in between. */

    assert_true(read_copy.record.claim.wrong_pins == 2
                || (wrong_pins_lost && read_copy.record.claim.wrong_pins == 3));
}


static void
two_wrong_pins_and_a_lost_turn(void)
{
    wrong_pins_lost = 1;
    two_wrong_pins();
    wrong_pins_lost = 0;
}


static void
the_right_pin_and_the_end(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(LEDGER_CLAIMED, LEDGER_CLAIM_PAGE|LEDGER_CLAIM_PIN);
    validate(key);
    a = browser_op(LEDGER_CONFIRM, key);
    a.u.browser.right = 1;
    b = browser_op(LEDGER_CANCEL, key);
    race_run(&a, &b);

    assert_int_equal(record_of(key)->status,
                     a.result == LEDGER_OK ? LEDGER_STATUS_VALIDATED
                                           : LEDGER_STATUS_FAILED);
    assert_int_equal(a.result == LEDGER_OK ? b.result : LEDGER_USED,
                     LEDGER_USED);
    assert_int_equal(a.result == LEDGER_OK ? LEDGER_ENDED : a.result,
                     LEDGER_ENDED);
}


static void
two_takes(void)
{
    uint64_t     key;
    ledger_op_t  a, b;

    key = issue(LEDGER_ON_VALIDATED, 0);
    validate(key);

    memset(&a, 0, sizeof(a));
    a.kind = LEDGER_TAKE;
    a.u.take.key = key;
    a.u.take.due_at = record_of(key)->due_at;
    a.u.take.lease = PLANT_LEASE + 1;
    b = a;
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_NOT_CURRENT));
    assert_int_equal(record_of(key)->attempts, 2);
}


static void
the_last_code_of_a_limit(void)
{
    ledger_op_t  a, b;

    a = issue_op(0, 0);
    a.u.issue.live_limit = 1;
    b = a;
    race_run(&a, &b);

    assert_true(race_is(&a, &b, LEDGER_OK, LEDGER_LIVE_LIMIT));
}


race_test(two_messages, 2)
race_test(the_same_message, 2)
race_test(two_refusals, 2)
race_test(two_wrong_pins, 0)
race_test(two_wrong_pins_and_a_lost_turn, 1)
race_test(the_right_pin_and_the_end, 1)
race_test(two_takes, 2)
race_test(the_last_code_of_a_limit, 1)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_two_messages),
        cmocka_unit_test(test_the_same_message),
        cmocka_unit_test(test_two_refusals),
        cmocka_unit_test(test_two_wrong_pins),
        cmocka_unit_test(test_two_wrong_pins_and_a_lost_turn),
        cmocka_unit_test(test_the_right_pin_and_the_end),
        cmocka_unit_test(test_two_takes),
        cmocka_unit_test(test_the_last_code_of_a_limit)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* An operation tells of a key to all who watch its partition. */


#include "valkey_login_help.h"


static plant_talk_t  *ear;


/* Begins to hear of the partition of a key. */

static void
listen_to(uint64_t key)
{
    plant_talk_t         *talk;
    ledger_text_t         prefix = { "wa", 2 };
    valkey_store_name_t   name;

    talk = plant.at;
    plant_talk(plant_connect(plant.socket));
    ear = plant.at;

    valkey_store_name(&name, &prefix, valkey_store_partition(key),
                      VALKEY_STORE_TOLD);
    assert_int_equal(plant_ask("SSUBSCRIBE", name.data, name.len, NULL,
                               NULL)->elements,
                     3);
    plant.at = talk;
}


/* The key that was heard by now, or 0, which is that of nothing. */

static uint64_t
heard(void)
{
    uint64_t                     key;
    valkey_store_out_t           out;
    const valkey_store_reply_t  *reply;

    memset(&out, 0, sizeof(out));
    valkey_store_out_begin(&out, 1);
    valkey_store_out_word(&out, "PING", 4);
    assert_int_equal(valkey_store_out_end(&out), 0);
    plant_write(ear, &out);
    free(out.data);

    key = 0;
    reply = plant_reply(ear);

    while (reply[1].text.len == 8) {
        assert_memory_equal(reply[1].text.data, "smessage", 8);
        assert_int_equal(key, 0);
        key = ledger_get64(reply[3].text.data);
        reply = plant_reply(ear);
    }

    assert_memory_equal(reply[1].text.data, "pong", 4);

    return key;
}


static void
begin(void **state)
{
    (void) state;
    (void) plant_call("FLUSHDB", NULL);
    plant_now += PLANT_HOUR;
}


static void
a_message_that_decides_is_told(void **state)
{
    uint64_t     key;
    ledger_op_t  op;

    begin(state);
    key = issue(LEDGER_ON_VALIDATED, 0);
    listen_to(key);

    op = message_op(LEDGER_REFUSE, key, "m1");
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    assert_true(heard() == 0);

    op = message_op(LEDGER_VALIDATE, key, "m2");
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    assert_true(heard() == key);
}


static void
a_code_that_expires_is_told(void **state)
{
    uint64_t     key;
    ledger_op_t  op;

    begin(state);
    key = issue(0, 0);
    listen_to(key);
    plant_now += 5 * PLANT_MINUTE;
    plant_clock += 1000;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_SWEEP;
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    assert_int_equal(op.u.sweep.expired, 1);
    assert_true(heard() == key);
}


/* Pages that show the session, and gates that remember it. */

static void
a_session_that_ends_is_told(void **state)
{
    uint64_t     key;
    ledger_op_t  op;

    begin(state);
    key = session();
    listen_to(key);

    op = revoke_op(key);
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    assert_true(heard() == key);

    op = revoke_op(key);
    assert_int_equal(plant_do(host[0], &op), LEDGER_UNKNOWN);
    assert_true(heard() == 0);
}


static void
the_use_of_a_session_is_not_told(void **state)
{
    uint64_t     key;
    ledger_op_t  op;

    begin(state);
    key = session();
    listen_to(key);
    plant_now += PLANT_HOUR / 2;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TOUCH;
    op.u.touch.key = key;
    memset(op.u.touch.digest, 's', LEDGER_DIGEST_LEN);
    plant_text(&op, LEDGER_APP, "shop");
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    assert_int_equal(op.u.touch.moved, 1);
    assert_true(heard() == 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_message_that_decides_is_told),
        cmocka_unit_test(a_code_that_expires_is_told),
        cmocka_unit_test(a_session_that_ends_is_told),
        cmocka_unit_test(the_use_of_a_session_is_not_told)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}

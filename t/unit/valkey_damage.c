
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Rows that cannot be read: due work meets each once, tells the operator, and
 * goes on with what stands beside it.
 */


#include "valkey_due_help.h"


#define VALUE_MAX  4096


static void
name_row(uint64_t key, valkey_store_kind_t kind, valkey_store_name_t *name)
{
    ledger_text_t  prefix = { "wa", 2 };

    valkey_store_name_key(name, &prefix, kind, key);
}


static const valkey_store_reply_t *
row(uint64_t key, valkey_store_kind_t kind)
{
    valkey_store_name_t  name;

    name_row(key, kind, &name);

    return plant_ask("GET", name.data, name.len, NULL, NULL);
}


static void
put_row(uint64_t key, valkey_store_kind_t kind, const void *value, size_t len)
{
    valkey_store_out_t   out;
    valkey_store_name_t  name;

    name_row(key, kind, &name);

    memset(&out, 0, sizeof(out));
    valkey_store_out_begin(&out, 3);
    valkey_store_out_word(&out, "SET", 3);
    valkey_store_out_word(&out, name.data, name.len);
    valkey_store_out_word(&out, value, len);
    assert_int_equal(valkey_store_out_end(&out), 0);
    plant_write(plant.at, &out);
    free(out.data);

    assert_int_equal(plant_reply(plant.at)->type, VALKEY_STORE_REPLY_STATUS);
}


/* Cuts the end of a row off; but: so many bytes of it. */

static void
cut(uint64_t key, valkey_store_kind_t kind, int but)
{
    size_t                       len;
    unsigned char                value[VALUE_MAX];
    const valkey_store_reply_t  *reply;

    reply = row(key, kind);
    len = reply->text.len;
    assert_true(len > 16 && len <= VALUE_MAX);

    memcpy(value, reply->text.data, len);
    put_row(key, kind, value, but < 0 ? len - (size_t) -but : (size_t) but);
}


static void
begin_damage(void)
{
    begin();
    plant_lines = 0;
}


/* The line names the row as `whatsauth-store check` does. */

static void
assert_told(const char *what, uint64_t key)
{
    char  line[64];

    (void) snprintf(line, sizeof(line), "%s %llu cannot be read, key \"wa:{",
                    what, (unsigned long long) key);

    assert_int_equal(plant_lines, 1);
    assert_memory_equal(plant_line, line, strlen(line));
    plant_lines = 0;
}


/* Another host looks, and this one again. */

static void
assert_once(void)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        next_second();
        assert_int_equal(look(i % 2), 0);
        (void) sweep(i % 2);
    }

    assert_int_equal(plant_lines, 0);
}


static void
a_callback_is_not_made_of_a_damaged_row(void **state)
{
    uint64_t  key;

    (void) state;

    begin_damage();
    key = callback();
    cut(key, VALKEY_STORE_RECORD, 20);

    assert_int_equal(look(0), 0);
    assert_told("record", key);
    assert_int_equal(entries(key), 0);
    assert_once();

    assert_int_equal(row(key, VALKEY_STORE_RECORD)->type,
                     VALKEY_STORE_REPLY_BULK);
}


/* Its record alone could be read, and nobody knows of whom it would tell. */

static void
nor_of_a_damaged_message(void **state)
{
    uint64_t  key;

    (void) state;

    begin_damage();
    key = callback();
    cut(key, VALKEY_STORE_RECORD, -1);

    assert_int_equal(look(0), 0);
    assert_told("record", key);
    assert_int_equal(entries(key), 0);
    assert_once();
}


static void
a_damaged_code_and_session_leave_the_sweep(void **state)
{
    uint64_t  key, of_session;

    (void) state;

    begin_damage();
    key = issue(0, 0);
    cut(key, VALKEY_STORE_RECORD, 20);
    plant_now += 5 * PLANT_MINUTE;

    assert_int_equal(sweep(0).u.sweep.expired, 0);
    assert_told("record", key);
    assert_int_equal(entries(key), 0);
    assert_once();

    of_session = session();
    cut(of_session, VALKEY_STORE_SESSION, 20);
    plant_now += 2 * PLANT_HOUR;
    next_second();

    (void) sweep(0);
    assert_told("session", of_session);
    assert_int_equal(entries(of_session), 0);
    assert_once();
}


/* A value that somebody has written by hand stays as it is. */

static void
no_row_at_all_leaves_due_work(void **state)
{
    size_t      i;
    uint64_t    key;
    static char long_row[2 * 1024 * 1024];

    static const struct {
        const char  *value;
        size_t       len;
    } rows[] = {
        { "abc", 3 },
        { "01234567", 8 },
        { long_row, sizeof(long_row) },
        { long_row, VALKEY_STORE_VALUE_MAX + 1 },
        { long_row, VALKEY_STORE_VALUE_MAX }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin_damage();
        key = callback();
        put_row(key, VALKEY_STORE_RECORD, rows[i].value, rows[i].len);

        assert_int_equal(look(0), 0);
        assert_told("record", key);
        assert_int_equal(entries(key), 0);
        assert_once();

        key = issue(0, 0);
        put_row(key, VALKEY_STORE_RECORD, rows[i].value, rows[i].len);
        plant_now += 5 * PLANT_MINUTE;
        next_second();
        (void) sweep(0);
        assert_told("record", key);
        assert_int_equal(entries(key), 0);
    }
}


static void
nor_does_a_key_of_another_type(void **state)
{
    uint64_t              key;
    valkey_store_name_t   name;

    (void) state;

    begin_damage();
    key = callback();
    name_row(key, VALKEY_STORE_RECORD, &name);
    (void) plant_ask("DEL", name.data, name.len, NULL, NULL);
    (void) plant_ask("HSET", name.data, name.len, "field", "value");

    assert_int_equal(look(0), 0);
    assert_told("record", key);
    assert_int_equal(entries(key), 0);
    assert_once();
}


/* More of them than a look of the sweep has room for. */

static void
damaged_rows_hold_up_no_others(void **state)
{
    unsigned     i;
    uint64_t     key, damaged[40];
    ledger_op_t  op;

    (void) state;

    begin_damage();

    for (i = 0; i < 40; i++) {
        plant_now++;
        op = issue_op(0, 0);
        op.u.issue.live_limit = 200;
        assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
        damaged[i] = op.u.issue.key;
    }

    plant_now++;
    op = issue_op(0, 0);
    op.u.issue.live_limit = 200;
    assert_int_equal(plant_do(host[0], &op), LEDGER_OK);
    key = op.u.issue.key;

    for (i = 0; i < 40; i++) {
        put_row(damaged[i], VALKEY_STORE_RECORD, "abc", i % 4);
    }

    plant_now += 5 * PLANT_MINUTE;
    assert_int_equal(sweep(0).u.sweep.expired, 1);
    assert_int_equal(record_of(key)->status, LEDGER_STATUS_EXPIRED);
    assert_int_equal(entries(key), 0);

    /* An empty value is none: nobody is told of it. */

    assert_int_equal(plant_lines, 30);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_callback_is_not_made_of_a_damaged_row),
        cmocka_unit_test(nor_of_a_damaged_message),
        cmocka_unit_test(a_damaged_code_and_session_leave_the_sweep),
        cmocka_unit_test(no_row_at_all_leaves_due_work),
        cmocka_unit_test(nor_does_a_key_of_another_type),
        cmocka_unit_test(damaged_rows_hold_up_no_others)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, race_setup, race_teardown);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The keys of a store: the first worker of all makes them, all others have the
 * same ones, and no worker goes on with others than the store has.
 */


#include "valkey_plant_help.h"


#define META    "wa:{mm}:meta"
#define MINUTE  60000


static char             log_line[256];
static unsigned         log_lines;
static unsigned         notices;
static unsigned         opened;
static valkey_store_t  *store;
static ledger_result_t  read_result;


static void
note(void *data, valkey_store_severity_t severity, const char *text)
{
    (void) data;

    if (severity == VALKEY_STORE_NOTICE) {
        notices++;
        assert_string_equal(text, "its keys are good again");
        return;
    }

    assert_int_equal(severity, VALKEY_STORE_CRIT);
    snprintf(log_line, sizeof(log_line), "%s", text);
    log_lines++;
}


static void
note_opened(void *data)
{
    (void) data;
    opened++;
}


static const valkey_store_io_t  io = {
    .clock = plant_io_clock,
    .now = plant_io_now,
    .log = note
};


static void
run(valkey_store_t *of)
{
    while (plant_step(valkey_store_client(of), 1)) {
        /* void */
    }
}


static valkey_store_t *
open_with(const uint8_t *keys)
{
    valkey_store_t  *made;

    made = valkey_store_create(&plant_options, &io, NULL, keys, note_opened);
    assert_non_null(made);

    return made;
}


static void
read_nothing(void *data, ledger_result_t result,
    const ledger_record_t *record)
{
    (void) data;
    (void) record;
    read_result = result;
}


/* The store looks at its keys when something is asked of it. */
static void
use_after(uint64_t span)
{
    plant_clock += span;
    (void) valkey_store_read(store, 1, read_nothing, NULL);
    run(store);
}


static void
write_meta(const char *value)
{
    assert_int_equal(plant_call("SET", META, value, NULL)->type,
                     VALKEY_STORE_REPLY_STATUS);
}


static void
all_workers_have_the_keys_of_the_first(void **state)
{
    valkey_store_t  *other;

    (void) state;

    store = open_with(NULL);
    other = open_with(NULL);
    assert_null(valkey_store_keys(store));

    /* Both find none, and both write theirs. */

    assert_int_equal(plant_step(valkey_store_client(store), 1), 1);
    assert_int_equal(plant_step(valkey_store_client(other), 1), 1);
    assert_null(valkey_store_keys(store));

    run(store);
    run(other);
    assert_int_equal(opened, 2);
    assert_memory_equal(valkey_store_keys(store), valkey_store_keys(other),
                        VALKEY_STORE_KEYS_LEN);
    assert_int_equal(plant_call("PTTL", META, NULL)->integer, -1);

    valkey_store_destroy(other);
    valkey_store_destroy(store);
}


static void
a_worker_that_gets_no_answer_asks_again(void **state)
{
    (void) state;

    store = open_with(NULL);
    assert_int_equal(plant_step(valkey_store_client(store), 0), 1);
    assert_null(valkey_store_keys(store));

    use_after(0);
    assert_null(valkey_store_keys(store));

    use_after(1000);
    assert_non_null(valkey_store_keys(store));
    assert_int_equal(log_lines, 0);

    valkey_store_destroy(store);
}


static void
a_store_that_cannot_be_read_stays_closed_until_it_can(void **state)
{
    (void) state;

    write_meta("whatsauth\1\1 of another version");
    store = open_with(NULL);
    run(store);
    assert_null(valkey_store_keys(store));
    assert_string_equal(log_line, "schema unknown");

    write_meta("else");
    use_after(1000);
    assert_null(valkey_store_keys(store));
    assert_int_equal(log_lines, 1);

    (void) plant_call("DEL", META, NULL);
    use_after(1000);
    assert_non_null(valkey_store_keys(store));
    assert_int_equal(notices, 1);

    /* A later fault is told again. */

    write_meta("else");
    use_after(MINUTE);
    assert_null(valkey_store_keys(store));
    assert_string_equal(log_line, "its keys are damaged");

    valkey_store_destroy(store);
}


/* As after a reload: the workers before have told them. */

static void
known_keys_open_a_store_at_once(void **state)
{
    uint8_t  keys[VALKEY_STORE_KEYS_LEN];

    (void) state;

    store = plant_open();
    memcpy(keys, valkey_store_keys(store), sizeof(keys));
    valkey_store_destroy(store);

    store = open_with(keys);
    assert_non_null(valkey_store_keys(store));
    run(store);
    assert_non_null(valkey_store_keys(store));
    assert_int_equal(opened, 0);
    valkey_store_destroy(store);

    keys[0] ^= 1;
    store = open_with(keys);
    run(store);
    assert_null(valkey_store_keys(store));
    assert_string_equal(log_line, "has other keys than before");
    valkey_store_destroy(store);
}


static void
a_store_that_was_emptied_gets_its_keys_back(void **state)
{
    uint8_t          keys[VALKEY_STORE_KEYS_LEN];
    valkey_store_t  *other;

    (void) state;

    store = open_with(NULL);
    run(store);
    memcpy(keys, valkey_store_keys(store), sizeof(keys));

    (void) plant_call("FLUSHALL", NULL);
    use_after(MINUTE - 1);
    assert_int_equal(plant_call("EXISTS", META, NULL)->integer, 0);

    use_after(1);
    assert_string_equal(log_line, "was emptied: its keys are put back");
    assert_int_equal(plant_call("EXISTS", META, NULL)->integer, 1);
    assert_memory_equal(valkey_store_keys(store), keys, sizeof(keys));

    other = open_with(NULL);
    run(other);
    assert_memory_equal(valkey_store_keys(other), keys, sizeof(keys));

    valkey_store_destroy(other);
    valkey_store_destroy(store);
}


/* A failover may lead to a server that has nothing, or to a stranger. */

static void
another_server_is_asked_for_the_keys_at_once(void **state)
{
    (void) state;

    store = open_with(NULL);
    run(store);

    (void) plant_call("FLUSHALL", NULL);
    valkey_store_client(store)->greeted++;
    use_after(0);
    assert_string_equal(log_line, "was emptied: its keys are put back");

    write_meta("else");
    use_after(0);
    assert_non_null(valkey_store_keys(store));
    assert_int_equal(read_result, LEDGER_UNKNOWN);

    valkey_store_client(store)->greeted++;
    use_after(0);
    assert_null(valkey_store_keys(store));
    assert_string_equal(log_line, "its keys are damaged");

    /* Nothing else of that server is told. */

    assert_int_equal(read_result, LEDGER_FAILED);

    valkey_store_destroy(store);
}


static void
a_host_that_starts_first_in_an_emptied_store_closes_the_others(void **state)
{
    valkey_store_t  *other;

    (void) state;

    store = open_with(NULL);
    run(store);
    (void) plant_call("FLUSHALL", NULL);

    other = open_with(NULL);
    run(other);

    use_after(MINUTE);
    assert_null(valkey_store_keys(store));
    assert_string_equal(log_line, "has other keys than before");
    assert_non_null(valkey_store_keys(other));

    valkey_store_destroy(other);
    valkey_store_destroy(store);
}


/* Somebody has led hosts to another store by mistake, and back. */

static void
a_store_that_has_its_keys_again_opens(void **state)
{
    uint8_t          keys[VALKEY_STORE_KEYS_LEN];
    valkey_store_t  *other;

    (void) state;

    store = open_with(NULL);
    run(store);
    memcpy(keys, valkey_store_keys(store), sizeof(keys));

    (void) plant_call("RENAME", META, "before", NULL);
    other = open_with(NULL);
    run(other);
    valkey_store_destroy(other);

    use_after(MINUTE);
    assert_null(valkey_store_keys(store));
    assert_int_equal(notices, 0);

    (void) plant_call("RENAME", "before", META, NULL);
    use_after(1000);
    assert_non_null(valkey_store_keys(store));
    assert_memory_equal(valkey_store_keys(store), keys, sizeof(keys));
    assert_int_equal(log_lines, 1);
    assert_int_equal(notices, 1);

    valkey_store_destroy(store);
}


static int
start(void **state)
{
    (void) state;

    plant_now = PLANT_EPOCH;
    plant_clock = 1;
    log_lines = 0;
    notices = 0;
    opened = 0;
    (void) plant_call("FLUSHALL", NULL);

    return 0;
}


static int
start_plant(void **state)
{
    (void) state;
    plant_start();

    return 0;
}


static int
stop_plant(void **state)
{
    (void) state;
    plant_stop();

    return 0;
}


#define opening_test(name)  cmocka_unit_test_setup(name, start)

int
main(void)
{
    const struct CMUnitTest  tests[] = {
        opening_test(all_workers_have_the_keys_of_the_first),
        opening_test(a_worker_that_gets_no_answer_asks_again),
        opening_test(a_store_that_cannot_be_read_stays_closed_until_it_can),
        opening_test(known_keys_open_a_store_at_once),
        opening_test(a_store_that_was_emptied_gets_its_keys_back),
        opening_test(another_server_is_asked_for_the_keys_at_once),
        opening_test(
            a_host_that_starts_first_in_an_emptied_store_closes_the_others),
        opening_test(a_store_that_has_its_keys_again_opens),
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, start_plant, stop_plant);
}

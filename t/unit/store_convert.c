
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A store of schema 5 becomes one of schema 6: its rows stay, and two tables
 * and a key are added.
 */


#include <signal.h>
#include <time.h>

#include "store_old_help.h"


static void
rows_and_keys_stay_as_they_are(void **state)
{
    help_t           *h;
    ledger_record_t   record;

    h = *state;
    (void) old_store(h);
    help_open(h);
    assert_string_equal(h->detail, "converted to this version of this module");
    assert_int_equal(help_faults(h), 0);

    assert_memory_equal(lmdb_store_code_key(h->store), "0123456789abcdef", 16);
    assert_memory_equal(lmdb_store_id_key(h->store), "fedcba9876543210", 16);

    help_get(h, OLD_KEY, &record);
    assert_int_equal(record.provider, LEDGER_PROVIDER_NONE);
    help_get(h, OLD_KEY + 1, &record);
    assert_int_equal(record.provider, LEDGER_PROVIDER_TWILIO);
    assert_int_equal(record.refusals, 2);
    assert_int_equal(record.refused[1].sender, 101);
    help_get(h, OLD_KEY + 2, &record);
    assert_int_equal(record.provider, LEDGER_PROVIDER_META);
    help_get(h, OLD_KEY + 3, &record);
    assert_int_equal(record.provider, LEDGER_PROVIDER_GATEWAY);
    assert_int_equal(record.message[LEDGER_PROFILE_NAME].len, 8);

    help_close(h);
    help_open(h);
    assert_string_equal(h->detail, "");
}


static void
the_key_of_tokens_is_made_once(void **state)
{
    help_t   *h;
    uint8_t   key[16];

    h = *state;
    (void) old_store(h);
    help_open(h);
    memcpy(key, lmdb_store_token_key(h->store), 16);
    assert_memory_not_equal(key, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);

    help_close(h);
    help_open(h);
    assert_memory_equal(lmdb_store_token_key(h->store), key, 16);
}


static void
logins_go_on(void **state)
{
    help_t       *h;
    unsigned      attempt;
    ledger_op_t   op;

    h = *state;
    (void) old_store(h);
    help_open(h);

    assert_int_equal(help_message(h, LEDGER_VALIDATE, OLD_KEY, "m2"),
                     LEDGER_OK);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, OLD_KEY + 1, "m1"),
                     LEDGER_DUPLICATE);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, OLD_KEY + 1, "m2"),
                     LEDGER_OK);

    op = help_message_op(LEDGER_VALIDATE, OLD_KEY + 2, "m2");
    help_text(&op, 1 + LEDGER_USER_ID, "US.1");
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    help_now += HELP_LEASE;
    assert_int_equal(help_take(h, OLD_KEY + 3, HELP_EPOCH + HELP_LEASE,
                                &attempt),
                     LEDGER_OK);
    assert_int_equal(attempt, 2);
    assert_int_equal(help_complete(h, OLD_KEY + 3, 2, LEDGER_DELIVERED, 0),
                     LEDGER_OK);
    assert_true(help_issue(h, 0) == OLD_KEY + (HELP_LEASE << 10));
    assert_int_equal(help_faults(h), 0);
}


/*
 * Workers of schema 5 sweep the lanes before 33025: an entry of a session among
 * them would name no record of theirs, and they would remove it.
 */

static void
sessions_stand_behind_all_lanes_of_schema_5(void **state)
{
    help_t    *h = *state;
    uint64_t   key;

    (void) old_store(h);
    help_open(h);
    key = help_session(h, HELP_NUMBER);

    assert_true(help_has_session(h, key));
    assert_true(help_first_due(h, 33025) == help_now + HELP_IDLE);
    assert_int_equal(help_faults(h), 0);
}


static unsigned char *
read_file(help_t *h, size_t *len)
{
    FILE           *in;
    unsigned char  *data;

    in = fopen(help_file(h, "data.mdb"), "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *len = (size_t) ftell(in);
    rewind(in);

    data = malloc(*len);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, *len, in), *len);
    fclose(in);

    return data;
}


static void
a_reader_says_what_to_do_and_changes_nothing(void **state)
{
    size_t          len, after_len;
    help_t         *h;
    unsigned char  *before, *after;

    h = *state;
    (void) old_store(h);
    before = read_file(h, &len);

    assert_int_equal(help_try_open(h, 1), LEDGER_VERSION);
    assert_non_null(strstr(h->detail, "start nginx with this one"));

    after = read_file(h, &after_len);
    assert_int_equal(len, after_len);
    assert_memory_equal(before, after, len);

    free(before);
    free(after);
}


/* The map is hardly larger than what it holds: few pages can be written. */

static void
a_map_that_is_too_small_leaves_all_as_it_was(void **state)
{
    help_t           *h;
    ledger_record_t   record;

    h = *state;
    h->map_size = 4096 * (old_store(h) + 1);
    unlink(help_file(h, "data.mdb"));
    unlink(help_file(h, "lock.mdb"));
    (void) old_store(h);

    assert_int_equal(help_try_open(h, 0), LEDGER_UNUSABLE);
    assert_non_null(strstr(h->detail, "no room to be converted"));
    assert_int_equal(help_try_open(h, 1), LEDGER_VERSION);

    h->map_size = HELP_MAP;
    help_open(h);
    help_get(h, OLD_KEY + 3, &record);
    assert_int_equal(record.provider, LEDGER_PROVIDER_GATEWAY);
    assert_int_equal(help_faults(h), 0);
}


static int
convert(help_t *h)
{
    return help_try_open(h, 0) == LEDGER_OK ? 0 : 1;
}


/* Opens the store in a process that is killed after so many microseconds. */

static int
convert_and_kill(help_t *h, unsigned microseconds)
{
    int              status;
    pid_t            pid;
    struct timespec  wait;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        _exit(convert(h));
    }

    wait.tv_sec = 0;
    wait.tv_nsec = 1000L * (long) microseconds;
    nanosleep(&wait, NULL);
    (void) kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);

    return WIFSIGNALED(status);
}


static void
a_conversion_that_is_killed_has_not_begun(void **state)
{
    help_t           *h;
    unsigned          i, killed;
    ledger_record_t   record;

    h = *state;
    (void) old_store(h);
    killed = 0;

    for (i = 0; i < 40; i++) {
        killed += convert_and_kill(h, 100 * i);

        if (help_try_open(h, 1) == LEDGER_OK) {
            assert_int_equal(help_faults(h), 0);
            help_close(h);
            break;
        }

        assert_non_null(strstr(h->detail, "start nginx with this one"));
    }

    assert_true(killed > 0);

    help_open(h);
    assert_int_equal(help_faults(h), 0);
    help_get(h, OLD_KEY + 3, &record);
    assert_int_equal(record.provider, LEDGER_PROVIDER_GATEWAY);
}


#define test(name)                                                            \
    cmocka_unit_test_setup_teardown(name, help_setup_directory, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        test(rows_and_keys_stay_as_they_are),
        test(the_key_of_tokens_is_made_once),
        test(logins_go_on),
        test(sessions_stand_behind_all_lanes_of_schema_5),
        test(a_reader_says_what_to_do_and_changes_nothing),
        test(a_map_that_is_too_small_leaves_all_as_it_was),
        test(a_conversion_that_is_killed_has_not_begun)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

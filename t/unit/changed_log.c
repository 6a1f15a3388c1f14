
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The log of changed keys: a reader sees each published key once and in
 * order, nothing that is not published, and is told when it has lost some.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lmdb_store/changed_log.h"


#define READ_MAX      64
#define RACE_READERS  3
#define RACE_KEYS     ((uint64_t) 400 * CHANGED_LOG_SLOTS)


static int
setup(void **state)
{
    *state = mmap(NULL, sizeof(changed_log_t), PROT_READ|PROT_WRITE,
                  MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    return *state == MAP_FAILED;
}


static int
teardown(void **state)
{
    return munmap(*state, sizeof(changed_log_t));
}


/* Writes so many keys, each its own position, and returns where they end. */

static uint64_t
write_keys(changed_log_t *log, uint64_t n)
{
    uint64_t  pos, end;

    pos = changed_log_head(log);

    for (end = pos + n; pos != end; /* void */ ) {
        pos = changed_log_write(log, pos, pos);
    }

    return end;
}


static void
expect_keys(changed_log_t *log, uint64_t *pos, unsigned n)
{
    unsigned  i;
    uint64_t  keys[READ_MAX], from;

    from = *pos;

    assert_int_equal(changed_log_read(log, pos, keys, READ_MAX), n);
    assert_int_equal(*pos, from + n);

    for (i = 0; i < n; i++) {
        assert_int_equal(keys[i], from + i);
    }
}


static void
expect_lost(changed_log_t *log, uint64_t *pos)
{
    uint64_t  keys[READ_MAX];

    assert_int_equal(changed_log_read(log, pos, keys, READ_MAX),
                     CHANGED_LOG_LOST);
    assert_int_equal(*pos, changed_log_head(log));
}


static void
test_keys_are_seen_once_and_in_order(void **state)
{
    uint64_t        pos;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);

    assert_int_equal(changed_log_publish(log, write_keys(log, 3)), 1);
    expect_keys(log, &pos, 3);
    expect_keys(log, &pos, 0);

    assert_int_equal(changed_log_publish(log, write_keys(log, READ_MAX + 1)),
                     1);
    expect_keys(log, &pos, READ_MAX);
    expect_keys(log, &pos, 1);
    expect_keys(log, &pos, 0);
}


static void
test_two_readers_go_at_their_own_pace(void **state)
{
    uint64_t        early, late;
    changed_log_t  *log = *state;

    early = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, 2));

    late = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, 3));

    expect_keys(log, &late, 3);
    expect_keys(log, &early, 5);
}


static void
test_what_is_not_published_is_not_seen(void **state)
{
    uint64_t        pos, end;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);
    end = write_keys(log, 5);
    expect_keys(log, &pos, 0);

    /* Another holder, who knows of no commit, writes over it. */

    assert_int_equal(write_keys(log, 2), end - 3);
    (void) changed_log_publish(log, end - 3);
    expect_keys(log, &pos, 2);
    expect_keys(log, &pos, 0);
}


static void
test_publishing_twice_or_late_changes_nothing(void **state)
{
    uint64_t        pos, first, second;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);

    first = write_keys(log, 2);
    assert_int_equal(changed_log_publish(log, first), 1);
    second = write_keys(log, 2);
    assert_int_equal(changed_log_publish(log, second), 1);

    assert_int_equal(changed_log_publish(log, first), 0);
    assert_int_equal(changed_log_publish(log, second), 0);
    expect_keys(log, &pos, 4);
}


static void
test_a_reader_that_was_lapped_is_told(void **state)
{
    uint64_t        pos;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, CHANGED_LOG_SLOTS));
    expect_keys(log, &pos, READ_MAX);

    (void) changed_log_publish(log, write_keys(log, READ_MAX + 1));
    expect_lost(log, &pos);

    (void) changed_log_publish(log, write_keys(log, 1));
    expect_keys(log, &pos, 1);
}


static void
test_a_transaction_larger_than_the_log_is_told(void **state)
{
    uint64_t        pos;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, CHANGED_LOG_SLOTS + 1));

    expect_lost(log, &pos);
    expect_keys(log, &pos, 0);
}


/* A slot may be spoilt long before head moves, or although it never does. */

static void
test_a_slot_that_is_written_over_is_told(void **state)
{
    uint64_t        pos;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, CHANGED_LOG_SLOTS));
    (void) write_keys(log, 1);

    expect_lost(log, &pos);
}


static void
test_a_spoilt_slot_is_told_after_its_writer_has_died(void **state)
{
    uint64_t        pos;
    changed_log_t  *log = *state;

    pos = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, CHANGED_LOG_SLOTS));
    (void) write_keys(log, READ_MAX + 1);
    (void) write_keys(log, 1);

    pos += READ_MAX;
    expect_lost(log, &pos);
}


static void
test_a_holder_may_say_that_all_is_lost(void **state)
{
    uint64_t        behind, near;
    changed_log_t  *log = *state;

    behind = changed_log_head(log);
    (void) changed_log_publish(log, write_keys(log, 2));
    near = changed_log_head(log);

    assert_int_equal(changed_log_publish(log, changed_log_write_lost(log,
                                                                     near)),
                     1);
    expect_lost(log, &behind);
    expect_lost(log, &near);

    (void) changed_log_publish(log, write_keys(log, 1));
    expect_keys(log, &behind, 1);
    expect_keys(log, &near, 1);
}


/* Each key is its position: whatever a reader gets, it must be the next. */

static void
race_read(changed_log_t *log)
{
    unsigned  i, n;
    uint64_t  pos, before, keys[READ_MAX];

    for (pos = 0; pos < RACE_KEYS; /* void */ ) {
        before = pos;
        n = changed_log_read(log, &pos, keys, READ_MAX);

        if (n == CHANGED_LOG_LOST) {
            continue;
        }

        for (i = 0; i < n; i++) {
            if (keys[i] != before + i) {
                _exit(1);
            }
        }
    }

    _exit(0);
}


static void
test_readers_in_other_processes_see_no_wrong_key(void **state)
{
    int             status;
    pid_t           pids[RACE_READERS];
    unsigned        i;
    changed_log_t  *log = *state;

    for (i = 0; i < RACE_READERS; i++) {
        pids[i] = fork();
        assert_int_not_equal(pids[i], -1);

        if (pids[i] == 0) {
            alarm(60);
            race_read(log);
        }
    }

    /* Some of it is written, given up, and written again. */

    for (i = 1; changed_log_head(log) < RACE_KEYS; i = i * 7 % 1021) {
        (void) write_keys(log, i * 3 % 97);
        (void) changed_log_publish(log, write_keys(log, i));
    }

    for (i = 0; i < RACE_READERS; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}


int
main(void)
{
#define TEST(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)

    const struct CMUnitTest  tests[] = {
        TEST(test_keys_are_seen_once_and_in_order),
        TEST(test_two_readers_go_at_their_own_pace),
        TEST(test_what_is_not_published_is_not_seen),
        TEST(test_publishing_twice_or_late_changes_nothing),
        TEST(test_a_reader_that_was_lapped_is_told),
        TEST(test_a_transaction_larger_than_the_log_is_told),
        TEST(test_a_slot_that_is_written_over_is_told),
        TEST(test_a_spoilt_slot_is_told_after_its_writer_has_died),
        TEST(test_a_holder_may_say_that_all_is_lost),
        TEST(test_readers_in_other_processes_see_no_wrong_key),
    };

    return cmocka_run_group_tests_name("changed_log", tests, NULL, NULL);
}

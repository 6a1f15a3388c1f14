
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Several processes at one store. */


#include "store_help.h"


static int
fill_a_larger_map(help_t *h)
{
    unsigned     i, n;
    ledger_op_t  op;

    h->map_size = 4 * 1024 * 1024;
    help_open(h);

    for (i = 0; i < 20; i++) {

        if (lmdb_store_begin(h->store) != LEDGER_OK) {
            return 1;
        }

        for (n = 0; n < 1000; n++) {
            op = help_issue_op(0);

            if (lmdb_store_apply(h->store, &op) || op.result) {
                return 1;
            }
        }

        if (lmdb_store_commit(h->store) != LEDGER_OK) {
            return 1;
        }
    }

    return 0;
}


typedef struct {
    int  begin[2];
    int  done[2];
} pipes_t;


/* A process that opens before the other one enlarges and reads after. */

static int
read_across_growth(help_t *h, const pipes_t *pipes, uint64_t key, int writes)
{
    char             c;
    ledger_record_t  record;

    h->map_size = 1024 * 1024;
    help_open(h);

    if (write(pipes->begin[1], "b", 1) != 1
        || read(pipes->done[0], &c, 1) != 1)
    {
        return 1;
    }

    if (writes) {

        if (lmdb_store_begin(h->store) != LEDGER_OK) {
            return 2;
        }

        lmdb_store_abort(h->store);
    }

    return help_try_get(h, key, &record) == LEDGER_OK ? 0 : 3;
}


static void
open_stores_survive_growth(help_t *h, int writes)
{
    int       status;
    char      c;
    pid_t     pid;
    pipes_t   pipes;
    uint64_t  key;

    h->map_size = 1024 * 1024;
    help_open(h);
    key = help_issue(h, 0);
    help_close(h);

    assert_int_equal(pipe(pipes.begin), 0);
    assert_int_equal(pipe(pipes.done), 0);

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        _exit(read_across_growth(h, &pipes, key, writes));
    }

    assert_int_equal(read(pipes.begin[0], &c, 1), 1);
    assert_int_equal(help_in_child(fill_a_larger_map, h), 0);
    assert_int_equal(write(pipes.done[1], "d", 1), 1);

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);

    close(pipes.begin[0]);
    close(pipes.begin[1]);
    close(pipes.done[0]);
    close(pipes.done[1]);
}


static void
reads_go_on_when_the_map_outgrows_theirs(void **state)
{
    open_stores_survive_growth(*state, 0);
}


static void
writes_go_on_when_the_map_outgrows_theirs(void **state)
{
    open_stores_survive_growth(*state, 1);
}


static int
open_and_issue(help_t *h)
{
    unsigned  i;

    help_open(h);

    for (i = 0; i < 5; i++) {
        (void) help_issue(h, 0);
    }

    help_close(h);

    return 0;
}


static void
processes_that_start_together_make_one_store(void **state)
{
    int                 status, i;
    help_t             *h;
    lmdb_store_stat_t   stat;

    h = *state;

    for (i = 0; i < 8; i++) {

        if (fork() == 0) {
            _exit(open_and_issue(h));
        }
    }

    for (i = 0; i < 8; i++) {
        assert_int_not_equal(wait(&status), -1);
        assert_int_equal(status, 0);
    }

    help_open(h);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.records, 40);
    assert_int_equal(help_faults(h), 0);
}


static int
open_and_close(help_t *h)
{
    if (help_try_open(h, 0) != LEDGER_OK
        || lmdb_store_begin(h->store) != LEDGER_OK)
    {
        return 1;
    }

    lmdb_store_abort(h->store);
    help_close(h);

    return 0;
}


static int
open_and_close_again_and_again(help_t *h)
{
    unsigned  i;

    for (i = 0; i < 50; i++) {

        if (help_in_child(open_and_close, h) != 0) {
            return 1;
        }
    }

    return 0;
}


/* LMDB 0.9.26 to 0.9.31 fails here if its mdb_env_close() is called. */

static void
processes_that_end_spoil_nothing_for_those_that_begin(void **state)
{
    int      status, i, failed;
    help_t  *h;

    h = *state;
    failed = 0;

    for (i = 0; i < 4; i++) {

        if (fork() == 0) {
            _exit(open_and_close_again_and_again(h));
        }
    }

    for (i = 0; i < 4; i++) {
        assert_int_not_equal(wait(&status), -1);
        failed += status != 0;
    }

    assert_int_equal(failed, 0);

    help_open(h);
    (void) help_issue(h, 0);
}


static int
die_in_a_transaction(help_t *h)
{
    ledger_op_t  op;

    help_open(h);
    op = help_issue_op(0);

    return lmdb_store_begin(h->store) != LEDGER_OK
           || lmdb_store_apply(h->store, &op) != 0;
}


static void
a_writer_that_dies_blocks_nobody_and_leaves_nothing(void **state)
{
    help_t             *h;
    lmdb_store_stat_t   stat;

    h = *state;
    assert_int_equal(help_in_child(die_in_a_transaction, h), 0);

    help_open(h);
    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.records, 0);
    assert_true(help_issue(h, 0) == HELP_EPOCH << 10);
}


#define test(name)                                                            \
    cmocka_unit_test_setup_teardown(name, help_setup_directory, help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        test(reads_go_on_when_the_map_outgrows_theirs),
        test(writes_go_on_when_the_map_outgrows_theirs),
        test(processes_that_start_together_make_one_store),
        test(processes_that_end_spoil_nothing_for_those_that_begin),
        test(a_writer_that_dies_blocks_nobody_and_leaves_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

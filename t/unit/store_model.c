
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The store against a model in memory: the same random operations on both,
 * in a process that is killed with SIGKILL at random moments.
 *
 * A batch of operations is one transaction.  It follows from the seed, its
 * number and the model as it stands, and it leaves its number as a mark in
 * the store.  After a kill the mark tells how many batches the store has
 * seen; the parent lets its own model catch up and compares everything.
 *
 * WHATSAUTH_MODEL_OPS and WHATSAUTH_MODEL_SEED change the constants below.
 */


#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "store_model_run.h"


#define MODEL_OPS      100000
#define MODEL_SEED     UINT64_C(0x5eed)
#define MODEL_BATCHES  600          /* of one process, unless it is killed */


static void
run_child(help_t *h, model_t *m)
{
    unsigned  i;

    help_open(h);

    for (i = 0; i < MODEL_BATCHES; i++) {
        do_batch(m, h);
    }

    help_close(h);
    _exit(0);
}


/* One process from its start to its death; returns 1 if it was killed. */

static int
run_and_kill(help_t *h, model_t *m, unsigned microseconds)
{
    int              status;
    pid_t            pid;
    struct timespec  wait;

    fflush(NULL);
    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        run_child(h, m);
    }

    wait.tv_sec = 0;
    wait.tv_nsec = (long) microseconds * 1000;
    nanosleep(&wait, NULL);

    (void) kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);

    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), 0);
        return 0;
    }

    assert_int_equal(WTERMSIG(status), SIGKILL);

    return 1;
}


static void
catch_up(help_t *h, model_t *m)
{
    uint64_t  mark;

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    mark = lmdb_store_get_mark(h->store, MODEL_MARK);
    lmdb_store_abort(h->store);

    assert_true(mark >= m->batch);

    while (m->batch < mark) {
        do_batch(m, NULL);
    }

    help_now = m->now;
}


static uint64_t
setting(const char *name, uint64_t otherwise)
{
    const char  *value;

    value = getenv(name);
    return value == NULL ? otherwise : strtoull(value, NULL, 0);
}


static void
store_and_model_agree_across_kills(void **state)
{
    help_t    *h;
    model_t   *m;
    uint64_t   ops, dice;
    unsigned   kills, i;

    h = *state;
    m = calloc(1, sizeof(model_t));
    assert_non_null(m);

    m->engine = &engine;
    m->now = HELP_EPOCH;
    m->seed = setting("WHATSAUTH_MODEL_SEED", MODEL_SEED);
    ops = setting("WHATSAUTH_MODEL_OPS", MODEL_OPS);
    dice = m->seed;
    kills = 0;

    while (m->ops < ops) {
        dice = dice * UINT64_C(6364136223846793005) + 1;
        kills += run_and_kill(h, m, (unsigned) (dice >> 33) % 60000);

        help_open(h);
        catch_up(h, m);
        compare_all(h, m);
        help_close(h);
    }

    print_message("# %llu operations in %llu transactions, %u kills;"
                  " %llu sessions, %llu displaced, touched %llu times\n",
                  (unsigned long long) m->ops, (unsigned long long) m->batch,
                  kills, (unsigned long long) m->begun,
                  (unsigned long long) m->displaced,
                  (unsigned long long) m->touched);

    /* Operations that all ended alike would prove little. */
    for (i = LEDGER_OK; i <= LEDGER_RESENT; i++) {
        assert_true(m->results[i] > ops / 5000);
    }

    assert_true(m->begun > ops / 500);
    assert_true(m->displaced > 0);
    assert_true(m->touched > ops / 500);

    free(m);
}


/* Memory will do: what a killed process has written stays. */

static int
setup(void **state)
{
    help_t  *h;

    (void) help_setup_directory(state);
    h = *state;

    if (access("/dev/shm", W_OK) == 0) {
        assert_int_equal(rmdir(h->dir), 0);
        strcpy(h->dir, "/dev/shm/lmdb_store.XXXXXX");
        assert_non_null(mkdtemp(h->dir));
    }

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(store_and_model_agree_across_kills,
                                        setup, help_teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Workers that push, turn and read are killed at random and replaced for a
 * while.  There are more of them than seats, so each gives its seat back when
 * nothing of its own is under way, and takes one again.  In the end everything
 * that was pushed must be in the store exactly once, its result seen by the
 * one who pushed it or by nobody, and nobody may hang.
 */


#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>

#include "commit_ring_help.h"


#define KILL_WORKERS        (2 * HELP_SEATS)
#define KILL_MILLISECONDS   1500
#define KILL_UNDER_WAY      32
#define KILL_STUCK_SECONDS  30


typedef struct {
    atomic_int     stop;
    atomic_uint    numbers;
    atomic_uchar   pushed[HELP_OPS_MAX];
    atomic_uchar   answered[HELP_OPS_MAX];
    atomic_int     owner[HELP_OPS_MAX];
    atomic_uint    handovers;
} account_t;

static account_t  *account;
static help_t     *worker;
static atomic_int  worker_done;


static void *
worker_turns(void *data)
{
    commit_ring_turn_t  turn;

    (void) data;

    while (!atomic_load(&worker_done)) {
        commit_ring_turn(worker->ring, worker->store, help_wake, worker,
                         &turn);

        if (turn.result != LEDGER_OK) {
            _exit(2);
        }

        if (turn.applied == 0) {
            usleep(100);
        }
    }

    return NULL;
}


static unsigned
worker_push(unsigned seat)
{
    unsigned  number;

    number = atomic_fetch_add(&account->numbers, 1);

    if (number >= HELP_OPS_MAX) {
        return 0;
    }

    atomic_store(&account->owner[number], getpid());

    if (help_push(worker, seat, number) != LEDGER_OK) {
        return 0;
    }

    atomic_store(&account->pushed[number], 1);

    return 1;
}


static unsigned
worker_read(unsigned seat)
{
    unsigned                n;
    uintptr_t               number;
    const ledger_op_t  *op;

    for (n = 0; (op = commit_ring_next(worker->ring, seat)) != NULL; n++) {
        number = (uintptr_t) op->owner;

        if (op->result != LEDGER_OK || number >= HELP_OPS_MAX
            || atomic_load(&account->owner[number]) != getpid())
        {
            _exit(3);
        }

        atomic_fetch_add(&account->answered[number], 1);
        commit_ring_retire(worker->ring, seat);
    }

    return n;
}


/* Takes a seat, has so many operations done, and gives it back. */

static void
worker_sit(help_t *h, unsigned pushes)
{
    unsigned  n, seat, under_way;

    seat = commit_ring_join(h->ring, getpid());

    if (seat == COMMIT_RING_NO_SEAT) {
        usleep(50);
        return;
    }

    atomic_fetch_add(&account->handovers, 1);
    under_way = 0;

    while (pushes > 0 || under_way > 0) {
        if (pushes > 0 && under_way < KILL_UNDER_WAY) {
            under_way += worker_push(seat);
            pushes--;
        }

        n = worker_read(seat);
        under_way -= n;

        if (n == 0) {
            usleep(20);
        }
    }

    commit_ring_leave(h->ring, seat);
}


static void
worker_run(help_t *h)
{
    unsigned   pushes;
    pthread_t  thread;

    /* A test that fails leaves no worker behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    worker = h;
    help_open(h);

    if (pthread_create(&thread, NULL, worker_turns, NULL) != 0) {
        _exit(4);
    }

    for (pushes = 1; !atomic_load(&account->stop); pushes = pushes * 3 % 101) {
        worker_sit(h, pushes);
    }

    atomic_store(&worker_done, 1);
    pthread_join(thread, NULL);
    _exit(0);
}


static pid_t
worker_spawn(help_t *h)
{
    pid_t  pid;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        worker_run(h);
    }

    return pid;
}


static unsigned
kill_and_replace(help_t *h, pid_t pids[KILL_WORKERS])
{
    int       status;
    time_t    start;
    unsigned  i, kills, seed;

    seed = (unsigned) getpid();
    start = time(NULL);

    for (kills = 0; kills < KILL_MILLISECONDS / 10; kills++) {
        usleep((useconds_t) (1000 + rand_r(&seed) % 18000));
        i = (unsigned) rand_r(&seed) % KILL_WORKERS;

        kill(pids[i], SIGKILL);
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFSIGNALED(status));

        pids[i] = worker_spawn(h);
        assert_true(time(NULL) - start < KILL_STUCK_SECONDS);
    }

    return kills;
}


static void
test_killed_workers_lose_nothing_and_block_nobody(void **state)
{
    int                  status;
    pid_t                pids[KILL_WORKERS];
    help_t              *h = *state;
    unsigned             answered, handovers, i, kills, orphans, *counts;
    commit_ring_turn_t   turn;

    account = mmap(NULL, sizeof(account_t), PROT_READ|PROT_WRITE,
                   MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(account, MAP_FAILED);

    /* A worker that hangs ends the test with it. */
    alarm(2 * KILL_STUCK_SECONDS);

    for (i = 0; i < KILL_WORKERS; i++) {
        pids[i] = worker_spawn(h);
    }

    kills = kill_and_replace(h, pids);

    atomic_store(&account->stop, 1);

    for (i = 0; i < KILL_WORKERS; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }

    help_open(h);

    help_outlast_leader();

    do {
        turn = help_turn(h);
        assert_int_equal(turn.result, LEDGER_OK);
    } while (commit_ring_wanted(h->ring));

    counts = help_counts(h);
    answered = 0;
    orphans = 0;

    for (i = 0; i < HELP_OPS_MAX; i++) {
        assert_true(counts[i] <= 1);
        assert_true(account->answered[i] <= counts[i]);
        assert_true(account->pushed[i] <= counts[i]);

        answered += account->answered[i];
        orphans += counts[i] - account->answered[i];
    }

    free(counts);
    handovers = account->handovers;
    munmap(account, sizeof(account_t));
    alarm(0);

    print_message("# %u kills, %u operations answered, %u of dead workers, "
                  "%u seats taken\n", kills, answered, orphans, handovers);
    assert_true(answered > kills);
    assert_true(orphans > 0);
    assert_true(handovers > 2 * kills);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(
            test_killed_workers_lose_nothing_and_block_nobody, help_setup,
            help_teardown),
    };

    return cmocka_run_group_tests_name("commit_ring_kill", tests, NULL, NULL);
}

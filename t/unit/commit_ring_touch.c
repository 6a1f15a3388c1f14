
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Three workers use one session at once, and somebody ends it meanwhile.  One
 * use is written, none after the end counts, and none brings the session back.
 */


#include <stdatomic.h>

#include "commit_ring_login_help.h"


#define ROUNDS         40
#define WORKERS        (HELP_SEATS - 1)
#define USES           50              /* of each worker */
#define PUSHES         5               /* before it makes a turn */
#define STUCK_SECONDS  60

#define IDLE           UINT64_C(3600000)


/* In memory of all processes. */

typedef struct {
    _Atomic uint64_t  now;
    atomic_uint       moved;
    atomic_uint       late;            /* OK after UNKNOWN */
    atomic_uint       unknown;
} shared_t;

static shared_t  *shared;


static uint64_t
now(void)
{
    return atomic_load(&shared->now);
}


static uint64_t
begin_session(help_t *h)
{
    ledger_op_t  op;

    op = help_op(LEDGER_COLLECT);
    op.u.collect.key = help_validated(h);
    op.u.collect.session = 1;
    op.u.collect.absolute = 100 * IDLE;
    op.u.collect.idle = IDLE;
    memset(op.u.collect.digest, 'c', LEDGER_DIGEST_LEN);
    op.text[LEDGER_OP_SUBJECT] = help_text(HELP_NUMBER);
    assert_int_equal(help_apply(h, &op), LEDGER_OK);

    return op.u.collect.key;
}


static unsigned
worker_read(help_t *h, unsigned seat, int *ended)
{
    unsigned            n;
    const ledger_op_t  *op;

    for (n = 0; (op = commit_ring_next(h->ring, seat)) != NULL; n++) {

        if (op->result == LEDGER_OK) {
            atomic_fetch_add(&shared->moved, op->u.touch.moved);
            atomic_fetch_add(&shared->late, (unsigned) *ended);

        } else if (op->result == LEDGER_UNKNOWN) {
            atomic_fetch_add(&shared->unknown, 1);
            *ended = 1;

        } else {
            _exit(5);
        }

        commit_ring_retire(h->ring, seat);
    }

    return n;
}


static void
worker(help_t *h, uint64_t key)
{
    int          ended;
    unsigned     pushed, read, seat;
    ledger_op_t  op;

    help_open_at(h, now);
    seat = help_join(h);

    op = help_op(LEDGER_TOUCH);
    op.u.touch.key = key;
    ended = 0;

    for (pushed = 0, read = 0; read < USES; /* void */) {

        while (pushed < USES) {

            if (commit_ring_push(h->ring, seat, &op) != LEDGER_OK) {
                _exit(3);
            }

            if (++pushed % PUSHES == 0) {
                break;
            }
        }

        if (help_turn(h).result != LEDGER_OK) {
            _exit(4);
        }

        read += worker_read(h, seat, &ended);
    }

    commit_ring_leave(h->ring, seat);
    _exit(0);
}


static void
run(help_t *h, uint64_t key, unsigned *seed)
{
    pid_t        pid[WORKERS];
    unsigned     i;
    ledger_op_t  op;

    for (i = 0; i < WORKERS; i++) {
        pid[i] = fork();
        assert_int_not_equal(pid[i], -1);

        if (pid[i] == 0) {
            worker(h, key);
        }
    }

    help_open_at(h, now);
    usleep((useconds_t) rand_r(seed) % 15000);

    op = help_op(LEDGER_REVOKE);
    op.u.revoke.key = key;
    assert_int_equal(help_apply(h, &op), LEDGER_OK);

    for (i = 0; i < WORKERS; i++) {
        help_wait(pid[i], 0);
    }
}


static void
note_fault(const char *sentence, void *data)
{
    (void) data;
    print_message("# %s\n", sentence);
}


static void
check(help_t *h, uint64_t key)
{
    uint64_t               faults;
    ledger_session_copy_t  session;

    assert_int_equal(lmdb_store_get_session(h->store, key, &session),
                     LEDGER_UNKNOWN);
    assert_int_equal(lmdb_store_check(h->store, note_fault, NULL, &faults),
                     LEDGER_OK);
    assert_true(faults == 0);
}


static void
one_use_of_many_is_written_and_none_after_the_end(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   i, moved, seed, between;

    shared = mmap(NULL, sizeof(shared_t), PROT_READ|PROT_WRITE,
                  MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(shared, MAP_FAILED);

    /* A worker that hangs ends the test with it. */
    alarm(STUCK_SECONDS);

    seed = (unsigned) getpid();
    between = 0;
    atomic_store(&shared->now, UINT64_C(1800000000000));

    for (i = 0; i < ROUNDS; i++) {
        help_open_at(h, now);
        key = begin_session(h);
        lmdb_store_close(h->store);
        h->store = NULL;

        atomic_fetch_add(&shared->now, IDLE / 2);
        atomic_store(&shared->moved, 0);
        atomic_store(&shared->unknown, 0);

        run(h, key, &seed);
        check(h, key);
        lmdb_store_close(h->store);
        h->store = NULL;

        moved = atomic_load(&shared->moved);
        assert_true(moved <= 1);
        assert_int_equal(moved,
                         atomic_load(&shared->unknown) < WORKERS * USES);
        between += moved && atomic_load(&shared->unknown);
    }

    assert_int_equal(atomic_load(&shared->late), 0);
    print_message("# %u of %u sessions ended while they were used\n", between,
                  ROUNDS);
    assert_true(between > 0);

    munmap(shared, sizeof(shared_t));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(
            one_use_of_many_is_written_and_none_after_the_end, help_setup,
            help_teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Three workers use one session at once, and somebody ends it meanwhile.  One
 * use is written, none after the end counts, and none brings the session back.
 */


#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#include "commit_ring_help.h"


#define ROUNDS         40
#define WORKERS        (HELP_SEATS - 1)
#define USES           50              /* of each worker */
#define PUSHES         5               /* before it makes a turn */
#define STUCK_SECONDS  60

#define IDLE           UINT64_C(3600000)
#define NUMBER         "56911111111"


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


static void
open_store(help_t *h)
{
    char                  detail[LMDB_STORE_DETAIL_MAX];
    lmdb_store_options_t  options;

    memset(&options, 0, sizeof(options));
    options.path = h->dir;
    options.map_size = (size_t) 64 * 1024 * 1024;
    options.max_readers = 64;
    options.now = now;

    if (lmdb_store_open(&options, &h->store, detail) != LEDGER_OK) {
        fail_msg("cannot open the store: %s", detail);
    }
}


static ledger_op_t
make_op(ledger_kind_t kind)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = kind;
    op.text[LEDGER_APP].data = "shop";
    op.text[LEDGER_APP].len = 4;

    return op;
}


static ledger_result_t
apply(help_t *h, ledger_op_t *op)
{
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_apply(h->store, op), 0);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    return op->result;
}


static uint64_t
begin_session(help_t *h)
{
    uint64_t       key;
    ledger_op_t    op;
    ledger_text_t  number;

    number.data = NUMBER;
    number.len = sizeof(NUMBER) - 1;

    op = make_op(LEDGER_ISSUE);
    op.u.issue.lifetime = 3600000;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.issue.flags = LEDGER_CLAIMED;
    op.u.issue.claim_flags = LEDGER_CLAIM_PAGE;
    assert_int_equal(apply(h, &op), LEDGER_OK);
    key = op.u.issue.key;

    op = make_op(LEDGER_VALIDATE);
    op.u.message.key = key;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    ledger_message_text(&op, LEDGER_SENDER) = number;
    assert_int_equal(apply(h, &op), LEDGER_OK);

    op = make_op(LEDGER_COLLECT);
    op.u.collect.key = key;
    op.u.collect.session = 1;
    op.u.collect.absolute = 100 * IDLE;
    op.u.collect.idle = IDLE;
    op.text[LEDGER_OP_SUBJECT] = number;
    assert_int_equal(apply(h, &op), LEDGER_OK);

    return key;
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

    /* A test that fails leaves no worker behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    open_store(h);
    seat = commit_ring_join(h->ring, getpid());

    if (seat == COMMIT_RING_NO_SEAT) {
        _exit(2);
    }

    op = make_op(LEDGER_TOUCH);
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
    int          status;
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

    open_store(h);
    usleep((useconds_t) rand_r(seed) % 15000);

    op = make_op(LEDGER_REVOKE);
    op.u.revoke.key = key;
    assert_int_equal(apply(h, &op), LEDGER_OK);

    for (i = 0; i < WORKERS; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
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
        open_store(h);
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

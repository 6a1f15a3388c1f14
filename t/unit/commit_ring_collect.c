
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Two hundred requests collect one claim at once, from four workers of which
 * one is killed meanwhile.  One of them gets it; all others learn that somebody
 * has; the session is made once, and the winner may ask again.
 */


#include <stdatomic.h>

#include "commit_ring_login_help.h"


#define ROUNDS         50
#define WORKERS        HELP_SEATS
#define REQUESTS       50              /* of each worker */
#define PUSHES         10              /* before it makes a turn */
#define STUCK_SECONDS  60


/* The result of each request of a round. */

typedef struct {
    atomic_int   answer[WORKERS * REQUESTS];     /* result + 1, 0: nothing */
    atomic_uint  repeated;
} account_t;

static account_t  *account;


/* Each request of a browser or a site has a key of its own. */

static ledger_op_t
collect_op(uint64_t key, unsigned request)
{
    ledger_op_t  op;

    op = help_op(LEDGER_COLLECT);
    op.owner = (void *) (uintptr_t) request;
    op.u.collect.key = key;
    op.u.collect.session = 1;
    op.u.collect.absolute = 3600000;
    op.u.collect.idle = 3600000;
    op.text[LEDGER_OP_SUBJECT] = help_text(HELP_NUMBER);
    memset(op.u.collect.digest, 'c', LEDGER_DIGEST_LEN);
    memset(op.u.collect.session_digest, 's', LEDGER_DIGEST_LEN);
    memcpy(op.u.collect.collect_key, &request, sizeof(request));

    return op;
}


static unsigned
worker_read(help_t *h, unsigned seat)
{
    unsigned            n;
    const ledger_op_t  *op;

    for (n = 0; (op = commit_ring_next(h->ring, seat)) != NULL; n++) {
        atomic_store(&account->answer[(uintptr_t) op->owner],
                     (int) op->result + 1);

        if (op->result == LEDGER_OK) {
            atomic_fetch_add(&account->repeated, op->u.collect.repeated);
        }

        commit_ring_retire(h->ring, seat);
    }

    return n;
}


static void
worker(help_t *h, uint64_t key, unsigned number)
{
    unsigned            pushed, read, seat;
    ledger_op_t         op;
    commit_ring_turn_t  turn;

    help_open(h);
    seat = help_join(h);

    for (pushed = 0, read = 0; read < REQUESTS; /* void */) {

        do {
            if (pushed == REQUESTS) {
                break;
            }

            op = collect_op(key, number * REQUESTS + pushed);

            if (commit_ring_push(h->ring, seat, &op) != LEDGER_OK) {
                _exit(3);
            }

        } while (++pushed % PUSHES);

        turn = help_turn(h);

        if (turn.result != LEDGER_OK) {
            _exit(4);
        }

        read += worker_read(h, seat);
    }

    commit_ring_leave(h->ring, seat);
    _exit(0);
}


/* Returns the worker that was killed. */

static unsigned
run_and_kill(help_t *h, uint64_t key, unsigned *seed)
{
    pid_t     pid[WORKERS];
    unsigned  i, victim;

    for (i = 0; i < WORKERS; i++) {
        pid[i] = fork();
        assert_int_not_equal(pid[i], -1);

        if (pid[i] == 0) {
            worker(h, key, i);
        }
    }

    usleep((useconds_t) rand_r(seed) % 8000);
    victim = (unsigned) rand_r(seed) % WORKERS;
    kill(pid[victim], SIGKILL);

    for (i = 0; i < WORKERS; i++) {
        help_wait(pid[i], i == victim);
    }

    return victim;
}


/* An operation that a dead worker has pushed is applied all the same. */

static void
settle(help_t *h)
{
    commit_ring_turn_t  turn;

    help_outlast_leader();

    do {
        turn = help_turn(h);
        assert_int_equal(turn.result, LEDGER_OK);
    } while (commit_ring_wanted(h->ring));
}


static unsigned
winner(help_t *h, uint64_t key)
{
    unsigned       request;
    ledger_copy_t  copy;

    assert_int_equal(lmdb_store_get(h->store, key, &copy), LEDGER_OK);
    assert_true(copy.record.claim.collected_at > 0);
    memcpy(&request, copy.record.claim.collect_key, sizeof(request));

    return request;
}


/* Returns 1 if the one that has got it was told so. */

static unsigned
check_answers(unsigned won, unsigned victim)
{
    unsigned  answer, i, told;

    told = 0;
    assert_int_equal(atomic_load(&account->repeated), 0);

    for (i = 0; i < WORKERS * REQUESTS; i++) {
        answer = (unsigned) atomic_load(&account->answer[i]);

        if (answer == 0) {
            assert_int_equal(i / REQUESTS, victim);
            continue;
        }

        assert_int_equal(answer - 1, i == won ? LEDGER_OK : LEDGER_COLLECTED);
        told |= (i == won);
    }

    return told;
}


static void
check_session(help_t *h, uint64_t key, unsigned won)
{
    ledger_op_t            op;
    ledger_text_t          app, number;
    ledger_subject_copy_t  subject;
    ledger_session_copy_t  session;

    app = help_text("shop");
    number = help_text(HELP_NUMBER);

    assert_int_equal(lmdb_store_get_subject(h->store, &app, &number, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.subject.n_sessions, 1);
    assert_true(subject.subject.session[0].key == key);
    assert_int_equal(lmdb_store_get_session(h->store, key, &session),
                     LEDGER_OK);

    /* A lost answer, asked for again; then a logout, which nothing undoes. */

    op = collect_op(key, won);
    assert_int_equal(help_apply(h, &op), LEDGER_OK);
    assert_int_equal(op.u.collect.repeated, 1);

    op = help_op(LEDGER_REVOKE);
    op.u.revoke.key = key;
    assert_int_equal(help_apply(h, &op), LEDGER_OK);

    op = collect_op(key, won);
    assert_int_equal(help_apply(h, &op), LEDGER_OK);
    assert_int_equal(lmdb_store_get_session(h->store, key, &session),
                     LEDGER_UNKNOWN);
}


static void
one_of_two_hundred_requests_collects_the_claim(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   i, seed, told, victim, won;

    account = mmap(NULL, sizeof(account_t), PROT_READ|PROT_WRITE,
                   MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(account, MAP_FAILED);

    /* A worker that hangs ends the test with it. */
    alarm(STUCK_SECONDS);

    seed = (unsigned) getpid();
    told = 0;

    for (i = 0; i < ROUNDS; i++) {
        memset(account, 0, sizeof(account_t));

        help_open(h);
        key = help_validated(h);
        lmdb_store_close(h->store);

        victim = run_and_kill(h, key, &seed);

        help_open(h);
        settle(h);

        won = winner(h, key);
        told += check_answers(won, victim);
        check_session(h, key, won);

        lmdb_store_close(h->store);
        h->store = NULL;
    }

    alarm(0);
    munmap(account, sizeof(account_t));

    print_message("# %u rounds, %u winners were told so\n", ROUNDS, told);
    assert_true(told > ROUNDS / 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(
            one_of_two_hundred_requests_collects_the_claim, help_setup,
            help_teardown),
    };

    return cmocka_run_group_tests_name("commit_ring_collect", tests, NULL,
                                       NULL);
}

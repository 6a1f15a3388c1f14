
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Two hundred requests collect one claim at once, from four workers of which
 * one is killed meanwhile.  One of them gets it; all others learn that somebody
 * has; the session is made once, and the winner may ask again.
 */


#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#include "commit_ring_help.h"


#define ROUNDS         50
#define WORKERS        HELP_SEATS
#define REQUESTS       50              /* of each worker */
#define PUSHES         10              /* before it makes a turn */
#define STUCK_SECONDS  60

#define NUMBER         "56911111111"


/* The result of each request of a round. */

typedef struct {
    atomic_int   answer[WORKERS * REQUESTS];     /* result + 1, 0: nothing */
    atomic_uint  repeated;
} account_t;

static account_t  *account;


static ledger_text_t
text(const char *s)
{
    ledger_text_t  t;

    t.data = s;
    t.len = strlen(s);

    return t;
}


/* Each request of a browser or a site has a key of its own. */

static ledger_op_t
collect_op(uint64_t key, unsigned request)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = LEDGER_COLLECT;
    op.owner = (void *) (uintptr_t) request;
    op.u.collect.key = key;
    op.u.collect.session = 1;
    op.u.collect.absolute = 3600000;
    op.u.collect.idle = 3600000;
    op.text[LEDGER_APP] = text("shop");
    op.text[LEDGER_OP_SUBJECT] = text(NUMBER);
    memset(op.u.collect.digest, 'c', LEDGER_DIGEST_LEN);
    memset(op.u.collect.session_digest, 's', LEDGER_DIGEST_LEN);
    memcpy(op.u.collect.collect_key, &request, sizeof(request));

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
validated(help_t *h)
{
    uint64_t     key;
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_ISSUE;
    op.u.issue.lifetime = 3600000;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.issue.flags = LEDGER_CLAIMED;
    op.u.issue.claim_flags = LEDGER_CLAIM_PAGE;
    op.text[LEDGER_APP] = text("shop");
    memset(op.u.issue.digest, 'c', LEDGER_DIGEST_LEN);
    assert_int_equal(apply(h, &op), LEDGER_OK);
    key = op.u.issue.key;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_VALIDATE;
    op.u.message.key = key;
    op.u.message.retain = 3600000;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    op.text[LEDGER_APP] = text("shop");
    ledger_message_text(&op, LEDGER_SENDER) = text(NUMBER);
    assert_int_equal(apply(h, &op), LEDGER_OK);

    return key;
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

    /* A test that fails leaves no worker behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    help_open(h);
    seat = commit_ring_join(h->ring, getpid());

    if (seat == COMMIT_RING_NO_SEAT) {
        _exit(2);
    }

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
    int       status;
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
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);

        if (i != victim) {
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 0);
        }
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

    app = text("shop");
    number = text(NUMBER);

    assert_int_equal(lmdb_store_get_subject(h->store, &app, &number, &subject),
                     LEDGER_OK);
    assert_int_equal(subject.subject.n_sessions, 1);
    assert_true(subject.subject.session[0].key == key);
    assert_int_equal(lmdb_store_get_session(h->store, key, &session),
                     LEDGER_OK);

    /* A lost answer, asked for again; then a logout, which nothing undoes. */

    op = collect_op(key, won);
    assert_int_equal(apply(h, &op), LEDGER_OK);
    assert_int_equal(op.u.collect.repeated, 1);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_REVOKE;
    op.u.revoke.key = key;
    op.text[LEDGER_APP] = app;
    assert_int_equal(apply(h, &op), LEDGER_OK);

    op = collect_op(key, won);
    assert_int_equal(apply(h, &op), LEDGER_OK);
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
        key = validated(h);
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

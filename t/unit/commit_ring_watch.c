
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Owners that watch learn each record that changes, whoever does it:
 * also if that one dies before it can tell, or commits through another ring.
 */


#define _GNU_SOURCE

#include "commit_ring_fault.h"


#define KEYS_MAX  16


static void
text_set(ledger_text_t *text, const char *s)
{
    text->data = s;
    text->len = strlen(s);
}


/* Issues so many codes and leaves their keys in keys. */

static void
issue(help_t *h, unsigned seat, uint64_t *keys, unsigned n)
{
    unsigned            i;
    const ledger_op_t  *op;

    for (i = 0; i < n; i++) {
        assert_int_equal(help_push(h, seat, i), LEDGER_OK);
    }

    assert_int_equal(help_turn(h).result, LEDGER_OK);

    for (i = 0; i < n; i++) {
        op = commit_ring_next(h->ring, seat);
        assert_non_null(op);
        assert_int_equal(op->result, LEDGER_OK);
        keys[i] = op->u.issue.key;
        commit_ring_retire(h->ring, seat);
    }
}


static void
message(help_t *h, unsigned seat, ledger_kind_t kind, uint64_t key)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = kind;
    op.u.message.key = key;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    op.u.message.retain = 60000;

    text_set(&op.text[LEDGER_APP], "shop");
    text_set(&ledger_message_text(&op, LEDGER_SENDER), "56987654321");

    assert_int_equal(commit_ring_push(h->ring, seat, &op), LEDGER_OK);
}


static void
validate(help_t *h, unsigned seat, uint64_t key)
{
    message(h, seat, LEDGER_VALIDATE, key);
}


static void
expect(help_t *h, uint64_t *pos, const uint64_t *keys, unsigned n)
{
    unsigned  i;
    uint64_t  got[KEYS_MAX];

    assert_int_equal(commit_ring_changed(h->ring, pos, got, KEYS_MAX), n);

    for (i = 0; i < n; i++) {
        assert_true(got[i] == keys[i]);
    }
}


static void
expect_lost(help_t *h, uint64_t *pos)
{
    uint64_t  got[KEYS_MAX];

    assert_int_equal(commit_ring_changed(h->ring, pos, got, KEYS_MAX),
                     CHANGED_LOG_LOST);
}


static uint64_t
others(help_t *h)
{
    return commit_ring_others(h->ring, lmdb_store_last_txn(h->store));
}


static void
test_watchers_are_woken_for_what_others_change(void **state)
{
    help_t    *h = *state;
    uint64_t   pos, keys[3];
    unsigned   a, b, c;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    c = commit_ring_join(h->ring, getpid());

    issue(h, a, keys, 3);
    pos = commit_ring_watch(h->ring, b);
    memset(h->woken, 0, sizeof(h->woken));

    validate(h, a, keys[2]);
    validate(h, a, keys[0]);
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    assert_int_equal(h->woken[b], 1);
    assert_int_equal(h->woken[c], 0);
    expect(h, &pos, (uint64_t []) { keys[2], keys[0] }, 2);
    expect(h, &pos, NULL, 0);

    commit_ring_unwatch(h->ring, b);
    validate(h, a, keys[1]);
    assert_int_equal(help_turn(h).result, LEDGER_OK);
    assert_int_equal(h->woken[b], 1);
}


static void
test_codes_and_messages_that_change_nothing_wake_nobody(void **state)
{
    help_t    *h = *state;
    uint64_t   pos, keys[2];
    unsigned   a, b;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    pos = commit_ring_watch(h->ring, b);

    issue(h, a, keys, 2);
    message(h, a, LEDGER_VALIDATE, keys[1] + 4711);
    message(h, a, LEDGER_REFUSE, keys[1]);
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    assert_int_equal(h->woken[b], 0);
    expect(h, &pos, NULL, 0);
}


static void
test_seat_given_back_is_not_woken_for_its_former_owner(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   a, b;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    issue(h, a, &key, 1);

    (void) commit_ring_watch(h->ring, b);
    commit_ring_leave(h->ring, b);
    assert_int_equal(commit_ring_join(h->ring, getpid()), b);

    validate(h, a, key);
    assert_int_equal(help_turn(h).result, LEDGER_OK);
    assert_int_equal(h->woken[b], 0);
}


/*
 * The child decides a code and dies as told; then the parent's next turn must
 * find that, although nobody else has queued anything.
 */

static void
die_deciding(help_t *h, fault_t how, uint64_t key)
{
    int    status;
    pid_t  pid;

    lmdb_store_close(h->store);
    h->store = NULL;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        help_open(h);
        validate(h, commit_ring_join(h->ring, getpid()), key);
        fault = how;
        (void) help_turn(h);
        _exit(1);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);

    help_open(h);
    help_outlast_leader();
}


static void
test_changed_by_one_that_died_after_its_commit_is_told(void **state)
{
    help_t    *h = *state;
    uint64_t   before, pos, keys[2];
    unsigned   a, b;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    issue(h, a, keys, 2);
    pos = commit_ring_watch(h->ring, b);
    before = others(h);
    memset(h->woken, 0, sizeof(h->woken));

    die_deciding(h, FAULT_DIE_AFTER_COMMIT, keys[1]);
    expect(h, &pos, NULL, 0);
    assert_true(commit_ring_wanted(h->ring));

    assert_int_equal(help_turn(h).result, LEDGER_OK);
    assert_int_equal(h->woken[b], 1);
    expect(h, &pos, &keys[1], 1);
    assert_true(others(h) == before);
}


static void
test_changed_again_for_one_that_died_before_its_commit_is_told(void **state)
{
    help_t    *h = *state;
    uint64_t   pos, keys[2];
    unsigned   a, b;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    issue(h, a, keys, 2);
    pos = commit_ring_watch(h->ring, b);

    die_deciding(h, FAULT_DIE_BEFORE_COMMIT, keys[1]);
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    /* The ring cannot know whether another took that transaction's id. */

    expect_lost(h, &pos);

    validate(h, a, keys[0]);
    assert_int_equal(help_turn(h).result, LEDGER_OK);
    expect(h, &pos, keys, 1);
}


static void
test_changed_by_a_commit_that_failed_may_be_anything(void **state)
{
    help_t    *h = *state;
    uint64_t   pos, keys[2];
    unsigned   a, b;

    help_open(h);
    a = commit_ring_join(h->ring, getpid());
    b = commit_ring_join(h->ring, getpid());
    issue(h, a, keys, 2);
    pos = commit_ring_watch(h->ring, b);

    validate(h, a, keys[1]);
    fault = FAULT_COMMIT_FAILS_BUT_REACHES_THE_DISK;
    assert_int_equal(help_turn(h).result, LEDGER_FAILED);
    fault = FAULT_NONE;

    if (commit_ring_wanted(h->ring)) {
        (void) help_turn(h);
    }

    expect_lost(h, &pos);
}


/* Two rings at one store: while one nginx takes over from another. */

static void
test_commits_through_another_ring_are_counted(void **state)
{
    help_t         *h = *state;
    size_t          size;
    uint64_t        before, key, pos;
    unsigned        a, b;
    commit_ring_t  *ring, *own;

    help_open(h);
    own = h->ring;

    size = commit_ring_size(HELP_SEATS, HELP_SEAT_SIZE);
    ring = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                -1, 0);
    assert_ptr_not_equal(ring, MAP_FAILED);
    ring = commit_ring_init(ring, HELP_SEATS, HELP_SEAT_SIZE, 4712);

    a = commit_ring_join(own, getpid());
    issue(h, a, &key, 1);
    pos = commit_ring_watch(own, a);
    before = others(h);

    validate(h, a, key);
    assert_int_equal(help_turn(h).result, LEDGER_OK);
    commit_ring_retire(own, a);
    assert_int_equal(others(h), before);
    expect(h, &pos, &key, 1);

    h->ring = ring;
    b = commit_ring_join(ring, getpid());
    issue(h, b, &key, 1);
    validate(h, b, key);
    assert_int_equal(help_turn(h).result, LEDGER_OK);

    h->ring = own;
    expect(h, &pos, NULL, 0);
    assert_int_equal(others(h), before + 2);

    /* Still so when this ring has committed again. */

    issue(h, a, &key, 1);
    assert_int_equal(others(h), before + 2);

    munmap(ring, size);
}


int
main(void)
{
#define TEST(f)  cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

    const struct CMUnitTest  tests[] = {
        TEST(test_watchers_are_woken_for_what_others_change),
        TEST(test_codes_and_messages_that_change_nothing_wake_nobody),
        TEST(test_seat_given_back_is_not_woken_for_its_former_owner),
        TEST(test_changed_by_one_that_died_after_its_commit_is_told),
        TEST(test_changed_again_for_one_that_died_before_its_commit_is_told),
        TEST(test_changed_by_a_commit_that_failed_may_be_anything),
        TEST(test_commits_through_another_ring_are_counted),
    };

    return cmocka_run_group_tests_name("commit_ring_watch", tests, NULL, NULL);
}

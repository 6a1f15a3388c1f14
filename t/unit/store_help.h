
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tools of the tests of the store: a store in a directory of its own, a
 * clock that the test sets, and one operation per transaction.
 */


#ifndef _STORE_HELP_H_INCLUDED_
#define _STORE_HELP_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lmdb_store/lmdb_store.h"


#define HELP_EPOCH   UINT64_C(1800000000000)
#define HELP_MINUTE  UINT64_C(60000)
#define HELP_HOUR    (60 * HELP_MINUTE)
#define HELP_LEASE   UINT64_C(25000)
#define HELP_MAP     (UINT64_C(64) * 1024 * 1024)


typedef struct {
    char           dir[64];
    char           detail[LMDB_STORE_DETAIL_MAX];
    uint64_t       map_size;
    lmdb_store_t  *store;
} help_t;


/* Milliseconds; every store of a test program reads it. */
static uint64_t  help_now;


static inline uint64_t
help_clock(void)
{
    return help_now;
}


static inline ledger_result_t
help_try_open(help_t *h, int read_only)
{
    lmdb_store_options_t  options;

    memset(&options, 0, sizeof(options));
    options.path = h->dir;
    options.map_size = h->map_size;
    options.max_readers = 64;
    options.read_only = read_only;
    options.now = help_clock;

    return lmdb_store_open(&options, &h->store, h->detail);
}


static inline void
help_open(help_t *h)
{
    if (help_try_open(h, 0) != LEDGER_OK) {
        fail_msg("cannot open the store: %s", h->detail);
    }
}


static inline void
help_close(help_t *h)
{
    lmdb_store_close(h->store);
    h->store = NULL;
}


static inline const char *
help_file(const help_t *h, const char *name)
{
    static char  path[128];

    snprintf(path, sizeof(path), "%s/%s", h->dir, name);
    return path;
}


/* A directory without a store. */

static inline int
help_setup_directory(void **state)
{
    help_t  *h;

    h = calloc(1, sizeof(help_t));
    assert_non_null(h);

    strcpy(h->dir, "/tmp/lmdb_store.XXXXXX");
    assert_non_null(mkdtemp(h->dir));

    h->map_size = HELP_MAP;
    help_now = HELP_EPOCH;
    *state = h;

    return 0;
}


static inline int
help_setup(void **state)
{
    (void) help_setup_directory(state);
    help_open(*state);

    return 0;
}


/* A store of so many bytes. */

static inline int
help_setup_size(void **state, uint64_t map_size)
{
    help_t  *h;

    (void) help_setup_directory(state);

    h = *state;
    h->map_size = map_size;
    help_open(h);

    return 0;
}


static inline int
help_teardown(void **state)
{
    help_t  *h;

    h = *state;

    if (h->store != NULL) {
        help_close(h);
    }

    unlink(help_file(h, "data.mdb"));
    unlink(help_file(h, "lock.mdb"));
    assert_int_equal(rmdir(h->dir), 0);
    free(h);

    return 0;
}


static inline void
help_text(ledger_op_t *op, unsigned i, const char *text)
{
    op->text[i].data = text;
    op->text[i].len = strlen(text);
}


/* One operation in a transaction of its own. */

static inline ledger_result_t
help_do(help_t *h, ledger_op_t *op)
{
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_apply(h->store, op), 0);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    return op->result;
}


/* A code of the app "shop" that lives for five minutes. */

static inline ledger_op_t
help_issue_op(unsigned flags)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_ISSUE;
    op.u.issue.lifetime = 5 * HELP_MINUTE;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.issue.flags = flags;
    op.u.issue.host_lane = 7;
    help_text(&op, LEDGER_APP, "shop");
    help_text(&op, LEDGER_CALLBACK_URL, "https://shop.test/hook?a=1");

    return op;
}


/* The lane of what an app retains. */

static inline unsigned
help_kept_lane(const char *app)
{
    return LEDGER_LANE_KEPT
           + (unsigned) (ledger_hash(app, strlen(app))
                         % LMDB_STORE_KEPT_LANES);
}


static inline uint64_t
help_issue(help_t *h, unsigned flags)
{
    ledger_op_t  op;

    op = help_issue_op(flags);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return op.u.issue.key;
}


static inline ledger_op_t
help_message_op(ledger_kind_t kind, uint64_t key, const char *id)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = kind;
    op.u.message.key = key;
    op.u.message.lease = HELP_LEASE;
    op.u.message.retain = HELP_HOUR;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    op.u.message.error = LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED;
    help_text(&op, LEDGER_APP, "shop");
    help_text(&op, 1 + LEDGER_SENDER, "56911111111");
    help_text(&op, 1 + LEDGER_PROFILE_NAME, "John Doe");
    help_text(&op, 1 + LEDGER_ROUTE, "1234567890");
    help_text(&op, 1 + LEDGER_MESSAGE_ID, id);

    /* Each message is of a sender of its own. */
    op.u.message.sender = ledger_hash(id, strlen(id));

    return op;
}


static inline ledger_result_t
help_message(help_t *h, ledger_kind_t kind, uint64_t key, const char *id)
{
    ledger_op_t  op;

    op = help_message_op(kind, key, id);
    return help_do(h, &op);
}


static inline ledger_result_t
help_take(help_t *h, uint64_t key, uint64_t due_at, unsigned *attempt)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TAKE;
    op.u.take.key = key;
    op.u.take.due_at = due_at;
    op.u.take.lease = HELP_LEASE;

    (void) help_do(h, &op);
    *attempt = op.u.take.attempt;

    return op.result;
}


static inline ledger_result_t
help_complete(help_t *h, uint64_t key, unsigned attempt,
    ledger_outcome_t outcome, uint64_t next_at)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_COMPLETE;
    op.u.complete.key = key;
    op.u.complete.attempt = attempt;
    op.u.complete.outcome = outcome;
    op.u.complete.error = LEDGER_ERROR_CALLBACK_FAILED;
    op.u.complete.next_at = next_at;
    op.u.complete.retain = HELP_HOUR;

    return help_do(h, &op);
}


/* Sweeps until nothing is due any more. */

static inline void
help_sweep(help_t *h, unsigned *expired, unsigned *purged)
{
    ledger_op_t  op;

    *expired = 0;
    *purged = 0;

    do {
        memset(&op, 0, sizeof(op));
        op.kind = LEDGER_SWEEP;
        op.u.sweep.retain = HELP_HOUR;
        assert_int_equal(help_do(h, &op), LEDGER_OK);
        *expired += op.u.sweep.expired;
        *purged += op.u.sweep.purged;

    } while (op.u.sweep.more);
}


/* A sweep that the map has no room for is tried again, as the ring does. */

static inline unsigned
help_sweep_tight(help_t *h)
{
    unsigned     n, tries;
    ledger_op_t  op;

    n = 0;

    for (tries = 0; tries < 10000; tries++) {
        memset(&op, 0, sizeof(op));
        op.kind = LEDGER_SWEEP;
        op.u.sweep.retain = HELP_HOUR;

        assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

        if (lmdb_store_apply(h->store, &op)) {
            lmdb_store_abort(h->store);
            continue;
        }

        if (lmdb_store_commit(h->store) == LEDGER_OK) {
            n += op.u.sweep.expired + op.u.sweep.purged;

            if (!op.u.sweep.more) {
                return n;
            }
        }
    }

    return 0;
}


/* The texts stay until the next call. */

static inline ledger_result_t
help_try_get(help_t *h, uint64_t key, ledger_record_t *record)
{
    ledger_result_t       result;
    static ledger_copy_t  copy;

    result = lmdb_store_get(h->store, key, &copy);
    *record = copy.record;

    return result;
}


static inline void
help_get(help_t *h, uint64_t key, ledger_record_t *record)
{
    assert_int_equal(help_try_get(h, key, record), LEDGER_OK);
}


/* When the first entry of a lane is due; UINT64_MAX: the lane is empty. */

static inline uint64_t
help_first_due(help_t *h, unsigned lane)
{
    unsigned      n;
    ledger_due_t  due;

    assert_int_equal(lmdb_store_due(h->store, lane, UINT64_MAX, 0, &due, 1,
                                    &n),
                     LEDGER_OK);

    return n ? due.due_at : UINT64_MAX;
}


static inline lmdb_store_stat_t
help_stat(help_t *h)
{
    lmdb_store_stat_t  stat;

    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    return stat;
}


static inline void
help_problem(const char *sentence, void *data)
{
    (void) data;
    print_message("%s\n", sentence);
}


static inline uint64_t
help_faults(help_t *h)
{
    uint64_t  faults;

    assert_int_equal(lmdb_store_check(h->store, help_problem, NULL, &faults),
                     LEDGER_OK);
    return faults;
}


/* Runs part of a test as another process and returns its exit status. */

static inline int
help_in_child(int (*run)(help_t *h), help_t *h)
{
    int    status;
    pid_t  pid;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        _exit(run(h));
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));

    return WEXITSTATUS(status);
}


#define help_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, help_setup, help_teardown)


#endif /* _STORE_HELP_H_INCLUDED_ */

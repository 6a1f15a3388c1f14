
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Tools of the tests that fill the share of an app. */


#ifndef _STORE_SHARE_HELP_H_INCLUDED_
#define _STORE_SHARE_HELP_H_INCLUDED_


#include "store_help.h"


/* 512 pages. */
#define SMALL_MAP  (2 * 1024 * 1024)

/* Ten-thousandths of it, for some hundred codes. */
#define SHARE      300


static inline ledger_op_t
issue_op(const char *app, unsigned share)
{
    ledger_op_t  op;

    op = help_issue_op(0);
    help_text(&op, LEDGER_APP, app);
    op.u.issue.lifetime = HELP_MINUTE;
    op.u.issue.share = share;

    return op;
}


static inline uint64_t
issue(help_t *h, const char *app)
{
    ledger_op_t  op;

    op = issue_op(app, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return op.u.issue.key;
}


/* The names of apps may differ by their number. */

static inline void
issue_many(help_t *h, const char *app, unsigned n)
{
    char         name[16];
    unsigned     i;
    ledger_op_t  op;

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (i = 0; i < n; i++) {
        snprintf(name, sizeof(name), app, i);
        op = issue_op(name, 0);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.result, LEDGER_OK);
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
}


/* Issues codes of an app until one is refused and returns how many. */

static inline unsigned
fill(help_t *h, const char *app, unsigned share, ledger_result_t end)
{
    unsigned     n;
    ledger_op_t  op;

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (n = 0; n < 100000; n++) {
        op = issue_op(app, share);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);

        if (op.result != LEDGER_OK) {
            break;
        }
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
    assert_int_equal(op.result, end);

    return n;
}


/* Lets the codes that wait expire and be retained for an hour. */

static inline void
expire(help_t *h)
{
    unsigned  expired, purged;

    help_now += HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 0);
}


static inline int
is_there(help_t *h, uint64_t key)
{
    ledger_record_t  record;

    return help_try_get(h, key, &record) == LEDGER_OK;
}


static inline int
setup_small(void **state)
{
    return help_setup_size(state, SMALL_MAP);
}


#define small(name) cmocka_unit_test_setup_teardown(name, setup_small,        \
                                                    help_teardown)


#endif /* _STORE_SHARE_HELP_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The room of sessions: the share of their app, and a map that is full. */


#include "lmdb_store/store.h"
#include "store_session_help.h"


/* 512 pages. */
#define SMALL_MAP  (2 * 1024 * 1024)

/* The least that can be configured. */
#define LEAST_MAP  (16 * 1024 * 1024)

/* Ten-thousandths of it. */
#define SHARE      300

/* Expired codes that nearly fill it, with twenty logins. */
#define RETAINED   320


/* Logins of as many numbers, validated in one transaction; the first key. */

static uint64_t
validated_many(help_t *h, unsigned n)
{
    char         number[16];
    uint64_t     first;
    unsigned     i;
    ledger_op_t  op;

    first = 0;
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (i = 0; i < n; i++) {
        op = help_login_op(0);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.result, LEDGER_OK);
        first = first ? first : op.u.issue.key;

        snprintf(number, sizeof(number), "%u", 1000 + i);
        op = help_person_op(op.u.issue.key, number);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.result, LEDGER_OK);
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    return first;
}


/* Collects them until one is refused; their number. */

static unsigned
collect_many(help_t *h, uint64_t first, unsigned n, unsigned share,
    ledger_result_t *result)
{
    char         number[16];
    unsigned     i;
    ledger_op_t  op;

    *result = LEDGER_OK;

    for (i = 0; i < n; i++) {
        snprintf(number, sizeof(number), "%u", 1000 + i);
        op = help_collect_op(first + i, number);
        op.u.collect.share = share;
        *result = help_do(h, &op);

        if (*result != LEDGER_OK) {
            break;
        }
    }

    return i;
}


static void
sessions_count_in_the_share_of_their_app(void **state)
{
    char               number[16];
    help_t            *h = *state;
    uint64_t           first, limit;
    unsigned           n;
    ledger_op_t        op;
    ledger_result_t    result;
    ledger_record_t    record;

    limit = h->map_size * 9 / 10 * SHARE / 10000 * 5 / 4;
    first = validated_many(h, 100);
    assert_true(help_stat(h).bytes < limit);

    n = collect_many(h, first, 100, SHARE, &result);
    assert_int_equal(result, LEDGER_SHARE_LIMIT);
    assert_true(n > 10 && n < 100);
    assert_int_equal(help_stat(h).sessions, n);
    assert_true(help_stat(h).bytes > limit - 1000);
    assert_true(help_stat(h).bytes < limit + 1000);

    /* The login that was refused waits for room. */

    help_get(h, first + n, &record);
    assert_true(record.claim.collected_at == 0);
    assert_int_equal(help_faults(h), 0);

    op = help_revoke_op(0, "1000", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    op = help_revoke_op(0, "1001", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(help_stat(h).bytes < limit);

    snprintf(number, sizeof(number), "%u", 1000 + n);
    op = help_collect_op(first + n, number);
    op.u.collect.share = SHARE;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(help_faults(h), 0);
}


static void
what_is_retained_makes_room_for_sessions(void **state)
{
    help_t            *h = *state;
    uint64_t           first;
    unsigned           i, expired, purged;
    ledger_result_t    result;

    for (i = 0; i < RETAINED; i++) {
        (void) help_issue(h, 0);
    }

    help_now += 5 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, RETAINED);

    first = validated_many(h, 20);
    assert_int_equal(collect_many(h, first, 20, SHARE, &result), 20);
    assert_true(help_stat(h).records < RETAINED + 20);
    assert_int_equal(help_stat(h).sessions, 20);
    assert_int_equal(help_faults(h), 0);
}


/* A share that an app is beyond with what it has, but not with a login less. */

static unsigned
share_below(help_t *h)
{
    unsigned  units;

    units = (unsigned) ((help_stat(h).bytes - 1)
                        / (h->map_size / 4096 * 9 / 10 * 4096 / 10000));

    /* A quarter more is allowed. */

    return units / 5 * 4 + (units % 5 < 4 ? units % 5 : 3);
}


/* It is the oldest that its app retains, and goes for its own session. */

static void
a_login_that_is_purged_for_room_gives_no_session(void **state)
{
    help_t            *h = *state;
    uint64_t           first;
    unsigned           expired, purged;
    ledger_result_t    result;

    first = validated_many(h, 1);
    help_now += 5 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 0);

    (void) validated_many(h, 60);
    assert_int_equal(collect_many(h, first, 1, share_below(h), &result), 0);
    assert_int_equal(result, LEDGER_UNKNOWN);

    assert_int_equal(help_stat(h).sessions, 0);
    assert_int_equal(help_stat(h).records, 60);
    assert_int_equal(help_stat(h).messages, 60);
    assert_int_equal(help_faults(h), 0);
}


/* Issues codes of logins until the store is full. */

static void
fill(help_t *h)
{
    unsigned     i;
    ledger_op_t  op;

    do {
        assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

        for (i = 0, op.result = LEDGER_OK;
             i < 500 && op.result == LEDGER_OK;
             i++)
        {
            op = help_login_op(0);
            assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        }

        assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    } while (op.result == LEDGER_OK);

    assert_int_equal(op.result, LEDGER_FULL);
}


/* Sessions may use more than codes, but leave what ending them needs. */

static void
a_store_that_is_full_begins_no_session_and_ends_them(void **state)
{
    help_t              *h = *state;
    uint64_t             first;
    unsigned             n;
    ledger_op_t          op;
    ledger_record_t      record;
    ledger_result_t      result;
    lmdb_store_stat_t    stat;

    first = validated_many(h, 4000);
    fill(h);

    n = collect_many(h, first, 4000, 0, &result);
    assert_int_equal(result, LEDGER_FULL);
    assert_true(n > 0 && n < 4000);
    assert_int_equal(help_stat(h).sessions, n);
    assert_false(help_has_session(h, first + n));
    help_get(h, first + n, &record);
    assert_true(record.claim.collected_at == 0);
    stat = help_stat(h);
    assert_true(stat.used_pages <= stat.map_pages * 93 / 100);
    assert_int_equal(help_faults(h), 0);

    op = help_revoke_op(0, "1000", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(op.u.revoke.ended, 1);
    help_now += HELP_ABSOLUTE;
    (void) help_sweep_tight(h);
    assert_int_equal(help_stat(h).sessions, 0);
    assert_int_equal(help_faults(h), 0);
}


static int
setup_small(void **state)
{
    return help_setup_size(state, SMALL_MAP);
}


static int
setup_least(void **state)
{
    help_t  *h;

    (void) help_setup_size(state, LEAST_MAP);
    h = *state;
    assert_int_equal(mdb_env_set_flags(h->store->env, MDB_NOSYNC, 1), 0);

    return 0;
}


#define small(name) cmocka_unit_test_setup_teardown(name, setup_small,        \
                                                    help_teardown)
#define least(name) cmocka_unit_test_setup_teardown(name, setup_least,        \
                                                    help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        small(sessions_count_in_the_share_of_their_app),
        small(what_is_retained_makes_room_for_sessions),
        small(a_login_that_is_purged_for_room_gives_no_session),
        least(a_store_that_is_full_begins_no_session_and_ends_them)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

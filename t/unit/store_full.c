
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A small store that is nearly full, and the many apps that fill it.
 */


#include "store_help.h"
#include "lmdb_store/store.h"


/* 4096 pages. */
#define MAP         (16 * 1024 * 1024)

/* More than the write transaction holds the counts of. */
#define APPS_SOME   40
#define APPS_MANY   1000

/* Codes of these apps, one after another, in one transaction. */
#define AT_ONCE     50


static ledger_op_t
issue_op(unsigned app)
{
    static char  name[16];
    ledger_op_t  op;

    snprintf(name, sizeof(name), "app%u", app);

    op = help_issue_op(0);
    help_text(&op, LEDGER_APP, name);
    op.u.issue.lifetime = HELP_MINUTE;

    return op;
}


/* Returns how many were issued before one was refused. */

static unsigned
issue_of(help_t *h, unsigned apps, unsigned from, unsigned n)
{
    unsigned     i;
    ledger_op_t  op;

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (i = 0; i < n; i++) {
        op = issue_op((from + i) % apps);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);

        if (op.result != LEDGER_OK) {
            break;
        }
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    return i;
}


/* Issues until so many percent of the map are used, which takes seconds. */

static unsigned
fill(help_t *h, unsigned apps, unsigned percent)
{
    unsigned           n, issued;
    lmdb_store_stat_t  stat;

    issued = 0;

    do {
        n = issue_of(h, apps, issued, AT_ONCE);
        issued += n;
        stat = help_stat(h);
        help_now += 10;

    } while (n == AT_ONCE
             && stat.used_pages < stat.map_pages * percent / 100);

    return issued;
}


/* Sweeps each second until all codes have expired and are retained. */

static void
expire(help_t *h)
{
    unsigned  i, expired, purged;

    for (i = 0; i < 60; i++) {
        help_now += 1000;
        help_sweep(h, &expired, &purged);
    }

    assert_int_equal(help_stat(h).waiting, 0);
}


/*
 * Large codes of one app after the other, seconds apart: the oldest record is
 * of another app than the one before it.
 */

static void
fill_in_turns(help_t *h)
{
    unsigned     i, expired, purged;
    ledger_op_t  op;
    static char  text[1500];

    memset(text, 'x', sizeof(text));

    for (i = 0; help_stat(h).used_pages < 4096 * 79 / 100; i++) {
        op = issue_op(i % APPS_SOME);
        op.text[LEDGER_CALLBACK_URL].data = text;
        op.text[LEDGER_CALLBACK_URL].len = sizeof(text);

        assert_int_equal(help_do(h, &op), LEDGER_OK);
        help_now += 1500 / 4;

        if (i % 4 == 0) {
            help_sweep(h, &expired, &purged);
        }
    }

    expire(h);
}


/* Records of other apps go for a code, and its own is counted all the same. */

static void
counts_are_right_with_more_apps_than_a_transaction_holds(void **state)
{
    help_t             *h = *state;
    unsigned            i;
    lmdb_store_stat_t   before;

    fill_in_turns(h);
    before = help_stat(h);

    for (i = 0; i < 100; i++) {
        assert_int_equal(issue_of(h, APPS_SOME, 7 * i, AT_ONCE), AT_ONCE);
        assert_int_equal(help_faults(h), 0);
    }

    /* There was something to be purged. */
    assert_true(help_stat(h).records < before.records + 100 * AT_ONCE);
}


/* Each of a sweep's records may be of another page. */

static void
a_thousand_apps_expire_in_a_small_store(void **state)
{
    help_t       *h = *state;
    unsigned      issued, expired, purged;
    ledger_op_t   op;

    issued = fill(h, APPS_MANY, 85);
    assert_true(issued > 10000);
    assert_int_equal(help_stat(h).waiting, issued);

    help_now += HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(expired, issued);
    assert_int_equal(help_stat(h).waiting, 0);
    assert_int_equal(help_faults(h), 0);

    help_now += 2 * HELP_HOUR;
    expired = purged;
    help_sweep(h, &purged, &purged);
    assert_int_equal(expired + purged, issued);
    assert_int_equal(help_stat(h).bytes, 0);

    op = help_issue_op(0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
}


/* As the workers do: each second, and again while there is more. */

static unsigned
sweep_while_wanted(help_t *h)
{
    int       wanted;
    unsigned  tries, expired, purged, all;

    all = 0;

    for (tries = 0; tries < 100; tries++) {
        assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                         LEDGER_OK);
        if (!wanted) {
            return all;
        }

        help_sweep(h, &expired, &purged);
        assert_int_equal(expired, 0);
        all += purged;

        /* The free pages are counted ten times a second. */
        usleep(110000);
    }

    fail_msg("a sweep is wanted for ever");
    return 0;
}


/*
 * Messages or codes of several apps have filled it: what is retained goes
 * though nothing is due and nobody asks for a code.
 */

static void
a_full_store_gets_room_by_sweeps_alone(void **state)
{
    help_t             *h = *state;
    unsigned            purged;
    lmdb_store_stat_t   full, stat;

    (void) fill(h, APPS_SOME, 65);
    expire(h);
    assert_int_equal(sweep_while_wanted(h), 0);

    /* One transaction purges less than it issues here. */
    assert_int_equal(issue_of(h, APPS_SOME, 0, 140 * AT_ONCE),
                     140 * AT_ONCE);
    full = help_stat(h);
    assert_true(full.used_pages > full.map_pages * 80 / 100);
    assert_true(full.records > full.waiting + 1000);

    purged = sweep_while_wanted(h);
    stat = help_stat(h);
    assert_true(purged > 0);
    assert_int_equal(stat.waiting, full.waiting);
    assert_int_equal(stat.records, full.records - purged);
    assert_true(stat.records > stat.waiting + 1000);
    assert_true(stat.used_pages <= stat.map_pages * 80 / 100);
    assert_int_equal(help_faults(h), 0);
}


/* Without anything retained nobody can make room. */

static void
a_store_full_of_waiting_codes_is_not_swept_for_ever(void **state)
{
    help_t             *h = *state;
    unsigned            n;
    lmdb_store_stat_t   stat;

    n = fill(h, APPS_SOME, 85);
    assert_int_equal(sweep_while_wanted(h), 0);

    stat = help_stat(h);
    assert_true(stat.used_pages > stat.map_pages * 80 / 100);
    assert_int_equal(stat.waiting, n);
}


/* Records purged by an aborted transaction are still there, and take room. */

static void
what_an_aborted_transaction_purged_is_not_room(void **state)
{
    help_t       *h = *state;
    ledger_op_t   op;

    (void) fill(h, APPS_SOME, 79);
    expire(h);
    (void) issue_of(h, APPS_SOME, 0, 60 * AT_ONCE);

    /* The free pages are counted again after so many codes. */

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    op = help_issue_op(0);
    assert_int_equal(lmdb_store_apply(h->store, &op), 0);
    assert_true(h->store->write.purged > 0);
    lmdb_store_abort(h->store);

    assert_int_equal(h->store->freed, 0);
}


/* Codes of one app are validated in no order, one after another. */
#define IN_NO_ORDER(i, n)  ((i) * 7919 % (n))


/* Validates the codes from key on until one is refused; returns the result. */

static ledger_result_t
validate_all(help_t *h, uint64_t key, unsigned n)
{
    char         id[300];
    unsigned     i;
    ledger_op_t  op;
    static char  name[600];

    memset(name, 'x', sizeof(name));
    op.result = LEDGER_OK;

    for (i = 0; i < n && op.result == LEDGER_OK; i++) {
        snprintf(id, sizeof(id), "%0256u", i);
        op = help_message_op(LEDGER_VALIDATE, key + IN_NO_ORDER(i, n),
                             id);
        op.u.message.share = 10000;
        help_text(&op, LEDGER_APP, "app0");
        op.text[1 + LEDGER_PROFILE_NAME].data = name;
        op.text[1 + LEDGER_PROFILE_NAME].len = sizeof(name);
        (void) help_do(h, &op);
    }

    return op.result;
}


/* Its own messages must not keep its callbacks from coming to an end. */

static void
an_app_with_all_of_the_store_leaves_what_deliveries_need(void **state)
{
    help_t       *h = *state;
    uint64_t      first;
    unsigned      i, n, expired, purged;
    ledger_op_t   op;

    op = issue_op(0);
    op.u.issue.flags = LEDGER_ON_VALIDATED;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    first = op.u.issue.key;

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (n = 1; n < 50000; n++) {
        op = issue_op(0);
        op.u.issue.flags = LEDGER_ON_VALIDATED;
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);
        assert_int_equal(op.u.issue.key, first + n);
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
    assert_int_equal(validate_all(h, first, n), LEDGER_SHARE_LIMIT);
    assert_true(help_stat(h).used_pages < 4096 * 96 / 100);

    for (i = 0; i < 100; i++) {
        assert_int_equal(help_complete(h, first + IN_NO_ORDER(i, n), 1,
                                       LEDGER_RETRY, help_now),
                         LEDGER_OK);
    }

    help_now += HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_true(expired > 0);
    assert_int_equal(help_faults(h), 0);
}


static int
setup_small(void **state)
{
    help_t  *h;

    (void) help_setup_size(state, MAP);
    h = *state;
    assert_int_equal(mdb_env_set_flags(h->store->env, MDB_NOSYNC, 1), 0);

    return 0;
}


#define small(name) cmocka_unit_test_setup_teardown(name, setup_small,        \
                                                    help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        small(counts_are_right_with_more_apps_than_a_transaction_holds),
        small(a_thousand_apps_expire_in_a_small_store),
        small(a_full_store_gets_room_by_sweeps_alone),
        small(a_store_full_of_waiting_codes_is_not_swept_for_ever),
        small(what_an_aborted_transaction_purged_is_not_room),
        small(an_app_with_all_of_the_store_leaves_what_deliveries_need)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Retained records, which go before their time if room is short. */


#include "store_share_help.h"


static void
what_an_app_retains_makes_room_for_its_codes_oldest_first(void **state)
{
    help_t       *h = *state;
    uint64_t      first, second, others;
    unsigned      i, n;
    ledger_op_t   op;

    first = issue(h, "shop");
    others = issue(h, "shop2");
    expire(h);
    second = issue(h, "shop");
    expire(h);

    n = fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT);

    /* None of these could be waited for: there is nothing else retained. */
    assert_false(is_there(h, first));
    assert_false(is_there(h, second));
    assert_true(is_there(h, others));

    expire(h);

    for (i = 0; i < 3; i++) {
        op = issue_op("shop", SHARE);
        assert_int_equal(help_do(h, &op), LEDGER_OK);
        assert_true(help_stat(h).records == n + 1);
    }

    /* One transaction purges 16 of a map of 512 pages. */
    assert_int_equal(fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT), 16);
    assert_true(is_there(h, others));
    assert_int_equal(help_faults(h), 0);
}


/* Nothing is purged for a code that has room without. */

static void
an_app_within_its_share_keeps_what_it_retains(void **state)
{
    help_t       *h = *state;
    uint64_t      key;
    ledger_op_t   op;

    key = issue(h, "shop");
    expire(h);

    op = issue_op("shop", SHARE);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(is_there(h, key));
}


/* Another name whose records stand in the same lane */

static const char *
collide(const char *app)
{
    unsigned     i;
    static char  name[16];

    for (i = 0; i < 10000000; i++) {
        snprintf(name, sizeof(name), "app%u", i);

        if (help_kept_lane(name) == help_kept_lane(app)) {
            return name;
        }
    }

    fail_msg("no name has that lane");
    return NULL;
}


static void
an_app_in_the_same_lane_loses_nothing(void **state)
{
    help_t       *h = *state;
    uint64_t      theirs, ours;
    const char   *other;
    ledger_op_t   op;

    other = collide("shop");
    theirs = issue(h, other);
    ours = issue(h, "shop");
    expire(h);

    assert_true(fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT) > 0);
    assert_true(is_there(h, theirs));
    assert_false(is_there(h, ours));

    /* Records behind many of the other app are not searched for. */

    issue_many(h, other, 100);
    expire(h);
    ours = issue(h, "shop");
    expire(h);

    op = issue_op("shop", 1);
    assert_int_equal(help_do(h, &op), LEDGER_SHARE_LIMIT);
    assert_true(is_there(h, theirs));
    assert_true(is_there(h, ours));
    assert_int_equal(help_faults(h), 0);
}


/* The oldest, and room is made long before the map is full. */

static void
a_store_nearly_full_drops_what_is_retained_whoevers_it_is(void **state)
{
    help_t    *h = *state;
    uint64_t   waiting, oldest, youngest;
    unsigned   i, issued, expired, purged;

    waiting = help_issue(h, 0);
    oldest = issue(h, "shop2");
    expire(h);

    for (issued = 0; help_stat(h).used_pages < 512 * 70 / 100; issued += 50) {
        issue_many(h, "shop", 50);
    }

    expire(h);
    youngest = issue(h, "shop3");
    expire(h);
    assert_true(is_there(h, oldest));

    for (i = 0; i < issued / 2; i += 10) {
        issue_many(h, "shop4", 10);
        assert_true(help_stat(h).used_pages < 512 * 90 / 100);
    }

    assert_false(is_there(h, oldest));
    assert_true(is_there(h, youngest));
    assert_true(is_there(h, waiting));
    assert_int_equal(help_faults(h), 0);

    /* The rest goes in its time. */

    for (i = 0; i < 2; i++) {
        help_now += 2 * HELP_HOUR;
        help_sweep(h, &expired, &purged);
    }

    assert_int_equal(help_stat(h).records, 0);
    assert_int_equal(help_stat(h).bytes, 0);
}


/* It stands among those that wait until its code would have expired. */

static void
a_decided_code_goes_early_once_it_would_have_expired(void **state)
{
    help_t    *h = *state;
    uint64_t   key;
    unsigned   expired, purged;

    key = help_issue(h, 0);
    assert_int_equal(help_message(h, LEDGER_VALIDATE, key, "m1"),
                     LEDGER_OK);
    (void) fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT);
    assert_true(is_there(h, key));

    help_now += 5 * HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 0);
    assert_true(is_there(h, key));

    assert_true(fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT) > 0);
    assert_false(is_there(h, key));
    assert_int_equal(help_stat(h).messages, 0);
    assert_int_equal(help_faults(h), 0);
}


/* Neither what expires nor what is purged waits for the end of the other. */

static void
a_sweep_looks_at_codes_and_at_what_is_retained(void **state)
{
    int           wanted;
    help_t       *h = *state;
    unsigned      expired, purged;
    ledger_op_t   op;

    issue_many(h, "app%u", 600);

    assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                     LEDGER_OK);
    assert_false(wanted);

    expire(h);
    (void) fill(h, "shop", 4 * SHARE, LEDGER_SHARE_LIMIT);
    assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                     LEDGER_OK);
    assert_false(wanted);

    help_now += HELP_HOUR;
    assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                     LEDGER_OK);
    assert_true(wanted);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = HELP_HOUR;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(op.u.sweep.expired > 0);
    assert_true(op.u.sweep.purged > 0);

    help_sweep(h, &expired, &purged);
    assert_int_equal(purged + op.u.sweep.purged, 600);
    assert_int_equal(lmdb_store_sweep_wanted(h->store, help_now, &wanted),
                     LEDGER_OK);
    assert_false(wanted);
    assert_int_equal(help_faults(h), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        small(what_an_app_retains_makes_room_for_its_codes_oldest_first),
        small(an_app_within_its_share_keeps_what_it_retains),
        small(an_app_in_the_same_lane_loses_nothing),
        small(a_store_nearly_full_drops_what_is_retained_whoevers_it_is),
        small(a_decided_code_goes_early_once_it_would_have_expired),
        small(a_sweep_looks_at_codes_and_at_what_is_retained)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The share of an app, and kept records, which go before their time if room is
 * short.
 */


#include "store_help.h"


/* 512 pages. */
#define SMALL_MAP  (2 * 1024 * 1024)

/* Ten-thousandths of it, for some hundred codes. */
#define SHARE      300


static ledger_op_t
issue_op(const char *app, unsigned share)
{
    ledger_op_t  op;

    op = help_issue_op(0);
    help_text(&op, LEDGER_APP, app);
    op.u.issue.lifetime = HELP_MINUTE;
    op.u.issue.share = share;

    return op;
}


static uint64_t
issue(help_t *h, const char *app)
{
    ledger_op_t  op;

    op = issue_op(app, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return op.u.issue.key;
}


/* The names of apps may differ by their number. */

static void
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

static unsigned
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

static void
expire(help_t *h)
{
    unsigned  expired, purged;

    help_now += HELP_MINUTE;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 0);
}


static int
is_there(help_t *h, uint64_t key)
{
    ledger_record_t  record;

    return help_try_get(h, key, &record) == LEDGER_OK;
}


static void
an_app_at_its_share_is_refused_alone(void **state)
{
    help_t       *h = *state;
    uint64_t      bytes;
    unsigned      n;
    ledger_op_t   op;

    n = fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT);
    assert_true(n > 100 && n < 1000);

    bytes = help_stat(h).bytes;
    assert_true(bytes <= h->map_size * 9 / 10 * SHARE / 10000);
    assert_true(bytes > h->map_size * 8 / 10 * SHARE / 10000);

    assert_int_equal(fill(h, "shoe", SHARE, LEDGER_SHARE_LIMIT), n);

    op = issue_op("shop", 2 * SHARE);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    op = issue_op("shop", 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(help_faults(h), 0);
}


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


/* A message is counted, its refused senders, and the user who was asked. */

static void
what_a_message_adds_is_of_its_app(void **state)
{
    help_t       *h = *state;
    uint64_t      key, bytes, more;
    unsigned      expired, purged;
    ledger_op_t   op;

    key = help_issue(h, 0);
    bytes = help_stat(h).bytes;

    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m1"),
                     LEDGER_OK);
    more = help_stat(h).bytes;
    assert_true(more > bytes + LEDGER_REFUSALS_MAX);

    assert_int_equal(help_message(h, LEDGER_REFUSE, key, "m2"),
                     LEDGER_OK);
    assert_true(help_stat(h).bytes > more);
    more = help_stat(h).bytes;

    op = help_message_op(LEDGER_ASK, key, "m3");
    help_text(&op, 1 + LEDGER_USER_ID, "US.1");
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(help_stat(h).bytes > more);
    assert_int_equal(help_faults(h), 0);

    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    help_now += HELP_HOUR;
    help_sweep(h, &expired, &purged);
    assert_int_equal(purged, 1);
    assert_int_equal(help_stat(h).bytes, 0);
    assert_int_equal(help_faults(h), 0);
}


/*
 * An app that signs messages for its own codes could fill the store with them:
 * the row of a message may be larger than its code.
 */

static void
messages_take_a_quarter_more_than_the_share_and_no_more(void **state)
{
    char          text[700];
    help_t       *h = *state;
    uint64_t      first, key, limit;
    unsigned      n;
    ledger_op_t   op;

    first = issue(h, "shop");
    (void) fill(h, "shop", SHARE, LEDGER_SHARE_LIMIT);
    limit = h->map_size * 9 / 10 * SHARE / 10000;
    memset(text, 'x', sizeof(text));

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

    for (n = 0, key = first; n < 300; n++, key++) {
        op = help_message_op(LEDGER_REFUSE, key, "m1");
        op.u.message.share = SHARE;
        op.text[1 + LEDGER_PROFILE_NAME].data = text;
        op.text[1 + LEDGER_PROFILE_NAME].len = sizeof(text);
        assert_int_equal(lmdb_store_apply(h->store, &op), 0);

        if (op.result != LEDGER_OK) {
            break;
        }
    }

    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
    assert_int_equal(op.result, LEDGER_SHARE_LIMIT);
    assert_true(n > 3 && n < 100);
    assert_true(help_stat(h).bytes > limit * 5 / 4);
    assert_true(help_stat(h).bytes < limit * 5 / 4 + 2 * sizeof(text) + 1000);
    assert_int_equal(help_stat(h).messages, n);

    /* Operations that need no more room go on; so do other apps. */

    op = help_message_op(LEDGER_VALIDATE, first, "m2");
    op.u.message.share = SHARE;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_true(fill(h, "shoe", SHARE, LEDGER_SHARE_LIMIT) > 100);

    /* Kept records make room here, too. */

    expire(h);
    key = issue(h, "shop");
    op = help_message_op(LEDGER_VALIDATE, key, "m3");
    op.u.message.share = SHARE;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    assert_int_equal(help_faults(h), 0);
}


/* It counts pages: what an app is told to use, the file has to have. */

static void
bytes_are_those_of_pages(void **state)
{
    help_t                 *h = *state;
    unsigned                i, len;
    ledger_op_t             op;
    lmdb_store_stat_t       before, after;
    static char             text[LEDGER_RECORD_TEXTS_MAX];
    static const unsigned   lens[] = { 20, 120, 700, 1000, 1890 };

    memset(text, 'x', sizeof(text));

    for (len = 0; len < sizeof(lens) / sizeof(lens[0]); len++) {
        before = help_stat(h);
        assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);

        for (i = 0; i < 2000; i++) {
            op = issue_op("shop", 0);
            op.text[LEDGER_CALLBACK_URL].data = text;
            op.text[LEDGER_CALLBACK_URL].len = lens[len];
            assert_int_equal(lmdb_store_apply(h->store, &op), 0);
            assert_int_equal(op.result, LEDGER_OK);
        }

        assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
        after = help_stat(h);

        after.bytes -= before.bytes;
        after.used_pages -= before.used_pages;
        assert_true(after.bytes > after.used_pages * 4096 * 85 / 100);
        assert_true(after.bytes < after.used_pages * 4096 * 125 / 100);
    }
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


static int
setup_small(void **state)
{
    return help_setup_size(state, SMALL_MAP);
}


#define test(name)  cmocka_unit_test_setup_teardown(name, help_setup,         \
                                                    help_teardown)
#define small(name) cmocka_unit_test_setup_teardown(name, setup_small,        \
                                                    help_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        small(an_app_at_its_share_is_refused_alone),
        small(what_an_app_retains_makes_room_for_its_codes_oldest_first),
        small(an_app_within_its_share_keeps_what_it_retains),
        test(what_a_message_adds_is_of_its_app),
        small(messages_take_a_quarter_more_than_the_share_and_no_more),
        test(bytes_are_those_of_pages),
        small(an_app_in_the_same_lane_loses_nothing),
        small(a_store_nearly_full_drops_what_is_retained_whoevers_it_is),
        small(a_decided_code_goes_early_once_it_would_have_expired),
        small(a_sweep_looks_at_codes_and_at_what_is_retained)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

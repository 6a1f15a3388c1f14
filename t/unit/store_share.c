
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The share that an app has of the store. */


#include "store_share_help.h"


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


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        small(an_app_at_its_share_is_refused_alone),
        help_test(what_a_message_adds_is_of_its_app),
        small(messages_take_a_quarter_more_than_the_share_and_no_more),
        help_test(bytes_are_those_of_pages)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

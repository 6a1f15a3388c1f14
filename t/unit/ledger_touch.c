
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Sessions are used. */


#include "ledger_claim_help.h"


/* A session of a minute that is over after 16 seconds without use. */

static ledger_session_t
used(void)
{
    ledger_session_t  session;

    memset(&session, 0, sizeof(session));
    session.key = 11;
    session.login_at = HELP_NOW;
    session.seen_at = HELP_NOW;
    session.ends_at = HELP_NOW + 60000;
    session.idle = 16000;
    session.text[LEDGER_SESSION_APP] = help_text("shop");
    help_digest(session.digest, "the session has.");

    return session;
}


static ledger_op_t
touch_op(void)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TOUCH;
    op.u.touch.key = 11;
    op.u.touch.moved = 7;
    op.text[LEDGER_APP] = help_text("shop");
    help_digest(op.u.touch.digest, "the session has.");

    return op;
}


static void
the_use_of_a_session_is_written_sixteen_times_at_most(void **state)
{
    unsigned          i, n;
    ledger_op_t       op;
    ledger_session_t  session, after;

    (void) state;

    session = used();
    n = 0;

    for (i = 0; i < 16000; i++) {
        op = touch_op();
        assert_int_equal(ledger_touch(&session, &op, HELP_NOW + i, &after),
                         LEDGER_OK);
        assert_int_equal(op.u.touch.moved,
                         ledger_session_is_stale(&session, HELP_NOW + i));
        n += op.u.touch.moved;
        session = after;
    }

    assert_int_equal(n, LEDGER_TOUCHES_MAX - 1);
    assert_true(session.seen_at == HELP_NOW + 15000);

    after = used();
    after.seen_at = session.seen_at;
    assert_memory_equal(&session, &after, sizeof(session));
}


static void
a_use_moves_the_end_forward_and_never_back(void **state)
{
    unsigned          i;
    ledger_op_t       op;
    ledger_session_t  session, after;

    static const struct {
        int64_t       now;
        uint64_t      idle;
        int64_t       seen_at;      /* both from HELP_NOW */
    } row[] = {
        { 0, 16000, 0 },
        { 999, 16000, 0 },
        { 1000, 16000, 1000 },
        { 15999, 16000, 15999 },

        /* The clock has stepped back. */
        { -1, 16000, 0 },
        { -15000, 16000, 0 },

        /* However short: not twice in one millisecond. */
        { 0, 15, 0 },
        { 1, 15, 1 },

        /* It ends at ends_at, used or not. */
        { 50000, 59999, 50000 },
        { 50000, 60000, 0 },
        { 50000, UINT64_MAX, 0 }
    };

    (void) state;

    for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        session = used();
        session.idle = row[i].idle;
        op = touch_op();

        assert_int_equal(ledger_touch(&session, &op,
                                      HELP_NOW + (uint64_t) row[i].now,
                                      &after),
                         LEDGER_OK);
        assert_true(after.seen_at == HELP_NOW + (uint64_t) row[i].seen_at);
        assert_int_equal(op.u.touch.moved, row[i].seen_at != 0);
        assert_true(ledger_session_until(&after)
                    >= ledger_session_until(&session));
        assert_true(ledger_session_until(&after) <= session.ends_at);
    }
}


static void
a_use_brings_back_no_session_and_moves_no_other(void **state)
{
    ledger_op_t       op;
    ledger_session_t  session, after;

    (void) state;

    op = touch_op();
    assert_int_equal(ledger_touch(NULL, &op, HELP_NOW + 1000, &after),
                     LEDGER_UNKNOWN);
    assert_int_equal(op.u.touch.moved, 0);

    session = used();
    assert_int_equal(ledger_touch(&session, &op, HELP_NOW + 16000, &after),
                     LEDGER_UNKNOWN);

    session.seen_at = HELP_NOW + 50000;
    assert_int_equal(ledger_touch(&session, &op, HELP_NOW + 60000, &after),
                     LEDGER_UNKNOWN);
    assert_int_equal(ledger_touch(&session, &op, HELP_NOW + 59999, &after),
                     LEDGER_OK);

    session = used();
    op.text[LEDGER_APP] = help_text("shop2");
    assert_int_equal(ledger_touch(&session, &op, HELP_NOW + 1000, &after),
                     LEDGER_UNKNOWN);

    op = touch_op();
    op.u.touch.digest[LEDGER_DIGEST_LEN - 1] ^= 1;
    assert_int_equal(ledger_touch(&session, &op, HELP_NOW + 1000, &after),
                     LEDGER_UNKNOWN);
    assert_int_equal(op.u.touch.moved, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_use_of_a_session_is_written_sixteen_times_at_most),
        cmocka_unit_test(a_use_moves_the_end_forward_and_never_back),
        cmocka_unit_test(a_use_brings_back_no_session_and_moves_no_other)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The language of a login: from its code to its session, and to whoever ends
 * that.
 */


#include "store_session_help.h"
#include "lmdb_store/store.h"


#define ARABIC  6
#define HEBREW  7


static uint64_t
login_in(help_t *h, unsigned language, unsigned claim_flags)
{
    ledger_op_t  op;

    op = help_login_op(claim_flags);
    op.u.issue.language = language;
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return op.u.issue.key;
}


static uint64_t
session_in(help_t *h, unsigned language)
{
    uint64_t     key;
    ledger_op_t  op;

    key = login_in(h, language, 0);
    op = help_person_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return key;
}


static unsigned
revoked_language(help_t *h)
{
    ledger_op_t  op;

    op = help_revoke_op(0, HELP_NUMBER, 0);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return op.u.revoke.language;
}


static void
a_language_goes_with_the_login_into_its_session(void **state)
{
    help_t            *h = *state;
    uint64_t           key;
    ledger_op_t        op;
    ledger_record_t    record;
    ledger_session_t   session;

    key = login_in(h, HEBREW, LEDGER_CLAIM_PIN);
    op = help_person_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_CONFIRM;
    op.u.browser.key = key;
    help_digest(op.u.browser.digest, 'c');
    help_text(&op, LEDGER_APP, "shop");
    help_text(&op, LEDGER_OP_SUBJECT, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_WRONG_PIN);

    help_get(h, key, &record);
    assert_int_equal(record.claim.language, HEBREW);
    assert_int_equal(record.claim.wrong_pins, 1);

    op.u.browser.right = 1;
    assert_int_equal(help_do(h, &op), LEDGER_OK);
    op = help_collect_op(key, HELP_NUMBER);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    assert_int_equal(help_get_session(h, key, &session), LEDGER_OK);
    assert_int_equal(session.language, HEBREW);
    assert_int_equal(session.flags, LEDGER_CLAIM_CONFIRMED);
    assert_int_equal(help_faults(h), 0);
}


static void
whoever_ends_sessions_learns_the_language_of_the_last(void **state)
{
    help_t  *h = *state;

    (void) session_in(h, HEBREW);
    (void) session_in(h, ARABIC);
    assert_int_equal(revoked_language(h), ARABIC);

    /* Nothing has ended. */
    assert_int_equal(revoked_language(h), 0);
}


/* Takes the language out of a row, whose format had none before. */

static void
forget_language(help_t *h, MDB_dbi dbi, uint64_t key, size_t at,
    unsigned char mask)
{
    MDB_val        k, v;
    unsigned char  buf[LEDGER_ROW_KEY_LEN];
    unsigned char  row[LEDGER_ROW_MESSAGE_VALUE_MAX];

    lmdb_store_key_encode(buf, key, &k);

    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(mdb_get(h->store->write.txn, dbi, &k, &v), 0);

    memcpy(row, v.mv_data, v.mv_size);
    assert_int_not_equal(row[at] & ~mask, 0);
    row[at] &= mask;
    v.mv_data = row;

    assert_int_equal(mdb_put(h->store->write.txn, dbi, &k, &v, 0), 0);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);
}


static void
a_row_from_before_there_were_languages_has_the_first(void **state)
{
    help_t            *h = *state;
    uint64_t           key;
    ledger_record_t    record;
    ledger_session_t   session;

    key = login_in(h, ARABIC, 0);
    forget_language(h, h->store->tables.messages, key,
                    LEDGER_ROW_MESSAGE_HEAD_LEN + 1 + 2, 0x0f);
    help_get(h, key, &record);
    assert_int_equal(record.claim.language, 0);
    assert_int_equal(record.claim.step, LEDGER_STEP_SEND);

    key = session_in(h, ARABIC);
    forget_language(h, h->store->tables.sessions, key, 0, 0xf0);
    assert_int_equal(help_get_session(h, key, &session), LEDGER_OK);
    assert_int_equal(session.language, 0);
    assert_int_equal(revoked_language(h), 0);
    assert_int_equal(help_faults(h), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        help_test(a_language_goes_with_the_login_into_its_session),
        help_test(whoever_ends_sessions_learns_the_language_of_the_last),
        help_test(a_row_from_before_there_were_languages_has_the_first)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

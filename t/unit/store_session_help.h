
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tools of the tests of claims and sessions.  A digest is one letter, sixteen
 * times.
 */


#ifndef _STORE_SESSION_HELP_H_INCLUDED_
#define _STORE_SESSION_HELP_H_INCLUDED_


#include "store_help.h"


#define HELP_NUMBER    "56911111111"
#define HELP_ABSOLUTE  (12 * HELP_HOUR)
#define HELP_IDLE      HELP_HOUR


static inline void
help_digest(uint8_t *digest, char letter)
{
    memset(digest, letter, LEDGER_DIGEST_LEN);
}


/* A login that L's page begins; its claim is 'c'. */

static inline ledger_op_t
help_login_op(unsigned claim_flags)
{
    ledger_op_t  op;

    op = help_issue_op(LEDGER_CLAIMED);
    op.u.issue.claim_flags = LEDGER_CLAIM_PAGE | claim_flags;
    help_digest(op.u.issue.digest, 'c');
    help_text(&op, LEDGER_PLACE, "Santiago, 203.0.113.x");
    help_text(&op, LEDGER_DEVICE, "Chrome on Windows");

    return op;
}


static inline uint64_t
help_login(help_t *h, unsigned claim_flags)
{
    ledger_op_t  op;

    op = help_login_op(claim_flags);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return op.u.issue.key;
}


static inline ledger_op_t
help_person_op(uint64_t key, const char *number)
{
    ledger_op_t  op;

    op = help_message_op(LEDGER_VALIDATE, key, "m1");
    help_text(&op, 1 + LEDGER_SENDER, number);
    help_text(&op, LEDGER_OP_SUBJECT, number);

    return op;
}


/* A login that a message has validated. */

static inline uint64_t
help_validated(help_t *h, const char *number)
{
    uint64_t     key;
    ledger_op_t  op;

    key = help_login(h, 0);
    op = help_person_op(key, number);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return key;
}


/* The right PIN was typed. */

static inline ledger_op_t
help_confirm_op(uint64_t key)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_CONFIRM;
    op.u.browser.key = key;
    op.u.browser.right = 1;
    op.u.browser.retain = HELP_HOUR;
    help_digest(op.u.browser.digest, 'c');
    help_text(&op, LEDGER_APP, "shop");

    return op;
}


static inline ledger_op_t
help_collect_op(uint64_t key, const char *number)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_COLLECT;
    op.u.collect.key = key;
    op.u.collect.session = 1;
    op.u.collect.absolute = HELP_ABSOLUTE;
    op.u.collect.idle = HELP_IDLE;
    help_digest(op.u.collect.digest, 'c');
    help_digest(op.u.collect.collect_key, 'k');
    help_digest(op.u.collect.session_digest, 's');
    help_digest(op.u.collect.mark, 'm');
    help_digest(op.u.collect.seed, 'e');
    help_text(&op, LEDGER_APP, "shop");
    help_text(&op, LEDGER_OP_SUBJECT, number);

    return op;
}


/* A session of a number. */

static inline uint64_t
help_session(help_t *h, const char *number)
{
    uint64_t     key;
    ledger_op_t  op;

    key = help_validated(h, number);
    op = help_collect_op(key, number);
    assert_int_equal(help_do(h, &op), LEDGER_OK);

    return key;
}


static inline ledger_op_t
help_revoke_op(uint64_t key, const char *number, uint64_t since)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_REVOKE;
    op.u.revoke.key = key;
    op.u.revoke.since = since;
    help_text(&op, LEDGER_APP, "shop");
    help_text(&op, LEDGER_OP_SUBJECT, number);

    return op;
}


static inline ledger_op_t
help_touch_op(uint64_t key)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_TOUCH;
    op.u.touch.key = key;
    help_digest(op.u.touch.digest, 's');
    help_text(&op, LEDGER_APP, "shop");

    return op;
}


/* The texts stay until the next call. */

static inline ledger_result_t
help_get_session(help_t *h, uint64_t key, ledger_session_t *session)
{
    ledger_result_t               result;
    static ledger_session_copy_t  copy;

    result = lmdb_store_get_session(h->store, key, &copy);
    *session = copy.session;

    return result;
}


static inline int
help_has_session(help_t *h, uint64_t key)
{
    ledger_session_t  session;

    return help_get_session(h, key, &session) == LEDGER_OK;
}


static inline ledger_result_t
help_get_subject(help_t *h, const char *app, const char *number,
    ledger_subject_t *subject)
{
    ledger_text_t                 app_text, number_text;
    ledger_result_t               result;
    static ledger_subject_copy_t  copy;

    app_text.data = app;
    app_text.len = strlen(app);
    number_text.data = number;
    number_text.len = strlen(number);

    result = lmdb_store_get_subject(h->store, &app_text, &number_text, &copy);
    *subject = copy.subject;

    return result;
}


static inline void
help_same(const ledger_text_t *text, const char *expected)
{
    assert_int_equal(text->len, strlen(expected));
    assert_memory_equal(text->data, expected, text->len);
}


#endif /* _STORE_SESSION_HELP_H_INCLUDED_ */

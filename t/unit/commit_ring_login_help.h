
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Tools of the tests of the ring in which several workers use one login. */


#ifndef _COMMIT_RING_LOGIN_HELP_H_INCLUDED_
#define _COMMIT_RING_LOGIN_HELP_H_INCLUDED_


#include <signal.h>
#include <sys/prctl.h>

#include "commit_ring_help.h"


#define HELP_NUMBER  "56911111111"


static inline ledger_text_t
help_text(const char *s)
{
    ledger_text_t  text;

    text.data = s;
    text.len = strlen(s);

    return text;
}


static inline ledger_op_t
help_op(ledger_kind_t kind)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    op.kind = kind;
    op.text[LEDGER_APP] = help_text("shop");

    return op;
}


static inline ledger_result_t
help_apply(help_t *h, ledger_op_t *op)
{
    assert_int_equal(lmdb_store_begin(h->store), LEDGER_OK);
    assert_int_equal(lmdb_store_apply(h->store, op), 0);
    assert_int_equal(lmdb_store_commit(h->store), LEDGER_OK);

    return op->result;
}


/* The key of a login that is validated and not yet collected. */

static inline uint64_t
help_validated(help_t *h)
{
    uint64_t     key;
    ledger_op_t  op;

    op = help_op(LEDGER_ISSUE);
    op.u.issue.lifetime = 3600000;
    op.u.issue.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.issue.flags = LEDGER_CLAIMED;
    op.u.issue.claim_flags = LEDGER_CLAIM_PAGE;
    memset(op.u.issue.digest, 'c', LEDGER_DIGEST_LEN);
    assert_int_equal(help_apply(h, &op), LEDGER_OK);
    key = op.u.issue.key;

    op = help_op(LEDGER_VALIDATE);
    op.u.message.key = key;
    op.u.message.retain = 3600000;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    ledger_message_text(&op, LEDGER_SENDER) = help_text(HELP_NUMBER);
    assert_int_equal(help_apply(h, &op), LEDGER_OK);

    return key;
}


/* Of a worker: its exit codes are positive, and 0 if all went well. */

static inline unsigned
help_join(help_t *h)
{
    unsigned  seat;

    /* A test that fails leaves no worker behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    seat = commit_ring_join(h->ring, getpid());

    if (seat == COMMIT_RING_NO_SEAT) {
        _exit(2);
    }

    return seat;
}


static inline void
help_wait(pid_t pid, int killed)
{
    int  status;

    assert_int_equal(waitpid(pid, &status, 0), pid);

    if (!killed) {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}


#endif /* _COMMIT_RING_LOGIN_HELP_H_INCLUDED_ */

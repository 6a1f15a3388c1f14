
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Sessions that somebody ends, and all that would bring them back. */


#include "transition.h"


/* Without a bound all are meant: the clock may have stepped back since. */

static int
ledger_revoke_is_meant(const ledger_login_t *login, const ledger_op_t *op)
{
    if (op->text[LEDGER_OP_SUBJECT].len == 0) {
        return login->key == op->u.revoke.key;
    }

    return login->login_at >= op->u.revoke.since
           && (op->u.revoke.until == 0
               || login->login_at <= op->u.revoke.until);
}


ledger_result_t
ledger_revoke(const ledger_subject_t *before, ledger_op_t *op, uint64_t now,
    ledger_subject_t *after, uint64_t ended[LEDGER_SESSIONS_MAX])
{
    unsigned               i;
    uint64_t               until;
    const ledger_login_t  *login;

    op->u.revoke.ended = 0;

    if (before == NULL) {
        return LEDGER_UNKNOWN;
    }

    *after = *before;

    for (i = 0; i < before->n_sessions; i++) {
        login = &before->session[i];

        if (ledger_revoke_is_meant(login, op)) {
            ended[op->u.revoke.ended++] = login->key;
            ledger_subject_drop(after, login->key);
        }
    }

    if (op->text[LEDGER_OP_SUBJECT].len == 0) {
        return op->u.revoke.ended ? LEDGER_OK : LEDGER_UNKNOWN;
    }

    after->n_marks = 0;

    until = op->u.revoke.until && op->u.revoke.until < now
            ? op->u.revoke.until : now;

    if (after->revoked_at < until) {
        after->revoked_at = until;
    }

    return LEDGER_OK;
}

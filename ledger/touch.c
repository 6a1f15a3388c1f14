
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The use of a session.  Each request behind a gate uses one, so what is
 * written of it has a bound, and is one row.
 */


#include "transition.h"


/* A clock that has stepped back makes none stale: seen_at never goes back. */

int
ledger_session_is_stale(const ledger_session_t *session, uint64_t now)
{
    return ledger_session_until(session) < session->ends_at
           && now > session->seen_at
           && now - session->seen_at >= session->idle / LEDGER_TOUCHES_MAX;
}


ledger_result_t
ledger_touch(const ledger_session_t *before, ledger_op_t *op, uint64_t now,
    ledger_session_t *after)
{
    op->u.touch.moved = 0;

    /* It may have ended since it was read. */

    if (before == NULL || now >= ledger_session_until(before)
        || !ledger_text_same(&op->text[LEDGER_APP],
                             &before->text[LEDGER_SESSION_APP])
        || !ledger_digest_same(op->u.touch.digest, before->digest))
    {
        return LEDGER_UNKNOWN;
    }

    *after = *before;

    if (ledger_session_is_stale(before, now)) {
        after->seen_at = now;
        op->u.touch.moved = 1;
    }

    return LEDGER_OK;
}

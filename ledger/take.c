
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "transition.h"


/* The highest number of attempts that a stored record can hold. */
#define LEDGER_ATTEMPTS_MAX  65535


ledger_result_t
ledger_take(const ledger_before_t *before, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    if (before->record->state != LEDGER_STATE_CALLBACK
        || before->record->due_at != op->u.take.due_at)
    {
        return LEDGER_NOT_CURRENT;
    }

    if (after->attempts < LEDGER_ATTEMPTS_MAX) {
        after->attempts++;
    }

    op->u.take.attempt = after->attempts;

    ledger_move(after, before->record->lane,
                ledger_after(now, op->u.take.lease), change);

    return LEDGER_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "transition.h"


/* Time: a code expires, a kept record goes. */

ledger_result_t
ledger_time(const ledger_before_t *before, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    if (now < before->record->due_at) {
        return LEDGER_NOT_CURRENT;
    }

    switch (before->record->state) {

    case LEDGER_STATE_WAITING:
        after->status = LEDGER_STATUS_EXPIRED;
        ledger_finish(after, LEDGER_LANE_EXPIRED, now,
                      ledger_after(now, op->u.sweep.retain), change);
        return LEDGER_OK;

    case LEDGER_STATE_KEPT:
        change->remove = 1;
        return LEDGER_OK;

    case LEDGER_STATE_CALLBACK:
        break;
    }

    /* An attempt is due: that is TAKE's. */

    return LEDGER_NOT_CURRENT;
}

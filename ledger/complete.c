
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "transition.h"


static int
ledger_complete_is_current(const ledger_record_t *record,
    const ledger_op_t *op)
{
    return record->state == LEDGER_STATE_CALLBACK
           && op->u.complete.attempt != 0
           && (op->u.complete.outcome == LEDGER_DELIVERED
               || op->u.complete.attempt == record->attempts);
}


/* The result of a collected claim is out: the login stands. */

static void
ledger_complete_give_up(ledger_record_t *record, ledger_op_t *op,
    ledger_change_t *change)
{
    if (record->claim.collected_at) {
        return;
    }

    record->status = LEDGER_STATUS_FAILED;

    if (record->error == LEDGER_ERROR_NONE) {
        record->error = op->u.complete.error;
    }

    op->u.complete.reply = ledger_reply(record, op->u.complete.replies,
                                        LEDGER_REPLY_FAILURE, change);
}


ledger_result_t
ledger_complete(const ledger_before_t *before, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    op->u.complete.reply = 0;

    if (!ledger_complete_is_current(before->record, op)) {
        return LEDGER_NOT_CURRENT;
    }

    switch (op->u.complete.outcome) {

    case LEDGER_RELEASE:
        after->attempts--;
        /* fall through */

    case LEDGER_RETRY:
        ledger_move(after, before->record->lane, op->u.complete.next_at,
                    change);
        break;

    case LEDGER_GIVE_UP:
        ledger_complete_give_up(after, op, change);
        ledger_keep(after, ledger_after(now, op->u.complete.retain), change);
        break;

    case LEDGER_DELIVERED:

        if (after->status == LEDGER_STATUS_VALIDATED
            && !ledger_is_page(after))
        {
            op->u.complete.reply = ledger_reply(after, op->u.complete.replies,
                                                LEDGER_REPLY_RESPONSE, change);
        }

        ledger_keep(after, ledger_after(now, op->u.complete.retain), change);
        break;

    default:
        return LEDGER_FAILED;
    }

    op->u.complete.status = after->status;

    return LEDGER_OK;
}

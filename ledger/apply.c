
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include <string.h>

#include "transition.h"


static const ledger_transition_pt  ledger_apply_transitions[] = {
    [LEDGER_VALIDATE] = ledger_message,
    [LEDGER_REFUSE]   = ledger_message,
    [LEDGER_ASK]      = ledger_message,
    [LEDGER_TAKE]     = ledger_take,
    [LEDGER_COMPLETE] = ledger_complete,
    [LEDGER_SWEEP]    = ledger_time,
    [LEDGER_CONFIRM]  = ledger_browser,
    [LEDGER_RESEND]   = ledger_browser,
    [LEDGER_UNSENT]   = ledger_browser,
    [LEDGER_CANCEL]   = ledger_browser,
    [LEDGER_COLLECT]  = ledger_collect
};


ledger_result_t
ledger_apply(const ledger_record_t *record, const ledger_subject_t *subject,
    ledger_op_t *op, uint64_t now, ledger_record_t *after,
    ledger_change_t *change)
{
    ledger_before_t  before;
    ledger_result_t  result;

    memset(change, 0, sizeof(ledger_change_t));

    if (op->kind < LEDGER_VALIDATE || op->kind > LEDGER_COLLECT) {
        return LEDGER_FAILED;
    }

    if (record == NULL) {
        return LEDGER_UNKNOWN;
    }

    *after = *record;

    before.record = record;
    before.subject = subject;

    result = ledger_apply_transitions[op->kind](&before, op, now, after,
                                                change);

    change->changed = after->status != record->status
                      || after->claim.step != record->claim.step
                      || after->claim.collected_at
                         != record->claim.collected_at;

    return result;
}


int
ledger_wants_subject(const ledger_record_t *record, const ledger_op_t *op)
{
    if (record == NULL || (record->flags & LEDGER_CLAIMED) == 0) {
        return 0;
    }

    if (op->kind == LEDGER_COLLECT) {
        return op->u.collect.session != 0;
    }

    if (op->kind == LEDGER_CONFIRM || op->kind == LEDGER_RESEND) {
        return op->text[LEDGER_OP_SUBJECT].len && ledger_pin_is_due(record);
    }

    return op->kind == LEDGER_VALIDATE
           && op->text[LEDGER_OP_SUBJECT].len
           && (record->claim.flags & LEDGER_CLAIM_PIN_UNKNOWN)
           && (record->claim.flags & LEDGER_CLAIM_MARKED)
           && !ledger_pin_is_due(record);
}


uint64_t
ledger_key(const ledger_op_t *op)
{
    switch (op->kind) {

    case LEDGER_VALIDATE:
    case LEDGER_REFUSE:
    case LEDGER_ASK:
        return op->u.message.key;

    case LEDGER_TAKE:
        return op->u.take.key;

    case LEDGER_COMPLETE:
        return op->u.complete.key;

    case LEDGER_CONFIRM:
    case LEDGER_RESEND:
    case LEDGER_UNSENT:
    case LEDGER_CANCEL:
        return op->u.browser.key;

    case LEDGER_COLLECT:
        return op->u.collect.key;

    default:
        break;
    }

    return 0;
}


ledger_status_t
ledger_status(const ledger_record_t *record, uint64_t now)
{
    return record->state == LEDGER_STATE_WAITING && now >= record->expires_at
           ? LEDGER_STATUS_EXPIRED : record->status;
}


static unsigned
ledger_apply_flag(ledger_status_t status)
{
    switch (status) {

    case LEDGER_STATUS_VALIDATED:
        return LEDGER_ON_VALIDATED;

    case LEDGER_STATUS_EXPIRED:
        return LEDGER_ON_EXPIRED;

    default:
        return LEDGER_ON_FAILED;
    }
}


unsigned
ledger_validate(ledger_record_t *record, unsigned replies, uint64_t now,
    ledger_change_t *change)
{
    record->status = LEDGER_STATUS_VALIDATED;
    record->validated_at = now;

    /* If the site is called or a page collects, the reply waits for that. */

    return (record->flags & LEDGER_ON_VALIDATED) || ledger_is_page(record)
           ? 0 : ledger_reply(record, replies, LEDGER_REPLY_RESPONSE, change);
}


void
ledger_decide(ledger_record_t *record, uint64_t lease, uint64_t retain,
    uint64_t now, ledger_change_t *change)
{
    record->attempts = lease ? 1 : 0;

    ledger_finish(record, LEDGER_LANE_CALLBACK, ledger_after(now, lease),
                  ledger_after(now, retain), change);
}


void
ledger_finish(ledger_record_t *record, unsigned lane, uint64_t due_at,
    uint64_t purge_at, ledger_change_t *change)
{
    change->waiting = -1;
    change->pages = (record->flags & LEDGER_PAGE) ? -1 : 0;

    if (record->flags & LEDGER_CLAIMED) {
        record->claim.step = LEDGER_STEP_DONE;
    }

    if (record->flags & ledger_apply_flag(record->status)) {
        record->state = LEDGER_STATE_CALLBACK;
        ledger_move(record, lane + record->host_lane, due_at, change);
        return;
    }

    record->attempts = 0;
    ledger_keep(record, purge_at, change);
}


void
ledger_keep(ledger_record_t *record, uint64_t purge_at,
    ledger_change_t *change)
{
    record->state = LEDGER_STATE_KEPT;
    ledger_move(record, LEDGER_LANE_KEPT, purge_at, change);
}


void
ledger_move(ledger_record_t *record, unsigned lane, uint64_t due_at,
    ledger_change_t *change)
{
    record->lane = lane;
    record->due_at = due_at;

    change->moves = 1;
    change->save = 1;
}


unsigned
ledger_reply(ledger_record_t *record, unsigned replies, unsigned reply,
    ledger_change_t *change)
{
    if ((replies & reply) == 0 || (record->flags & LEDGER_REPLIED)) {
        return 0;
    }

    record->flags |= LEDGER_REPLIED;
    change->save = 1;

    return reply;
}

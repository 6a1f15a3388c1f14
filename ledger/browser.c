
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The browser acts on its login: the PIN that was typed, another PIN, the end.
 */


#include "transition.h"


static int
ledger_browser_is_its_own(const ledger_record_t *record,
    const ledger_op_t *op, uint64_t now)
{
    if (!ledger_text_same(&op->text[LEDGER_APP], &record->text[LEDGER_APP])) {
        return 0;
    }

    return op->kind == LEDGER_UNSENT
           ? (record->flags & LEDGER_CLAIMED) != 0
           : ledger_claim_is(record, op->u.browser.digest, now);
}


static ledger_result_t
ledger_browser_judge(const ledger_record_t *record, ledger_op_t *op,
    uint64_t now)
{
    if (!ledger_browser_is_its_own(record, op, now)) {
        return LEDGER_UNKNOWN;
    }

    op->u.browser.status = ledger_status(record, now);
    op->u.browser.error = record->error;

    switch (op->u.browser.status) {

    case LEDGER_STATUS_REQUESTED:
        return op->kind == LEDGER_CANCEL || ledger_pin_is_due(record)
               ? LEDGER_OK : LEDGER_UNDECIDED;

    case LEDGER_STATUS_VALIDATED:
        return LEDGER_USED;

    default:
        return LEDGER_ENDED;
    }
}


static void
ledger_browser_fail(ledger_record_t *record, ledger_op_t *op,
    ledger_error_t error, uint64_t now, ledger_change_t *change)
{
    record->status = LEDGER_STATUS_FAILED;
    record->error = error;

    ledger_decide(record, op->u.browser.lease, op->u.browser.retain, now,
                  change);
}


/*
 * The third wrong PIN ends the record: one of a million is guessed in three
 * tries by three in a million.
 */

static ledger_result_t
ledger_browser_wrong(ledger_record_t *record, ledger_op_t *op, uint64_t now,
    ledger_change_t *change)
{
    record->claim.wrong_pins++;
    change->save = 1;

    if (record->claim.wrong_pins >= LEDGER_WRONG_PINS_MAX) {
        op->u.browser.reply = ledger_reply(record, op->u.browser.replies,
                                           LEDGER_REPLY_FAILURE, change);
        ledger_browser_fail(record, op, LEDGER_ERROR_PIN_WRONG, now, change);
    }

    return LEDGER_WRONG_PIN;
}


static ledger_result_t
ledger_browser_right(ledger_record_t *record, ledger_op_t *op, uint64_t now,
    ledger_change_t *change)
{
    record->claim.flags |= LEDGER_CLAIM_CONFIRMED;

    op->u.browser.reply = ledger_validate(record, op->u.browser.replies, now,
                                          change);

    ledger_decide(record, op->u.browser.lease, op->u.browser.retain, now,
                  change);

    return LEDGER_OK;
}


static ledger_result_t
ledger_browser_resend(ledger_record_t *record, ledger_op_t *op,
    ledger_change_t *change)
{
    if (record->claim.flags & LEDGER_CLAIM_RESENT) {
        return LEDGER_RESENT;
    }

    record->claim.flags |= LEDGER_CLAIM_RESENT;
    record->claim.step = LEDGER_STEP_PIN;
    change->save = 1;

    op->u.browser.pin = 2;

    return LEDGER_OK;
}


/* The end of the first sending says nothing of the second. */

static ledger_result_t
ledger_browser_unsent(ledger_record_t *record, const ledger_op_t *op,
    ledger_change_t *change)
{
    unsigned  last;

    last = (record->claim.flags & LEDGER_CLAIM_RESENT) ? 2 : 1;

    if (record->claim.step != LEDGER_STEP_PIN || op->u.browser.pin != last) {
        return LEDGER_NOT_CURRENT;
    }

    record->claim.step = LEDGER_STEP_SEND_FAILED;
    change->save = 1;

    return LEDGER_OK;
}


/* A provider tells whole seconds: a message may be younger by nearly one. */
#define LEDGER_BROWSER_SECOND  999


/*
 * The user has ended all logins since the message: nobody gets another PIN, or
 * may type the one that has gone out.
 */

static int
ledger_browser_is_revoked(const ledger_before_t *before,
    const ledger_op_t *op)
{
    uint64_t                sent_at;
    const ledger_record_t  *record;

    if (before->subject == NULL
        || (op->kind != LEDGER_CONFIRM && op->kind != LEDGER_RESEND))
    {
        return 0;
    }

    record = before->record;

    sent_at = record->sent_at
              ? ledger_after(record->sent_at, LEDGER_BROWSER_SECOND)
              : record->requested_at;

    return sent_at <= before->subject->revoked_at;
}


static ledger_result_t
ledger_browser_act(const ledger_before_t *before, ledger_record_t *record,
    ledger_op_t *op, uint64_t now, ledger_change_t *change)
{
    if (ledger_browser_is_revoked(before, op)) {
        ledger_browser_fail(record, op, LEDGER_ERROR_CANCELLED, now, change);
        return LEDGER_ENDED;
    }

    switch (op->kind) {

    case LEDGER_CONFIRM:
        return op->u.browser.right
               ? ledger_browser_right(record, op, now, change)
               : ledger_browser_wrong(record, op, now, change);

    case LEDGER_RESEND:
        return ledger_browser_resend(record, op, change);

    case LEDGER_UNSENT:
        return ledger_browser_unsent(record, op, change);

    default:
        ledger_browser_fail(record, op, LEDGER_ERROR_CANCELLED, now, change);
        return LEDGER_OK;
    }
}


ledger_result_t
ledger_browser(const ledger_before_t *before, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    ledger_result_t  result;

    op->u.browser.attempt = 0;
    op->u.browser.reply = 0;

    result = ledger_browser_judge(before->record, op, now);

    if (result != LEDGER_OK) {
        return op->kind == LEDGER_UNSENT && result != LEDGER_UNKNOWN
               ? LEDGER_NOT_CURRENT : result;
    }

    result = ledger_browser_act(before, after, op, now, change);

    op->u.browser.status = after->status;
    op->u.browser.error = after->error;
    op->u.browser.attempt = after->attempts;
    op->u.browser.tries = LEDGER_WRONG_PINS_MAX - after->claim.wrong_pins;

    return result;
}

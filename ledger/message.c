
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Messages: one decides its record, is refused, or leads to the question for
 * its sender's phone number.
 */


#include "transition.h"


static int
ledger_message_fits(const ledger_op_t *op)
{
    size_t    len;
    unsigned  i;

    if (ledger_message_text(op, LEDGER_USER_ID).len > LEDGER_USER_ID_MAX
        || (op->kind == LEDGER_ASK
            && ledger_message_text(op, LEDGER_USER_ID).len == 0))
    {
        return 0;
    }

    len = 0;

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {

        if (ledger_message_text(op, i).len > LEDGER_MESSAGE_TEXTS_MAX) {
            return 0;
        }

        if (i != LEDGER_USER_ID) {
            len += ledger_message_text(op, i).len;
        }
    }

    return len <= LEDGER_MESSAGE_TEXTS_MAX;
}


/*
 * A message tells who has brought it, and nobody is validated without a phone
 * number: callers that do neither are wrong.
 */

static int
ledger_message_is_sound(const ledger_op_t *op)
{
    return op->u.message.provider >= 1 && op->u.message.provider <= 255
           && (op->kind != LEDGER_VALIDATE
               || ledger_message_text(op, LEDGER_SENDER).len > 0);
}


/*
 * Stores the message with the record.  Once a user has been asked, the record
 * keeps the user and the time of the question, also after other messages,
 * until one validates it.
 */

static void
ledger_message_take(ledger_record_t *record, const ledger_op_t *op)
{
    unsigned  i, asked;

    asked = record->flags & LEDGER_ASKED;

    for (i = 0; i < LEDGER_MESSAGE_TEXTS; i++) {

        if (i != LEDGER_USER_ID || !asked) {
            record->message[i] = ledger_message_text(op, i);
        }
    }

    if (!asked || op->kind == LEDGER_VALIDATE) {
        record->sent_at = op->u.message.sent_at;
    }

    record->provider = op->u.message.provider;
}


/*
 * Counts the message as refused, unless its sender has been counted before:
 * one phone that sends three times must not end the code of somebody else.
 */

static void
ledger_message_count(ledger_record_t *record, const ledger_op_t *op)
{
    unsigned              i;
    const ledger_text_t  *id;

    for (i = 0; i < ledger_refused(record); i++) {

        if (record->refused[i].sender == op->u.message.sender) {
            return;
        }
    }

    if (i < LEDGER_REFUSALS_MAX) {
        id = &ledger_message_text(op, LEDGER_MESSAGE_ID);

        record->refused[i].sender = op->u.message.sender;
        record->refused[i].message = ledger_hash(id->data, id->len);
    }

    record->refusals++;
}


/* A user who sends a code again is not asked again, but is expected again. */

static void
ledger_message_ask(ledger_record_t *record, ledger_op_t *op,
    ledger_change_t *change)
{
    op->u.message.ask = (record->flags & LEDGER_ASKED) ? 0 : 1;

    record->flags |= LEDGER_ASKED;
    change->asked = 1;
}


/*
 * 1 if the browser has shown a mark of this very sender.  Once a PIN has been
 * sent a mark spares it no more.
 */

static int
ledger_message_is_recognised(const ledger_before_t *before, uint64_t now)
{
    const ledger_claim_t  *claim;

    claim = &before->record->claim;

    return (claim->flags & LEDGER_CLAIM_PIN) == 0
           && (claim->flags & LEDGER_CLAIM_MARKED)
           && !ledger_pin_is_due(before->record)
           && before->subject != NULL
           && ledger_subject_knows(before->subject, claim->known, now);
}


static void
ledger_message_pin(ledger_record_t *record, ledger_op_t *op, uint64_t now,
    ledger_change_t *change)
{
    uint64_t  until;

    op->u.message.pin = 1;

    if (ledger_pin_is_due(record)) {
        record->claim.flags |= LEDGER_CLAIM_RESENT;
        op->u.message.pin = 2;
    }

    record->claim.step = LEDGER_STEP_PIN;

    until = ledger_after(now, LEDGER_PIN_SPAN);

    if (record->expires_at < until) {
        record->expires_at = until;
        ledger_move(record, LEDGER_LANE_TIME, until, change);
    }
}


static void
ledger_message_validate(const ledger_before_t *before,
    ledger_record_t *record, ledger_op_t *op, uint64_t now,
    ledger_change_t *change)
{
    if (record->claim.flags & (LEDGER_CLAIM_PIN | LEDGER_CLAIM_PIN_UNKNOWN)) {

        if (!ledger_message_is_recognised(before, now)) {
            ledger_message_pin(record, op, now, change);
            return;
        }

        record->claim.flags |= LEDGER_CLAIM_RECOGNISED;
    }

    op->u.message.reply = ledger_validate(record, op->u.message.replies, now,
                                          change);
}


static void
ledger_message_refuse(ledger_record_t *record, ledger_op_t *op,
    ledger_change_t *change)
{
    ledger_message_count(record, op);

    op->u.message.reply = ledger_reply(record, op->u.message.replies,
                                       LEDGER_REPLY_FAILURE, change);

    if (record->refusals > LEDGER_REFUSALS_MAX) {
        record->status = LEDGER_STATUS_FAILED;
        record->error = op->u.message.error;
    }
}


static void
ledger_message_act(const ledger_before_t *before, ledger_record_t *record,
    ledger_op_t *op, uint64_t now, ledger_change_t *change)
{
    switch (op->kind) {

    case LEDGER_VALIDATE:
        ledger_message_validate(before, record, op, now, change);
        break;

    case LEDGER_REFUSE:
        ledger_message_refuse(record, op, change);
        break;

    default:
        ledger_message_ask(record, op, change);
    }

    if (record->status != LEDGER_STATUS_REQUESTED) {
        ledger_decide(record, op->u.message.lease, op->u.message.retain, now,
                      change);
    }

    op->u.message.status = record->status;
    op->u.message.step = record->claim.step;
    op->u.message.attempt = record->attempts;
}


ledger_result_t
ledger_message(const ledger_before_t *before, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    ledger_result_t  result;

    op->u.message.reply = 0;
    op->u.message.ask = 0;
    op->u.message.pin = 0;

    if (!ledger_message_fits(op)) {
        return LEDGER_TOO_LARGE;
    }

    if (!ledger_message_is_sound(op)) {
        return LEDGER_FAILED;
    }

    result = ledger_judge(before->record, op, now);

    if (result == LEDGER_EXPIRED) {
        op->u.message.reply = ledger_reply(after, op->u.message.replies,
                                           LEDGER_REPLY_EXPIRATION, change);
    }

    if (result == LEDGER_OK) {
        ledger_message_take(after, op);
        ledger_message_act(before, after, op, now, change);
        change->save = 1;
    }

    return result;
}

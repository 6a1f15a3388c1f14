
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Judges whether a message may act on a record.  The order of the checks is
 * part of the contract: the first failure is the result.
 */


#include "transition.h"


/* By so much the provider's clock may go behind ours, milliseconds. */
#define LEDGER_MESSAGE_SLACK  60000


/* A sender refused for a hidden phone number has sent no contact. */

static int
ledger_judge_is_answer(const ledger_op_t *op)
{
    return op->kind != LEDGER_ASK
           && ledger_message_text(op, LEDGER_USER_ID).len
           && ledger_message_text(op, LEDGER_SENDER).len;
}


/* 1 if the record has asked this very user; at first it has asked none. */

static int
ledger_judge_is_asked(const ledger_record_t *record, const ledger_op_t *op)
{
    return (record->flags & LEDGER_ASKED)
           && ledger_text_same(&ledger_message_text(op, LEDGER_USER_ID),
                               &record->message[LEDGER_USER_ID]);
}


/* 1 if the record has had this very message.  One without id is new. */

static int
ledger_judge_is_repeated(const ledger_record_t *record, const ledger_op_t *op)
{
    uint64_t              hash;
    unsigned              i;
    const ledger_text_t  *id;

    id = &ledger_message_text(op, LEDGER_MESSAGE_ID);

    if (id->len == 0) {
        return 0;
    }

    if (ledger_text_same(id, &record->message[LEDGER_MESSAGE_ID])) {
        return 1;
    }

    hash = ledger_hash(id->data, id->len);

    for (i = 0; i < ledger_refused(record); i++) {

        if (record->refused[i].message == hash) {
            return 1;
        }
    }

    return 0;
}


static ledger_result_t
ledger_judge_time(const ledger_record_t *record, const ledger_op_t *op,
    uint64_t now)
{
    uint64_t  sent_at;

    sent_at = op->u.message.sent_at ? op->u.message.sent_at : now;

    if (record->status == LEDGER_STATUS_EXPIRED) {
        return LEDGER_EXPIRED;
    }

    if (record->state != LEDGER_STATE_WAITING) {
        return LEDGER_USED;
    }

    if (now >= record->expires_at || sent_at >= record->expires_at) {
        return LEDGER_EXPIRED;
    }

    if (ledger_after(sent_at, LEDGER_MESSAGE_SLACK) < record->requested_at) {
        return LEDGER_OLD_MESSAGE;
    }

    return LEDGER_OK;
}


/*
 * The PIN has gone to one sender, and the page shows that a message has come:
 * from then on nobody else may act on the record, and that sender may have the
 * PIN once more.
 */

static int
ledger_judge_is_beyond(const ledger_record_t *record, const ledger_op_t *op)
{
    return ledger_pin_is_due(record)
           && (op->kind != LEDGER_VALIDATE
               || (record->claim.flags & LEDGER_CLAIM_RESENT)
               || !ledger_text_same(&ledger_message_text(op, LEDGER_SENDER),
                                    &record->message[LEDGER_SENDER]));
}


/*
 * A contact sent before the question belongs to an earlier question, and the
 * provider repeats it.
 */

static ledger_result_t
ledger_judge_user(const ledger_record_t *record, const ledger_op_t *op)
{
    if (op->kind == LEDGER_ASK) {
        return (record->flags & LEDGER_ASKED)
               && !ledger_judge_is_asked(record, op)
               ? LEDGER_OTHER_USER : LEDGER_OK;
    }

    return ledger_judge_is_answer(op)
           && op->u.message.sent_at
           && op->u.message.sent_at < record->sent_at
           ? LEDGER_OLD_MESSAGE : LEDGER_OK;
}


ledger_result_t
ledger_judge(const ledger_record_t *record, const ledger_op_t *op,
    uint64_t now)
{
    ledger_result_t  result;

    if (!ledger_text_same(&op->text[LEDGER_APP], &record->text[LEDGER_APP])) {
        return LEDGER_OTHER_APP;
    }

    if (record->channel != op->u.message.channel) {
        return LEDGER_OTHER_CHANNEL;
    }

    if (ledger_judge_is_answer(op) && !ledger_judge_is_asked(record, op)) {
        return LEDGER_UNKNOWN;
    }

    if (ledger_judge_is_repeated(record, op)) {
        return LEDGER_DUPLICATE;
    }

    result = ledger_judge_time(record, op, now);

    if (result == LEDGER_OK && ledger_judge_is_beyond(record, op)) {
        return LEDGER_USED;
    }

    return result == LEDGER_OK ? ledger_judge_user(record, op) : result;
}

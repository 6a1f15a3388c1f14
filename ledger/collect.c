
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A collection takes the result of a login once: a site gets it, or a session
 * begins in the browser that has begun the login in L's page.
 */


#include <string.h>

#include "transition.h"


/*
 * Callers that bring no person, or no time to live, are wrong; but a login that
 * nobody has validated has no person.
 */

static ledger_result_t
ledger_collect_is_sound(const ledger_op_t *op)
{
    if (!op->u.collect.session) {
        return LEDGER_OK;
    }

    if (op->text[LEDGER_OP_SUBJECT].len > LEDGER_SUBJECT_MAX) {
        return LEDGER_TOO_LARGE;
    }

    return op->text[LEDGER_OP_SUBJECT].len && op->u.collect.absolute
           && op->u.collect.idle ? LEDGER_OK : LEDGER_FAILED;
}


/* 1 if the record has this claim, and it is of the kind that is collected. */

static int
ledger_collect_is_its_own(const ledger_record_t *record,
    const ledger_op_t *op, uint64_t now)
{
    return ledger_text_same(&op->text[LEDGER_APP], &record->text[LEDGER_APP])
           && ledger_claim_is(record, op->u.collect.digest, now)
           && ledger_is_page(record) == (op->u.collect.session != 0);
}


/*
 * A number whose sessions were revoked may have a login that nobody has
 * collected yet: it must not bring back what was ended.
 */

static int
ledger_collect_is_revoked(const ledger_before_t *before)
{
    return before->subject != NULL
           && before->record->validated_at <= before->subject->revoked_at;
}


static ledger_result_t
ledger_collect_judge(const ledger_before_t *before, ledger_op_t *op,
    uint64_t now)
{
    const ledger_record_t  *record;

    record = before->record;

    if (!ledger_collect_is_its_own(record, op, now)) {
        return LEDGER_UNKNOWN;
    }

    op->u.collect.status = ledger_status(record, now);
    op->u.collect.error = record->error;
    op->u.collect.collected_at = record->claim.collected_at;

    switch (op->u.collect.status) {

    case LEDGER_STATUS_REQUESTED:
        return LEDGER_UNDECIDED;

    case LEDGER_STATUS_VALIDATED:
        break;

    default:
        return LEDGER_ENDED;
    }

    if (record->claim.collected_at == 0) {
        return ledger_collect_is_revoked(before) ? LEDGER_UNKNOWN : LEDGER_OK;
    }

    op->u.collect.repeated = ledger_digest_same(record->claim.collect_key,
                                                op->u.collect.collect_key);

    return op->u.collect.repeated ? LEDGER_OK : LEDGER_COLLECTED;
}


/*
 * The user is told of each session, whatever was told before: an attacker could
 * spend the record's reply by a message of his own that is refused, and log in
 * with the next person's in silence.
 */

static unsigned
ledger_collect_reply(ledger_record_t *record, const ledger_op_t *op)
{
    unsigned  reply;

    reply = op->u.collect.replies & LEDGER_REPLY_RESPONSE;

    if (reply) {
        record->flags |= LEDGER_REPLIED;
    }

    return reply;
}


ledger_result_t
ledger_collect(const ledger_before_t *before, ledger_op_t *op, uint64_t now,
    ledger_record_t *after, ledger_change_t *change)
{
    ledger_result_t  result;

    op->u.collect.repeated = 0;
    op->u.collect.marked = 0;
    op->u.collect.reply = 0;

    result = ledger_collect_judge(before, op, now);

    if (result == LEDGER_OK) {
        result = ledger_collect_is_sound(op);
    }

    if (result != LEDGER_OK) {
        return result;
    }

    op->u.collect.marked = op->u.collect.session
                           && (after->claim.flags & LEDGER_CLAIM_CONFIRMED);

    if (op->u.collect.repeated) {
        return LEDGER_OK;
    }

    after->claim.collected_at = now;
    memcpy(after->claim.collect_key, op->u.collect.collect_key,
           LEDGER_DIGEST_LEN);

    op->u.collect.collected_at = now;

    if (op->u.collect.session) {
        op->u.collect.reply = ledger_collect_reply(after, op);
        change->begins = 1;
    }

    change->save = 1;

    return LEDGER_OK;
}

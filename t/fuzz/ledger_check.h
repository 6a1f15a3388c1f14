
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The promises of ledger.h on one record, and on its way to the next. */


#ifndef _LEDGER_CHECK_H_INCLUDED_
#define _LEDGER_CHECK_H_INCLUDED_


#include "ledger_make.h"


static inline void
check_claim(const ledger_record_t *r)
{
    const ledger_claim_t   *c;
    static const ledger_claim_t  none;

    c = &r->claim;

    if ((r->flags & LEDGER_CLAIMED) == 0) {
        fuzz_check(memcmp(c, &none, sizeof(none)) == 0
                   && r->text[LEDGER_PLACE].len == 0);
        return;
    }

    fuzz_check(ledger_step_word(c->step) != NULL);
    fuzz_check((c->step == LEDGER_STEP_DONE)
               == (r->state != LEDGER_STATE_WAITING));
    fuzz_check(c->step != LEDGER_STEP_PIN
               || r->message[LEDGER_SENDER].len != 0);
    fuzz_check(c->wrong_pins <= LEDGER_WRONG_PINS_MAX);
    fuzz_check((c->wrong_pins == LEDGER_WRONG_PINS_MAX)
               == (r->error == LEDGER_ERROR_PIN_WRONG));
    fuzz_check(c->collected_at == 0
               || r->status == LEDGER_STATUS_VALIDATED);

    /* Nobody gets past a PIN that is due. */
    fuzz_check(r->status != LEDGER_STATUS_VALIDATED
               || (c->flags & (LEDGER_CLAIM_PIN
                               | LEDGER_CLAIM_PIN_UNKNOWN)) == 0
               || (c->flags & LEDGER_CLAIM_CONFIRMED)
               || ((c->flags & LEDGER_CLAIM_RECOGNISED)
                   && (c->flags & LEDGER_CLAIM_PIN) == 0));
}


/* A record by itself. */

static inline void
check_record(const ledger_record_t *r)
{
    unsigned  lane;

    lane = r->state == LEDGER_STATE_WAITING ? LEDGER_LANE_TIME
           : r->state == LEDGER_STATE_KEPT ? LEDGER_LANE_KEPT
           : r->host_lane + (r->status == LEDGER_STATUS_EXPIRED
                             ? LEDGER_LANE_EXPIRED : LEDGER_LANE_CALLBACK);

    fuzz_check(ledger_state_word(r->state) != NULL
               && ledger_status_word(r->status) != NULL);
    fuzz_check(r->lane == lane && r->host_lane < LEDGER_HOST_LANES);
    fuzz_check((r->state == LEDGER_STATE_WAITING)
               == (r->status == LEDGER_STATUS_REQUESTED));
    fuzz_check(r->state != LEDGER_STATE_WAITING
               || (r->due_at == r->expires_at
                   && r->refusals <= LEDGER_REFUSALS_MAX));
    fuzz_check(r->refusals <= LEDGER_REFUSALS_MAX + 1);
    fuzz_check(r->status != LEDGER_STATUS_VALIDATED
               || (r->validated_at != 0
                   && r->message[LEDGER_SENDER].len != 0));
    fuzz_check(r->error == LEDGER_ERROR_NONE
               || r->status == LEDGER_STATUS_FAILED);
    fuzz_check(!(r->flags & LEDGER_ASKED)
               || r->message[LEDGER_USER_ID].len != 0);

    check_claim(r);
}


/* The members that stay as the code was issued. */

static inline void
check_fixed(const ledger_record_t *a, const ledger_record_t *b)
{
    fuzz_check(a->key == b->key && a->channel == b->channel
               && a->host_lane == b->host_lane
               && a->requested_at == b->requested_at
               && a->link_hash == b->link_hash
               && a->claim.language == b->claim.language
               && memcmp(a->text, b->text, sizeof(a->text)) == 0
               && memcmp(a->claim.digest, b->claim.digest,
                         2 * LEDGER_DIGEST_LEN) == 0);
    fuzz_check((a->flags & ~b->flags) == 0
               && (a->claim.flags & ~b->claim.flags) == 0);
}


static inline void
check_validated(const world_t *w, const ledger_op_t *op,
    const ledger_record_t *a, const ledger_record_t *b)
{
    if (a->status == LEDGER_STATUS_VALIDATED
        || b->status != LEDGER_STATUS_VALIDATED)
    {
        return;
    }

    fuzz_check(w->now < a->expires_at && b->validated_at == w->now);
    fuzz_check(op->kind == LEDGER_VALIDATE
               || (op->kind == LEDGER_CONFIRM && op->u.browser.right
                   && (b->claim.flags & LEDGER_CLAIM_CONFIRMED)));
    fuzz_check(a->claim.step == LEDGER_STEP_NONE
               || (a->claim.step == LEDGER_STEP_SEND)
                  == (op->kind == LEDGER_VALIDATE));
}


/* From one step to the next; and what stays while a PIN is due. */

static inline void
check_steps(const world_t *w, const ledger_op_t *op,
    const ledger_record_t *a, const ledger_record_t *b)
{
    const ledger_claim_t  *c, *d;

    c = &a->claim;
    d = &b->claim;

    fuzz_check(c->step <= d->step
               || (c->step == LEDGER_STEP_SEND_FAILED
                   && d->step == LEDGER_STEP_PIN
                   && !(c->flags & LEDGER_CLAIM_RESENT)
                   && (d->flags & LEDGER_CLAIM_RESENT)));
    fuzz_check(c->wrong_pins == d->wrong_pins
               || (op->kind == LEDGER_CONFIRM && !op->u.browser.right
                   && c->wrong_pins + 1 == d->wrong_pins));
    fuzz_check(a->expires_at == b->expires_at
               || (op->kind == LEDGER_VALIDATE && op->u.message.pin
                   && a->expires_at < b->expires_at
                   && b->expires_at == w->now + LEDGER_PIN_SPAN));

    if (c->step == LEDGER_STEP_PIN || c->step == LEDGER_STEP_SEND_FAILED) {
        fuzz_check(ledger_text_same(&a->message[LEDGER_SENDER],
                                    &b->message[LEDGER_SENDER]));
        fuzz_check(a->refusals == b->refusals);
    }

    fuzz_check(c->collected_at == d->collected_at
               || (op->kind == LEDGER_COLLECT && c->collected_at == 0
                   && !op->u.collect.repeated
                   && d->collected_at == w->now));
}


/* From one state and status to the next. */

static inline void
check_change(const world_t *w, const ledger_op_t *op,
    const ledger_record_t *a, const ledger_record_t *b)
{
    unsigned  on;

    check_fixed(a, b);
    check_validated(w, op, a, b);
    check_steps(w, op, a, b);

    fuzz_check(a->state <= b->state);
    fuzz_check(a->status == b->status
               || a->status == LEDGER_STATUS_REQUESTED
               || b->status == LEDGER_STATUS_FAILED);
    fuzz_check(a->refusals == b->refusals
               || (op->kind == LEDGER_REFUSE
                   && a->refusals + 1 == b->refusals));
    fuzz_check(a->error == LEDGER_ERROR_NONE || a->error == b->error);
    fuzz_check(!(a->flags & LEDGER_ASKED)
               || ledger_text_same(&a->message[LEDGER_USER_ID],
                                   &b->message[LEDGER_USER_ID]));

    if (a->state == LEDGER_STATE_WAITING && b->state == LEDGER_STATE_KEPT) {
        on = b->status == LEDGER_STATUS_VALIDATED ? LEDGER_ON_VALIDATED
             : b->status == LEDGER_STATUS_EXPIRED ? LEDGER_ON_EXPIRED
             : LEDGER_ON_FAILED;
        fuzz_check(!(b->flags & on));
    }

    if (a->state == LEDGER_STATE_CALLBACK && b->state == LEDGER_STATE_KEPT) {
        fuzz_check(op->kind == LEDGER_COMPLETE);
        fuzz_check(op->u.complete.outcome == LEDGER_DELIVERED
                   || b->status == LEDGER_STATUS_FAILED
                   || b->claim.collected_at != 0);
    }
}


/* Nothing is stuck: each record has an operation that takes it on. */

static inline void
check_goes_on(const ledger_record_t *record)
{
    ledger_op_t      op;
    ledger_change_t  change;
    ledger_record_t  taken, done;

    memset(&op, 0, sizeof(op));

    if (record->state != LEDGER_STATE_CALLBACK) {
        op.kind = LEDGER_SWEEP;
        fuzz_check(ledger_apply(record, NULL, &op, record->due_at, &done,
                                &change)
                   == LEDGER_OK);
        return;
    }

    op.kind = LEDGER_TAKE;
    op.u.take.due_at = record->due_at;
    fuzz_check(ledger_apply(record, NULL, &op, record->due_at, &taken,
                            &change)
               == LEDGER_OK);
    fuzz_check(taken.attempts == record->attempts + 1);

    memset(&op, 0, sizeof(op));
    op.kind = LEDGER_COMPLETE;
    op.u.complete.attempt = taken.attempts;
    op.u.complete.outcome = LEDGER_DELIVERED;
    fuzz_check(ledger_apply(&taken, NULL, &op, record->due_at, &done, &change)
               == LEDGER_OK);
    fuzz_check(done.state == LEDGER_STATE_KEPT
               && done.status == record->status);
}


/* A wrong secret, or one of another kind, gets nothing whatever it asks. */

static inline void
check_refused(const ledger_record_t *record, const ledger_op_t *op,
    ledger_result_t result)
{
    const uint8_t  *digest;

    switch (op->kind) {

    case LEDGER_CONFIRM:
    case LEDGER_RESEND:
    case LEDGER_CANCEL:
        digest = op->u.browser.digest;
        break;

    case LEDGER_COLLECT:
        digest = op->u.collect.digest;
        break;

    default:
        return;
    }

    fuzz_check(((record->flags & LEDGER_CLAIMED)
                && memcmp(record->claim.digest, digest,
                          LEDGER_DIGEST_LEN) == 0)
               || result == LEDGER_UNKNOWN || result == LEDGER_FAILED);
}


#endif /* _LEDGER_CHECK_H_INCLUDED_ */

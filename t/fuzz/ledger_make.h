
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Operations made of bytes; many are wrong in one thing or another. */


#ifndef _LEDGER_MAKE_H_INCLUDED_
#define _LEDGER_MAKE_H_INCLUDED_


#include "ledger_world.h"


/* The secret of each claim; the browsers show one of four marks. */
#define MAKE_SECRET  1


static inline void
make_issue(fuzz_input_t *in, ledger_op_t *op)
{
    unsigned  n;

    op->kind = LEDGER_ISSUE;
    op->u.issue.lifetime = 1000 * fuzz_number(in, 1);
    op->u.issue.flags = (unsigned) fuzz_number(in, 1)
                        & ~(unsigned) (LEDGER_REPLIED | LEDGER_ASKED);
    op->u.issue.channel = 1 + (unsigned) fuzz_number(in, 1) % 2;
    op->u.issue.host_lane = (unsigned) fuzz_number(in, 2);
    op->text[LEDGER_APP] = world_text(world_app[op->u.issue.channel % 2]);

    n = (unsigned) fuzz_number(in, 1);
    op->u.issue.claim_flags = n;
    op->u.issue.language = n >> 4;
    op->text[LEDGER_PLACE] = world_text("Santiago");
    world_digest(op->u.issue.digest, MAKE_SECRET);
    world_digest(op->u.issue.known, n >> 6);
}


static inline void
make_message(fuzz_input_t *in, ledger_op_t *op, const entry_t *e)
{
    unsigned             n;
    static const char   *id[] = { "", "m1", "m2", "m3", "m4", "m5", "m6",
                                  "m7" };

    n = (unsigned) fuzz_number(in, 2);

    op->u.message.key = e->record.key;
    op->u.message.channel = n & 1 ? e->record.channel : 1;
    op->u.message.provider = n & 2 || n & 4 ? 1 + n % 7 : 0;
    op->u.message.lease = n & 8 ? 25000 : 0;
    op->u.message.retain = n & 16 ? 60000 : 0;
    op->u.message.error = 1 + (n >> 5) % 4;
    op->u.message.sender = (n >> 7) % 5;
    op->u.message.replies = (n >> 10) % 8;

    n = (unsigned) fuzz_number(in, 1);

    ledger_message_text(op, LEDGER_MESSAGE_ID) = world_text(id[n % 8]);
    ledger_message_text(op, LEDGER_USER_ID)
        = world_text(world_user[n / 8 % PEOPLE]);
    ledger_message_text(op, LEDGER_SENDER)
        = world_text(world_user[n / 32 % PEOPLE]);
    op->text[LEDGER_OP_SUBJECT] = ledger_message_text(op, LEDGER_SENDER);

    n = (unsigned) fuzz_number(in, 1);
    op->u.message.sent_at = n == 0 ? 0 : NOW - 128000 + 1000 * n;
}


static inline void
make_complete(fuzz_input_t *in, ledger_op_t *op, const world_t *w,
    const entry_t *e)
{
    unsigned  n;

    n = (unsigned) fuzz_number(in, 1);

    op->u.complete.key = e->record.key;
    op->u.complete.outcome = n % 6;
    op->u.complete.attempt = e->record.attempts - n / 6 % 3;
    op->u.complete.error = LEDGER_ERROR_CALLBACK_FAILED;
    op->u.complete.next_at = w->now + 1000 * fuzz_number(in, 1);
    op->u.complete.retain = n & 64 ? 60000 : 0;
    op->u.complete.replies = n >> 5;
}


static inline void
make_browser(fuzz_input_t *in, ledger_op_t *op, const entry_t *e)
{
    unsigned  n;

    n = (unsigned) fuzz_number(in, 1);

    op->u.browser.key = e->record.key;
    op->u.browser.right = n % 4 == 1;
    op->u.browser.lease = n & 4 ? 25000 : 0;
    op->u.browser.retain = n & 8 ? 60000 : 0;
    op->u.browser.replies = n >> 3 & 3;
    op->u.browser.pin = n >> 5 & 3;
    op->text[LEDGER_OP_SUBJECT] = e->record.message[LEDGER_SENDER];
    world_digest(op->u.browser.digest, (n & 0x80) ? 0 : MAKE_SECRET);
}


static inline void
make_collect(fuzz_input_t *in, ledger_op_t *op, const entry_t *e)
{
    unsigned  n;

    n = (unsigned) fuzz_number(in, 1);

    op->u.collect.key = e->record.key;
    op->u.collect.session = n & 1;
    op->u.collect.replies = n & 2 ? LEDGER_REPLY_RESPONSE : 0;
    op->u.collect.absolute = n & 4 ? 100000 : 1000 * (n >> 7);
    op->u.collect.idle = op->u.collect.absolute / 2;
    op->text[LEDGER_OP_SUBJECT] = e->record.message[LEDGER_SENDER];
    world_digest(op->u.collect.digest, (n & 8) ? 0 : MAKE_SECRET);
    world_digest(op->u.collect.collect_key, n >> 4 & 1);
    world_digest(op->u.collect.mark, n >> 5 & 3);
    world_digest(op->u.collect.session_digest, 0);
}


/* One app's, or one that has been given by nobody. */

static inline void
make_revoke(fuzz_input_t *in, ledger_op_t *op, const world_t *w)
{
    unsigned  n;

    n = (unsigned) fuzz_number(in, 1);

    op->text[LEDGER_APP] = world_text(world_app[n % APPS]);
    op->text[LEDGER_OP_SUBJECT] = world_text(world_user[n / 2 % PEOPLE]);
    op->u.revoke.key = 25 + n / 8 % 16;
    op->u.revoke.since = n & 0x80 ? w->now - 5000 : 0;
}


static inline void
make_touch(fuzz_input_t *in, ledger_op_t *op, const world_t *w)
{
    unsigned  n;

    n = (unsigned) fuzz_number(in, 1);

    op->text[LEDGER_APP] = world_text(world_app[n >> 7]);
    op->u.touch.key = w->key - n % 64;
    world_digest(op->u.touch.digest, n >> 6 & 1);
}


static inline void
make_op(fuzz_input_t *in, ledger_op_t *op, const world_t *w, const entry_t *e)
{
    memset(op, 0, sizeof(ledger_op_t));
    op->kind = (unsigned) fuzz_number(in, 1) % (LEDGER_KIND_LAST + 2);
    op->text[LEDGER_APP] = e->record.text[LEDGER_APP];

    switch (op->kind) {

    case LEDGER_VALIDATE:
    case LEDGER_REFUSE:
    case LEDGER_ASK:
        make_message(in, op, e);
        break;

    case LEDGER_TAKE:
        op->u.take.key = e->record.key;
        op->u.take.due_at = e->record.due_at - fuzz_number(in, 1) % 2;
        op->u.take.lease = 25000;
        break;

    case LEDGER_COMPLETE:
        make_complete(in, op, w, e);
        break;

    case LEDGER_SWEEP:
        op->u.sweep.retain = 1000 * fuzz_number(in, 1);
        break;

    case LEDGER_CONFIRM:
    case LEDGER_RESEND:
    case LEDGER_UNSENT:
    case LEDGER_CANCEL:
        make_browser(in, op, e);
        break;

    case LEDGER_COLLECT:
        make_collect(in, op, e);
        break;

    case LEDGER_REVOKE:
        make_revoke(in, op, w);
        break;

    case LEDGER_TOUCH:
        make_touch(in, op, w);
        break;

    default:
        break;
    }
}


#endif /* _LEDGER_MAKE_H_INCLUDED_ */

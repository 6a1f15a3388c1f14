
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Records with a claim, their people, and what a browser does. */


#ifndef _LEDGER_CLAIM_HELP_H_INCLUDED_
#define _LEDGER_CLAIM_HELP_H_INCLUDED_


#include "ledger_help.h"


#define HELP_SECRET   "the secret's own"
#define HELP_MARK     "a known browser."
#define HELP_REQUEST  "the first tab's."
#define HELP_SENDER   "56911111111"


static inline void
help_digest(uint8_t digest[LEDGER_DIGEST_LEN], const char *s)
{
    assert_int_equal(strlen(s), LEDGER_DIGEST_LEN);
    memcpy(digest, s, LEDGER_DIGEST_LEN);
}


/* A waiting code with a claim, as ISSUE has made it. */

static inline ledger_record_t
help_claimed(unsigned flags, unsigned claim_flags)
{
    ledger_record_t  record;

    record = help_waiting(flags | LEDGER_CLAIMED);
    record.claim.flags = claim_flags;
    record.claim.step = LEDGER_STEP_SEND;
    help_digest(record.claim.digest, HELP_SECRET);
    help_digest(record.claim.known, HELP_MARK);
    record.text[LEDGER_PLACE] = help_text("Santiago");
    record.text[LEDGER_DEVICE] = help_text("Chrome on Windows");

    return record;
}


static inline void
help_take_message(ledger_record_t *record)
{
    record->provider = LEDGER_PROVIDER_META;
    record->message[LEDGER_SENDER] = help_text(HELP_SENDER);
    record->message[LEDGER_PROFILE_NAME] = help_text("Ana");
    record->message[LEDGER_MESSAGE_ID] = help_text("m1");
}


/* One whose message has come, and which waits for the PIN. */

static inline ledger_record_t
help_pin(unsigned flags, unsigned claim_flags)
{
    ledger_record_t  record;

    record = help_claimed(flags, claim_flags | LEDGER_CLAIM_PIN);
    record.claim.step = LEDGER_STEP_PIN;
    help_take_message(&record);

    return record;
}


/* One that has won. */

static inline ledger_record_t
help_won(unsigned claim_flags)
{
    ledger_record_t  record;

    record = help_claimed(0, claim_flags);
    record.claim.step = LEDGER_STEP_DONE;
    record.state = LEDGER_STATE_KEPT;
    record.status = LEDGER_STATUS_VALIDATED;
    record.validated_at = HELP_NOW - 1000;
    record.lane = LEDGER_LANE_KEPT;
    record.due_at = HELP_NOW + HELP_RETAIN;
    help_take_message(&record);

    return record;
}


/* A person who knows the browser with HELP_MARK until a time. */

static inline ledger_subject_t
help_person(uint64_t until)
{
    ledger_subject_t  subject;

    memset(&subject, 0, sizeof(subject));

    subject.made_at = HELP_ISSUED - 1;
    subject.n_marks = 2;
    subject.mark[0].until = HELP_NOW + 1;
    help_digest(subject.mark[0].digest, "another browser.");
    subject.mark[1].until = until;
    help_digest(subject.mark[1].digest, HELP_MARK);
    subject.text[LEDGER_SUBJECT_APP] = help_text("shop");
    subject.text[LEDGER_SUBJECT_NUMBER] = help_text(HELP_SENDER);

    return subject;
}


static inline ledger_op_t
help_browser_op(ledger_kind_t kind)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = kind;
    op.u.browser.attempt = 99;
    op.u.browser.reply = 99;
    op.u.browser.key = HELP_KEY;
    op.u.browser.lease = HELP_LEASE;
    op.u.browser.retain = HELP_RETAIN;
    op.u.browser.replies = LEDGER_REPLY_RESPONSE | LEDGER_REPLY_FAILURE;
    op.text[LEDGER_APP] = help_text("shop");
    help_digest(op.u.browser.digest, HELP_SECRET);

    return op;
}


static inline ledger_op_t
help_collect_op(unsigned session)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = LEDGER_COLLECT;
    op.u.collect.repeated = 99;
    op.u.collect.marked = 99;
    op.u.collect.reply = 99;
    op.u.collect.key = HELP_KEY;
    op.u.collect.session = session;
    op.u.collect.absolute = session ? 10000 : 0;
    op.u.collect.idle = session ? 3000 : 0;
    op.u.collect.replies = LEDGER_REPLY_RESPONSE;
    op.text[LEDGER_APP] = help_text("shop");
    op.text[LEDGER_OP_SUBJECT] = help_text(session ? HELP_SENDER : "");
    help_digest(op.u.collect.digest, HELP_SECRET);
    help_digest(op.u.collect.collect_key, HELP_REQUEST);
    help_digest(op.u.collect.session_digest, "the session has.");
    help_digest(op.u.collect.mark, "the next browser");
    help_digest(op.u.collect.seed, "a random seed...");

    return op;
}


#endif /* _LEDGER_CLAIM_HELP_H_INCLUDED_ */

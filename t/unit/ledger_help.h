
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Tools of the tests of transitions: a record in any state, an operation of
 * each kind, and no store at all.
 */


#ifndef _LEDGER_HELP_H_INCLUDED_
#define _LEDGER_HELP_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/ledger.h"


#define HELP_KEY      UINT64_C(4711)
#define HELP_ISSUED   UINT64_C(1800000000000)
#define HELP_EXPIRES  (HELP_ISSUED + 300000)
#define HELP_NOW      (HELP_ISSUED + 10000)
#define HELP_LEASE    UINT64_C(25000)
#define HELP_RETAIN   UINT64_C(3600000)
#define HELP_LANE     7
#define HELP_ON_ALL                                                           \
    (LEDGER_ON_VALIDATED | LEDGER_ON_EXPIRED | LEDGER_ON_FAILED)


/* The results of a transition; the record before it is compared as well. */

typedef struct {
    ledger_result_t  result;
    ledger_record_t  after;
    ledger_change_t  change;
} help_made_t;


static inline ledger_text_t
help_text(const char *s)
{
    ledger_text_t  text;

    text.data = s;
    text.len = strlen(s);

    return text;
}


/* A code of the app "shop", as ISSUE has made it. */

static inline ledger_record_t
help_waiting(unsigned flags)
{
    ledger_record_t  record;

    memset(&record, 0, sizeof(record));

    record.key = HELP_KEY;
    record.state = LEDGER_STATE_WAITING;
    record.status = LEDGER_STATUS_REQUESTED;
    record.channel = LEDGER_CHANNEL_WHATSAPP;
    record.flags = flags;
    record.host_lane = HELP_LANE;
    record.lane = LEDGER_LANE_TIME;
    record.requested_at = HELP_ISSUED;
    record.expires_at = HELP_EXPIRES;
    record.due_at = HELP_EXPIRES;
    record.text[LEDGER_APP] = help_text("shop");
    record.text[LEDGER_CALLBACK_URL] = help_text("https://shop.test/hook");

    return record;
}


/* One that is due for its callback, after so many attempts. */

static inline ledger_record_t
help_callback(ledger_status_t status, unsigned flags, unsigned attempts)
{
    ledger_record_t  record;

    record = help_waiting(flags);
    record.state = LEDGER_STATE_CALLBACK;
    record.status = status;
    record.attempts = attempts;
    record.due_at = HELP_NOW;
    record.lane = HELP_LANE + (status == LEDGER_STATUS_EXPIRED
                               ? LEDGER_LANE_EXPIRED : LEDGER_LANE_CALLBACK);

    return record;
}


static inline ledger_record_t
help_kept(ledger_status_t status)
{
    ledger_record_t  record;

    record = help_callback(status, HELP_ON_ALL, 1);
    record.state = LEDGER_STATE_KEPT;
    record.lane = LEDGER_LANE_KEPT;
    record.due_at = HELP_NOW + HELP_RETAIN;

    return record;
}


static inline ledger_op_t
help_message_op(ledger_kind_t kind, const char *id)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));

    op.kind = kind;
    op.u.message.pin = 99;
    op.u.message.key = HELP_KEY;
    op.u.message.lease = HELP_LEASE;
    op.u.message.retain = HELP_RETAIN;
    op.u.message.channel = LEDGER_CHANNEL_WHATSAPP;
    op.u.message.provider = LEDGER_PROVIDER_META;
    op.u.message.error = LEDGER_ERROR_PHONE_NUMBER_NOT_AUTHORIZED;
    op.u.message.sender = ledger_hash(id, strlen(id));
    op.text[LEDGER_APP] = help_text("shop");
    ledger_message_text(&op, LEDGER_SENDER) = help_text("56911111111");
    ledger_message_text(&op, LEDGER_MESSAGE_ID) = help_text(id);

    return op;
}


static inline help_made_t
help_apply_to(const ledger_record_t *before, const ledger_subject_t *subject,
    ledger_op_t *op, uint64_t now)
{
    help_made_t      made;
    ledger_record_t  copy;

    memset(&made, 0xff, sizeof(made));

    if (before != NULL) {
        copy = *before;
    }

    made.result = ledger_apply(before, subject, op, now, &made.after,
                               &made.change);

    if (before != NULL) {
        assert_memory_equal(before, &copy, sizeof(copy));
    }

    return made;
}


static inline help_made_t
help_apply(const ledger_record_t *before, ledger_op_t *op, uint64_t now)
{
    return help_apply_to(before, NULL, op, now);
}


static inline void
help_unchanged(const help_made_t *made)
{
    assert_false(made->change.save || made->change.moves
                 || made->change.changed || made->change.remove
                 || made->change.asked || made->change.begins);
    assert_int_equal(made->change.waiting, 0);
    assert_int_equal(made->change.pages, 0);
}


#endif /* _LEDGER_HELP_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Random operations on a few records, carried out as an engine does, with
 * what ledger.h promises asserted after each.
 *
 * The input: bytes that make an operation each, its record, and how time
 * goes on before it.
 */


#include "fuzz.h"
#include "ledger/ledger.h"


#define RECORDS  8
#define NOW      UINT64_C(1790000000000)


/* A record, and what has ever happened to it. */

typedef struct {
    int              live;
    ledger_record_t  record;
    unsigned         validations;
    unsigned         replies;
    unsigned         questions;
} entry_t;


typedef struct {
    entry_t          entry[RECORDS];
    uint64_t         now;
    uint64_t         key;
    int              waiting;         /* as the changes say */
    int              pages;
} world_t;


static ledger_text_t
name(const char **names, unsigned n)
{
    ledger_text_t  text;

    text.data = names[n];
    text.len = strlen(names[n]);

    return text;
}


static void
make_issue(fuzz_input_t *in, ledger_op_t *op)
{
    static const char  *app[] = { "shop", "shop2" };

    op->kind = LEDGER_ISSUE;
    op->u.issue.lifetime = 1000 * fuzz_number(in, 1);
    op->u.issue.flags = (unsigned) fuzz_number(in, 1)
                        & ~(unsigned) (LEDGER_REPLIED | LEDGER_ASKED);
    op->u.issue.channel = 1 + (unsigned) fuzz_number(in, 1) % 2;
    op->u.issue.host_lane = (unsigned) fuzz_number(in, 2);
    op->text[LEDGER_APP] = name(app, op->u.issue.channel % 2);
}


static void
make_message(fuzz_input_t *in, ledger_op_t *op, const entry_t *e)
{
    unsigned             n;
    static const char   *user[] = { "", "US.1", "US.2", "US.12" };
    static const char   *id[] = { "", "m1", "m2", "m3", "m4", "m5", "m6",
                                  "m7" };

    n = (unsigned) fuzz_number(in, 2);

    op->text[LEDGER_APP] = e->record.text[LEDGER_APP];
    op->u.message.key = e->record.key;
    op->u.message.channel = n & 1 ? e->record.channel : 1;
    op->u.message.provider = n & 2 || n & 4 ? 1 + n % 7 : 0;
    op->u.message.lease = n & 8 ? 25000 : 0;
    op->u.message.retain = n & 16 ? 60000 : 0;
    op->u.message.error = 1 + (n >> 5) % 4;
    op->u.message.sender = (n >> 7) % 5;
    op->u.message.replies = (n >> 10) % 8;

    n = (unsigned) fuzz_number(in, 1);

    ledger_message_text(op, LEDGER_MESSAGE_ID) = name(id, n % 8);
    ledger_message_text(op, LEDGER_USER_ID) = name(user, n / 8 % 4);
    ledger_message_text(op, LEDGER_SENDER) = name(user, n / 32 % 4);

    n = (unsigned) fuzz_number(in, 1);
    op->u.message.sent_at = n == 0 ? 0 : NOW - 128000 + 1000 * n;
}


static void
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


static void
make(fuzz_input_t *in, ledger_op_t *op, const world_t *w, const entry_t *e)
{
    memset(op, 0, sizeof(ledger_op_t));
    op->kind = (unsigned) fuzz_number(in, 1) % (LEDGER_SWEEP + 2);

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

    default:
        break;
    }
}


/* A record by itself. */

static void
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
}


/* The members that stay as the code was issued. */

static void
check_fixed(const ledger_record_t *a, const ledger_record_t *b)
{
    fuzz_check(a->key == b->key && a->channel == b->channel
               && a->host_lane == b->host_lane
               && a->requested_at == b->requested_at
               && a->expires_at == b->expires_at
               && a->link_hash == b->link_hash
               && memcmp(a->text, b->text, sizeof(a->text)) == 0);
    fuzz_check((a->flags & ~b->flags) == 0);
}


/* From one state and status to the next. */

static void
check_step(const world_t *w, const ledger_op_t *op, const ledger_record_t *a,
    const ledger_record_t *b)
{
    unsigned  on;

    check_fixed(a, b);

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

    if (a->status != LEDGER_STATUS_VALIDATED
        && b->status == LEDGER_STATUS_VALIDATED)
    {
        fuzz_check(op->kind == LEDGER_VALIDATE);
        fuzz_check(w->now < a->expires_at && b->validated_at == w->now);
    }

    if (a->state == LEDGER_STATE_WAITING && b->state == LEDGER_STATE_KEPT) {
        on = b->status == LEDGER_STATUS_VALIDATED ? LEDGER_ON_VALIDATED
             : b->status == LEDGER_STATUS_EXPIRED ? LEDGER_ON_EXPIRED
             : LEDGER_ON_FAILED;
        fuzz_check(!(b->flags & on));
    }

    if (a->state == LEDGER_STATE_CALLBACK && b->state == LEDGER_STATE_KEPT) {
        fuzz_check(op->kind == LEDGER_COMPLETE);
        fuzz_check(op->u.complete.outcome == LEDGER_DELIVERED
                   || b->status == LEDGER_STATUS_FAILED);
    }
}


/* Nothing is stuck: each record has an operation that takes it on. */

static void
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
    fuzz_check(ledger_apply(record, NULL, &op, record->due_at, &taken, &change)
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


static void
count(entry_t *e, const ledger_op_t *op, const ledger_record_t *after)
{
    e->validations += e->record.status != LEDGER_STATUS_VALIDATED
                      && after->status == LEDGER_STATUS_VALIDATED;
    e->questions += op->kind == LEDGER_ASK && op->u.message.ask;

    if (op->kind <= LEDGER_ASK) {
        e->replies += op->u.message.reply != 0;

    } else if (op->kind == LEDGER_COMPLETE) {
        e->replies += op->u.complete.reply != 0;
    }

    fuzz_check(e->validations <= 1 && e->replies <= 1 && e->questions <= 1);
}


static void
carry_out(world_t *w, entry_t *e, const ledger_op_t *op,
    const ledger_record_t *after, const ledger_change_t *change)
{
    w->waiting += change->waiting;
    w->pages += change->pages;

    if (change->remove) {
        fuzz_check(e->record.state == LEDGER_STATE_KEPT
                   && w->now >= e->record.due_at && !change->save);
        e->live = 0;
        return;
    }

    fuzz_check(change->save || !(change->moves || change->changed
                                 || change->asked || change->waiting
                                 || change->pages));

    if (change->save) {
        fuzz_check(change->changed == (after->status != e->record.status));
        fuzz_check(change->moves || (after->lane == e->record.lane
                                     && after->due_at == e->record.due_at));
        check_step(w, op, &e->record, after);
        count(e, op, after);
        e->record = *after;
    }
}


/* The same question has the same answer. */

static void
apply(world_t *w, entry_t *e, ledger_op_t *op)
{
    ledger_op_t      again;
    ledger_change_t  change, same;
    ledger_record_t  after, before, other;
    ledger_result_t  result;

    again = *op;
    before = e->record;

    result = ledger_apply(&e->record, NULL, op, w->now, &after, &change);
    fuzz_check(memcmp(&before, &e->record, sizeof(before)) == 0);
    fuzz_check(result < LEDGER_RESULTS_N);
    fuzz_check(ledger_apply(&before, NULL, &again, w->now, &other, &same)
               == result);
    fuzz_check(memcmp(&change, &same, sizeof(change)) == 0);

    if (result != LEDGER_OK && result != LEDGER_EXPIRED) {
        fuzz_check(!change.save && !change.remove);
    }

    carry_out(w, e, op, &after, &change);
}


static void
issue(fuzz_input_t *in, world_t *w, entry_t *e)
{
    ledger_op_t      op;
    ledger_change_t  change;

    memset(&op, 0, sizeof(op));
    memset(e, 0, sizeof(entry_t));
    make_issue(in, &op);

    fuzz_check(ledger_issue(&op, ++w->key, w->now, &e->record, &change)
               == LEDGER_OK);
    fuzz_check(change.save && change.moves && !change.remove);

    w->waiting += change.waiting;
    w->pages += change.pages;
    e->live = 1;
}


static void
check(const world_t *w)
{
    int             waiting, pages;
    unsigned        i;
    const entry_t  *e;

    waiting = 0;
    pages = 0;

    for (i = 0; i < RECORDS; i++) {
        e = &w->entry[i];

        if (!e->live) {
            continue;
        }

        check_record(&e->record);
        check_goes_on(&e->record);

        if (e->record.state == LEDGER_STATE_WAITING) {
            waiting++;
            pages += (e->record.flags & LEDGER_PAGE) != 0;
        }
    }

    fuzz_check(w->waiting == waiting && w->pages == pages);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    entry_t       *e;
    world_t        w;
    unsigned       n;
    ledger_op_t    op;
    fuzz_input_t   in;

    in = fuzz_input(data, size);
    memset(&w, 0, sizeof(w));
    w.now = NOW;

    while (in.pos != in.end) {
        n = (unsigned) fuzz_number(&in, 1);
        e = &w.entry[n % RECORDS];

        /* Clocks step back, too. */
        w.now += n / RECORDS % 16 * 1000;
        w.now -= n / RECORDS / 16 * 1500;

        if (e->live) {
            make(&in, &op, &w, e);
            apply(&w, e, &op);

        } else {
            issue(&in, &w, e);
        }

        check(&w);
    }

    return 0;
}

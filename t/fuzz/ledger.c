
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Random operations on a few records and people, carried out as an engine
 * does, with what ledger.h promises asserted after each.
 *
 * The input: bytes that make an operation each, its record, and how time
 * goes on before it.
 */


#include "ledger_check.h"


static void
count(entry_t *e, const ledger_op_t *op, const ledger_record_t *after)
{
    e->validations += e->record.status != LEDGER_STATUS_VALIDATED
                      && after->status == LEDGER_STATUS_VALIDATED;
    e->questions += op->kind == LEDGER_ASK && op->u.message.ask;
    e->collections += e->record.claim.collected_at == 0
                      && after->claim.collected_at != 0;

    switch (op->kind) {

    case LEDGER_VALIDATE:
    case LEDGER_REFUSE:
    case LEDGER_ASK:
        e->replies += op->u.message.reply != 0;
        e->pins += op->u.message.pin != 0;
        fuzz_check(op->u.message.pin == 0 || op->u.message.pin == e->pins);
        break;

    case LEDGER_COMPLETE:
        e->replies += op->u.complete.reply != 0;
        break;

    case LEDGER_CONFIRM:
        e->replies += op->u.browser.reply != 0;
        break;

    case LEDGER_RESEND:
        fuzz_check(op->u.browser.pin == ++e->pins);
        break;

    case LEDGER_COLLECT:
        fuzz_check(op->u.collect.reply == 0
                   || (op->u.collect.session && !op->u.collect.repeated));
        break;

    default:
        break;
    }

    fuzz_check(e->validations <= 1 && e->replies <= 1 && e->questions <= 1
               && e->pins <= 2 && e->collections <= 1);
}


static void
end_session(world_t *w, uint64_t key)
{
    unsigned  i;

    for (i = 0; i < w->sessions; i++) {

        if (w->session[i].session.key == key) {
            w->session[i] = w->session[--w->sessions];
            return;
        }
    }

    fuzz_check(0);
}


/* Only a login of L's page that was never collected before begins one. */

static void
begin(world_t *w, const entry_t *e, const ledger_op_t *op,
    const ledger_record_t *after)
{
    uint64_t           ended;
    person_t          *person;
    ledger_session_t   session;
    ledger_subject_t   subject;

    person = world_person(w, op);

    fuzz_check(after->status == LEDGER_STATUS_VALIDATED
               && (after->claim.flags & LEDGER_CLAIM_PAGE)
               && e->record.claim.collected_at == 0
               && (!person->live
                   || after->validated_at > person->subject.revoked_at));

    ledger_begin(after, op, person->live ? &person->subject : NULL, &session,
                 &subject, &ended);

    fuzz_check(session.key == after->key
               && ledger_subject_has(&subject, session.key)
               && ledger_session_until(&session)
                  <= session.login_at + op->u.collect.absolute);
    fuzz_check(subject.n_marks == 0
               || (after->claim.flags & LEDGER_CLAIM_CONFIRMED)
               || person->live);

    if (ended) {
        end_session(w, ended);
    }

    person->live = 1;
    person->subject = subject;

    fuzz_check(w->sessions < SESSIONS);
    w->session[w->sessions].session = session;
    w->session[w->sessions++].person = person;
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
                                 || change->asked || change->begins
                                 || change->waiting || change->pages));

    if (change->save) {
        fuzz_check(change->changed
                   == (after->status != e->record.status
                       || after->claim.step != e->record.claim.step
                       || after->claim.collected_at
                          != e->record.claim.collected_at));
        fuzz_check(change->moves || (after->lane == e->record.lane
                                     && after->due_at == e->record.due_at));
        check_change(w, op, &e->record, after);
        count(e, op, after);

        if (change->begins) {
            begin(w, e, op, after);
        }

        e->record = *after;
    }
}


static const ledger_subject_t *
subject_of(world_t *w, const ledger_record_t *record, const ledger_op_t *op)
{
    person_t  *person;

    if (!ledger_wants_subject(record, op)) {
        return NULL;
    }

    person = world_person(w, op);

    return person->live ? &person->subject : NULL;
}


/* The same question has the same answer. */

static void
apply(world_t *w, entry_t *e, ledger_op_t *op)
{
    ledger_op_t              again;
    ledger_change_t          change, same;
    ledger_record_t          after, before, other;
    ledger_result_t          result;
    const ledger_subject_t  *subject;

    again = *op;
    before = e->record;
    subject = subject_of(w, &before, op);

    result = ledger_apply(&e->record, subject, op, w->now, &after, &change);
    fuzz_check(memcmp(&before, &e->record, sizeof(before)) == 0);
    fuzz_check(result < LEDGER_RESULTS_N);
    fuzz_check(ledger_apply(&before, subject, &again, w->now, &other, &same)
               == result);
    fuzz_check(memcmp(&change, &same, sizeof(change)) == 0);

    fuzz_check(subject == NULL || op->kind != LEDGER_CONFIRM
               || result != LEDGER_OK
               || subject->revoked_at < (before.sent_at ? before.sent_at + 999
                                         : before.requested_at));

    if (result != LEDGER_OK && result != LEDGER_EXPIRED
        && result != LEDGER_WRONG_PIN
        && !(result == LEDGER_ENDED && subject != NULL))
    {
        fuzz_check(!change.save && !change.remove);
    }

    check_refused(&before, op, result);
    carry_out(w, e, op, &after, &change);
}


/* The session that is named by its key has a person, as an engine finds it. */

static void
revoke(world_t *w, ledger_op_t *op)
{
    uint64_t           ended[LEDGER_SESSIONS_MAX];
    unsigned           i;
    person_t          *person;
    ledger_result_t    result;
    ledger_subject_t   after;

    person = world_person(w, op);

    for (i = 0; op->text[LEDGER_OP_SUBJECT].len == 0 && i < w->sessions; i++) {

        if (w->session[i].session.key == op->u.revoke.key) {
            person = w->session[i].person;
        }
    }

    result = ledger_revoke(person->live ? &person->subject : NULL, op, w->now,
                           &after, ended);

    if (result != LEDGER_OK) {
        fuzz_check(result == LEDGER_UNKNOWN && op->u.revoke.ended == 0);
        return;
    }

    for (i = 0; i < op->u.revoke.ended; i++) {
        end_session(w, ended[i]);
    }

    if (op->text[LEDGER_OP_SUBJECT].len) {
        fuzz_check(after.n_marks == 0 && after.revoked_at >= w->now);
        fuzz_check(op->u.revoke.since || after.n_sessions == 0);

    } else {
        fuzz_check(op->u.revoke.ended == 1
                   && after.n_marks == person->subject.n_marks);
    }

    person->subject = after;
}


/*
 * Only one that lives is moved, only forward, and nothing but its end for want
 * of use.
 */

static void
touch(world_t *w, ledger_op_t *op)
{
    unsigned           i;
    session_t         *s;
    ledger_result_t    result;
    ledger_session_t   after, same;

    s = NULL;

    for (i = 0; i < w->sessions; i++) {

        if (w->session[i].session.key == op->u.touch.key) {
            s = &w->session[i];
        }
    }

    result = ledger_touch(s == NULL ? NULL : &s->session, op, w->now, &after);

    if (result != LEDGER_OK) {
        fuzz_check(result == LEDGER_UNKNOWN && op->u.touch.moved == 0);
        return;
    }

    fuzz_check(w->now < ledger_session_until(&s->session));
    fuzz_check(ledger_digest_same(op->u.touch.digest, s->session.digest));
    fuzz_check(after.seen_at
               == (op->u.touch.moved ? w->now : s->session.seen_at));
    fuzz_check(after.seen_at >= s->session.seen_at
               && !ledger_session_is_stale(&after, w->now));
    fuzz_check(ledger_session_until(&after) <= s->session.ends_at);

    same = after;
    same.seen_at = s->session.seen_at;
    fuzz_check(memcmp(&same, &s->session, sizeof(same)) == 0);

    s->session = after;
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


/* Each session stands in its person, and the reverse. */

static void
check_people(const world_t *w)
{
    unsigned         i, n;
    const person_t  *person;

    n = 0;

    for (i = 0; i < APPS * PEOPLE; i++) {
        person = &w->person[i / PEOPLE][i % PEOPLE];

        fuzz_check(person->subject.n_marks <= LEDGER_MARKS_MAX
                   && person->subject.n_sessions <= LEDGER_SESSIONS_MAX);

        n += person->subject.n_sessions;
    }

    fuzz_check(n == w->sessions);

    for (i = 0; i < w->sessions; i++) {
        fuzz_check(ledger_subject_has(&w->session[i].person->subject,
                                      w->session[i].session.key));
    }
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
    check_people(w);
}


static void
settle_session(session_t *s, const ledger_login_t *login)
{
    s->session.key = login->key;
    s->session.login_at = login->login_at;
    s->session.seen_at = login->login_at;
    s->session.ends_at = login->login_at + 40000;
    s->session.idle = 16000;
    s->session.text[LEDGER_SESSION_APP] = world_text(world_app[0]);
    world_digest(s->session.digest, 0);
}


/* Somebody has been here often: chance alone would hardly log in so often. */

static void
settle(world_t *w)
{
    unsigned   i;
    person_t  *person;

    person = &w->person[0][1];
    person->live = 1;
    person->subject.n_marks = LEDGER_MARKS_MAX;
    person->subject.n_sessions = LEDGER_SESSIONS_MAX;

    for (i = 0; i < LEDGER_MARKS_MAX; i++) {
        person->subject.mark[i].until = NOW + 1000 + 10000 * i;
        world_digest(person->subject.mark[i].digest, i);
    }

    for (i = 0; i < LEDGER_SESSIONS_MAX; i++) {
        person->subject.session[i].key = 1 + i;
        person->subject.session[i].login_at = NOW - 10000 + 500 * i;
        settle_session(&w->session[i], &person->subject.session[i]);
        w->session[i].person = person;
    }

    w->sessions = LEDGER_SESSIONS_MAX;
    w->key = LEDGER_SESSIONS_MAX;
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
    settle(&w);

    while (in.pos != in.end) {
        n = (unsigned) fuzz_number(&in, 1);
        e = &w.entry[n % RECORDS];

        /* Clocks step back, too. */
        w.now += n / RECORDS % 16 * 1000;
        w.now -= n / RECORDS / 16 * 1500;

        if (!e->live) {
            issue(&in, &w, e);

        } else {
            make_op(&in, &op, &w, e);

            if (op.kind == LEDGER_REVOKE) {
                revoke(&w, &op);

            } else if (op.kind == LEDGER_TOUCH) {
                touch(&w, &op);

            } else {
                apply(&w, e, &op);
            }
        }

        check(&w);
    }

    return 0;
}

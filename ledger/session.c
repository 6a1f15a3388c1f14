
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions begin, and end: by their time, by another one too many, and because
 * somebody revokes them.
 */


#include <string.h>

#include "transition.h"


uint64_t
ledger_session_until(const ledger_session_t *session)
{
    uint64_t  until;

    until = ledger_after(session->seen_at, session->idle);

    return until < session->ends_at ? until : session->ends_at;
}


int
ledger_subject_has(const ledger_subject_t *subject, uint64_t key)
{
    unsigned  i;

    for (i = 0; i < subject->n_sessions; i++) {

        if (subject->session[i].key == key) {
            return 1;
        }
    }

    return 0;
}


void
ledger_subject_drop(ledger_subject_t *subject, uint64_t key)
{
    unsigned  i, n;

    n = 0;

    for (i = 0; i < subject->n_sessions; i++) {

        if (subject->session[i].key != key) {
            subject->session[n++] = subject->session[i];
        }
    }

    subject->n_sessions = n;
}


/* Takes the time of all marks, so that it tells nothing of where it stands. */

int
ledger_subject_knows(const ledger_subject_t *subject, const uint8_t *digest,
    uint64_t now)
{
    int       known;
    unsigned  i;

    known = 0;

    for (i = 0; i < subject->n_marks; i++) {
        known |= ledger_digest_same(subject->mark[i].digest, digest)
                 && now < subject->mark[i].until;
    }

    return known;
}


/* Old marks go; where there is no place left, the oldest one does. */

static void
ledger_session_mark(ledger_subject_t *subject, const uint8_t *digest,
    uint64_t now)
{
    unsigned        i, n;
    ledger_mark_t  *mark;

    n = 0;

    for (i = 0; i < subject->n_marks; i++) {

        if (now < subject->mark[i].until) {
            subject->mark[n++] = subject->mark[i];
        }
    }

    if (n == LEDGER_MARKS_MAX) {
        n--;
        memmove(&subject->mark[0], &subject->mark[1],
                n * sizeof(ledger_mark_t));
    }

    mark = &subject->mark[n];

    mark->until = ledger_after(now, LEDGER_MARK_SPAN);
    memcpy(mark->digest, digest, LEDGER_DIGEST_LEN);

    subject->n_marks = n + 1;
}


/* Returns the key of the session that has to go for it, or 0. */

static uint64_t
ledger_session_enter(ledger_subject_t *subject, uint64_t key, uint64_t now)
{
    uint64_t         ended;
    ledger_login_t  *login;

    ended = 0;
    ledger_subject_drop(subject, key);

    if (subject->n_sessions == LEDGER_SESSIONS_MAX) {
        ended = subject->session[0].key;
        ledger_subject_drop(subject, ended);
    }

    login = &subject->session[subject->n_sessions++];

    login->key = key;
    login->login_at = now;

    return ended;
}


static void
ledger_session_make(const ledger_record_t *record, const ledger_op_t *op,
    ledger_session_t *session)
{
    memset(session, 0, sizeof(ledger_session_t));

    session->key = record->key;
    session->flags = record->claim.flags
                     & (LEDGER_CLAIM_CONFIRMED | LEDGER_CLAIM_RECOGNISED);
    session->language = record->claim.language;
    session->login_at = record->claim.collected_at;
    session->seen_at = session->login_at;
    session->ends_at = ledger_after(session->login_at,
                                    op->u.collect.absolute);
    session->idle = op->u.collect.idle;

    memcpy(session->digest, op->u.collect.session_digest, LEDGER_DIGEST_LEN);

    session->text[LEDGER_SESSION_APP] = record->text[LEDGER_APP];
    session->text[LEDGER_SESSION_SUBJECT] = op->text[LEDGER_OP_SUBJECT];
    session->text[LEDGER_SESSION_PHONE] = record->message[LEDGER_SENDER];
    session->text[LEDGER_SESSION_NAME]
        = record->message[LEDGER_PROFILE_NAME];
    session->text[LEDGER_SESSION_PLACE] = record->text[LEDGER_PLACE];
    session->text[LEDGER_SESSION_DEVICE] = record->text[LEDGER_DEVICE];
}


static void
ledger_session_subject(const ledger_record_t *record, const ledger_op_t *op,
    ledger_subject_t *subject)
{
    memset(subject, 0, sizeof(ledger_subject_t));

    subject->made_at = record->claim.collected_at;
    memcpy(subject->seed, op->u.collect.seed, LEDGER_SUBJECT_SEED_LEN);

    subject->text[LEDGER_SUBJECT_APP] = record->text[LEDGER_APP];
    subject->text[LEDGER_SUBJECT_NUMBER] = op->text[LEDGER_OP_SUBJECT];
}


void
ledger_begin(const ledger_record_t *record, const ledger_op_t *op,
    const ledger_subject_t *before, ledger_session_t *session,
    ledger_subject_t *after, uint64_t *ended)
{
    ledger_session_make(record, op, session);

    if (before != NULL) {
        *after = *before;

    } else {
        ledger_session_subject(record, op, after);
    }

    if (op->u.collect.marked) {
        ledger_session_mark(after, op->u.collect.mark, session->login_at);
    }

    *ended = ledger_session_enter(after, session->key, session->login_at);
}

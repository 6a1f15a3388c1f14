
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The rows of sessions and subjects.
 */


#include <string.h>

#include "bytes.h"
#include "row_session.h"


/* The first byte of a session: its flags and, in the low half, its language. */

#define LEDGER_ROW_SESSION_FLAGS     0xf0
#define LEDGER_ROW_SESSION_LANGUAGE  0x0f

_Static_assert(((LEDGER_CLAIM_CONFIRMED | LEDGER_CLAIM_RECOGNISED)
                & LEDGER_ROW_SESSION_LANGUAGE) == 0
               && LEDGER_LANGUAGE_MAX <= LEDGER_ROW_SESSION_LANGUAGE,
               "flags and language must not meet");


int
ledger_row_session_decode(ledger_row_session_t *row, uint64_t key,
    const ledger_text_t *value)
{
    const unsigned char  *p, *end;
    ledger_session_t     *session;

    if (value->len < LEDGER_ROW_SESSION_HEAD_LEN
        || value->len > LEDGER_ROW_SESSION_VALUE_MAX)
    {
        return LEDGER_ROW_CORRUPTED;
    }

    p = value->data;
    session = &row->session;

    session->key = key;
    session->flags = p[0] & LEDGER_ROW_SESSION_FLAGS;
    session->language = p[0] & LEDGER_ROW_SESSION_LANGUAGE;
    session->login_at = ledger_get64(p + 1);
    session->seen_at = ledger_get64(p + 9);
    session->ends_at = ledger_get64(p + 17);
    session->idle = ledger_get64(p + 25);
    row->stands_at = ledger_get64(p + 33);
    memcpy(session->digest, p + 41, LEDGER_DIGEST_LEN);

    end = ledger_row_texts_get(session->text, LEDGER_SESSION_TEXTS, p + 57,
                               p + LEDGER_ROW_SESSION_HEAD_LEN);

    row->size = value->len;

    return end == p + value->len
           && ledger_row_subject_fits(&session->text[LEDGER_SESSION_APP],
                                      &session->text[LEDGER_SESSION_SUBJECT])
           ? 0 : LEDGER_ROW_CORRUPTED;
}


void
ledger_row_session_encode(ledger_row_session_t *row)
{
    unsigned char           *p;
    const ledger_session_t  *session;

    p = row->value;
    session = &row->session;

    p[0] = (unsigned char) (session->flags | session->language);
    ledger_put64(p + 1, session->login_at);
    ledger_put64(p + 9, session->seen_at);
    ledger_put64(p + 17, session->ends_at);
    ledger_put64(p + 25, session->idle);
    ledger_put64(p + 33, row->stands_at);
    memcpy(p + 41, session->digest, LEDGER_DIGEST_LEN);

    (void) ledger_row_texts_put(session->text, LEDGER_SESSION_TEXTS, p + 57,
                                p + LEDGER_ROW_SESSION_HEAD_LEN);
}


void
ledger_row_session_measure(ledger_row_session_t *row)
{
    row->size = LEDGER_ROW_SESSION_HEAD_LEN
                + ledger_row_texts_len(row->session.text,
                                       LEDGER_SESSION_TEXTS);
}


int
ledger_row_subject_fits(const ledger_text_t *app, const ledger_text_t *number)
{
    return app->len > 0 && app->len <= LEDGER_APP_MAX
           && number->len > 0 && number->len <= LEDGER_SUBJECT_MAX;
}


size_t
ledger_row_subject_key(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *number)
{
    out[0] = (unsigned char) app->len;
    memcpy(out + 1, app->data, app->len);
    memcpy(out + 1 + app->len, number->data, number->len);

    return 1 + app->len + number->len;
}


static int
ledger_row_session_get_key(ledger_subject_t *subject, const ledger_text_t *key)
{
    ledger_text_t        *app, *number;
    const unsigned char  *p;

    p = key->data;

    if (key->len < 1 || key->len < 1 + (size_t) p[0]) {
        return LEDGER_ROW_CORRUPTED;
    }

    app = &subject->text[LEDGER_SUBJECT_APP];
    number = &subject->text[LEDGER_SUBJECT_NUMBER];

    app->data = p + 1;
    app->len = p[0];
    number->data = p + 1 + p[0];
    number->len = key->len - 1 - p[0];

    return ledger_row_subject_fits(app, number) ? 0 : LEDGER_ROW_CORRUPTED;
}


static void
ledger_row_session_get_lists(ledger_subject_t *subject,
    const unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < subject->n_marks; i++) {
        subject->mark[i].until = ledger_get64(p);
        memcpy(subject->mark[i].digest, p + 8, LEDGER_DIGEST_LEN);
        p += LEDGER_ROW_SUBJECT_MARK_LEN;
    }

    for (i = 0; i < subject->n_sessions; i++) {
        subject->session[i].key = ledger_get64(p);
        subject->session[i].login_at = ledger_get64(p + 8);
        p += LEDGER_ROW_SUBJECT_LOGIN_LEN;
    }
}


int
ledger_row_subject_decode(ledger_row_subject_t *row, const ledger_text_t *key,
    const ledger_text_t *value)
{
    ledger_subject_t     *subject;
    const unsigned char  *p;

    subject = &row->subject;

    if (value->len < LEDGER_ROW_SUBJECT_HEAD_LEN
        || ledger_row_session_get_key(subject, key))
    {
        return LEDGER_ROW_CORRUPTED;
    }

    p = value->data;

    subject->made_at = ledger_get64(p);
    subject->revoked_at = ledger_get64(p + 8);
    memcpy(subject->seed, p + 16, LEDGER_SUBJECT_SEED_LEN);
    subject->n_marks = p[32];
    subject->n_sessions = p[33];

    if (subject->n_marks > LEDGER_MARKS_MAX
        || subject->n_sessions > LEDGER_SESSIONS_MAX)
    {
        return LEDGER_ROW_CORRUPTED;
    }

    ledger_row_subject_measure(row);

    if (row->size != value->len) {
        return LEDGER_ROW_CORRUPTED;
    }

    ledger_row_session_get_lists(subject, p + LEDGER_ROW_SUBJECT_HEAD_LEN);

    return 0;
}


void
ledger_row_subject_encode(const ledger_row_subject_t *row, unsigned char *p)
{
    unsigned                 i;
    const ledger_subject_t  *subject;

    subject = &row->subject;

    ledger_put64(p, subject->made_at);
    ledger_put64(p + 8, subject->revoked_at);
    memcpy(p + 16, subject->seed, LEDGER_SUBJECT_SEED_LEN);
    p[32] = (unsigned char) subject->n_marks;
    p[33] = (unsigned char) subject->n_sessions;
    p += LEDGER_ROW_SUBJECT_HEAD_LEN;

    for (i = 0; i < subject->n_marks; i++) {
        ledger_put64(p, subject->mark[i].until);
        memcpy(p + 8, subject->mark[i].digest, LEDGER_DIGEST_LEN);
        p += LEDGER_ROW_SUBJECT_MARK_LEN;
    }

    for (i = 0; i < subject->n_sessions; i++) {
        ledger_put64(p, subject->session[i].key);
        ledger_put64(p + 8, subject->session[i].login_at);
        p += LEDGER_ROW_SUBJECT_LOGIN_LEN;
    }
}


void
ledger_row_subject_measure(ledger_row_subject_t *row)
{
    row->size = LEDGER_ROW_SUBJECT_HEAD_LEN
                + LEDGER_ROW_SUBJECT_MARK_LEN * row->subject.n_marks
                + LEDGER_ROW_SUBJECT_LOGIN_LEN * row->subject.n_sessions;
}

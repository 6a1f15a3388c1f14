
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The rows of "sessions" and "subjects".
 */


#include "store.h"


/* The first byte of a session: its flags and, in the low half, its language. */

#define LMDB_STORE_SESSION_FLAGS     0xf0
#define LMDB_STORE_SESSION_LANGUAGE  0x0f

_Static_assert(((LEDGER_CLAIM_CONFIRMED | LEDGER_CLAIM_RECOGNISED)
                & LMDB_STORE_SESSION_LANGUAGE) == 0
               && LEDGER_LANGUAGE_MAX <= LMDB_STORE_SESSION_LANGUAGE,
               "flags and language must not meet");


int
lmdb_store_session_decode(lmdb_store_session_t *row, uint64_t key,
    const MDB_val *value)
{
    const unsigned char  *p, *end;
    ledger_session_t     *session;

    if (value->mv_size < LMDB_STORE_SESSION_HEAD_LEN
        || value->mv_size > LMDB_STORE_SESSION_VALUE_MAX)
    {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;
    session = &row->session;

    session->key = key;
    session->flags = p[0] & LMDB_STORE_SESSION_FLAGS;
    session->language = p[0] & LMDB_STORE_SESSION_LANGUAGE;
    session->login_at = lmdb_store_get64(p + 1);
    session->seen_at = lmdb_store_get64(p + 9);
    session->ends_at = lmdb_store_get64(p + 17);
    session->idle = lmdb_store_get64(p + 25);
    row->stands_at = lmdb_store_get64(p + 33);
    memcpy(session->digest, p + 41, LEDGER_DIGEST_LEN);

    end = lmdb_store_texts_get(session->text, LEDGER_SESSION_TEXTS, p + 57,
                               p + LMDB_STORE_SESSION_HEAD_LEN);

    row->size = value->mv_size;
    row->cost = lmdb_store_cost_session(row);

    return end == p + value->mv_size
           && lmdb_store_subject_fits(&session->text[LEDGER_SESSION_APP],
                                      &session->text[LEDGER_SESSION_SUBJECT])
           ? 0 : MDB_CORRUPTED;
}


void
lmdb_store_session_encode(lmdb_store_session_t *row)
{
    unsigned char           *p;
    const ledger_session_t  *session;

    p = row->value;
    session = &row->session;

    p[0] = (unsigned char) (session->flags | session->language);
    lmdb_store_put64(p + 1, session->login_at);
    lmdb_store_put64(p + 9, session->seen_at);
    lmdb_store_put64(p + 17, session->ends_at);
    lmdb_store_put64(p + 25, session->idle);
    lmdb_store_put64(p + 33, row->stands_at);
    memcpy(p + 41, session->digest, LEDGER_DIGEST_LEN);

    (void) lmdb_store_texts_put(session->text, LEDGER_SESSION_TEXTS, p + 57,
                                p + LMDB_STORE_SESSION_HEAD_LEN);
}


void
lmdb_store_session_measure(lmdb_store_session_t *row)
{
    row->size = LMDB_STORE_SESSION_HEAD_LEN
                + lmdb_store_texts_len(row->session.text,
                                       LEDGER_SESSION_TEXTS);
    row->cost = lmdb_store_cost_session(row);
}


int
lmdb_store_subject_fits(const ledger_text_t *app, const ledger_text_t *number)
{
    return app->len > 0 && app->len <= LEDGER_APP_MAX
           && number->len > 0 && number->len <= LEDGER_SUBJECT_MAX;
}


void
lmdb_store_subject_key(unsigned char *out, const ledger_text_t *app,
    const ledger_text_t *number, MDB_val *val)
{
    out[0] = (unsigned char) app->len;
    memcpy(out + 1, app->data, app->len);
    memcpy(out + 1 + app->len, number->data, number->len);

    val->mv_data = out;
    val->mv_size = 1 + app->len + number->len;
}


static int
lmdb_store_row_session_get_key(ledger_subject_t *subject, const MDB_val *key)
{
    ledger_text_t        *app, *number;
    const unsigned char  *p;

    p = key->mv_data;

    if (key->mv_size < 1 || key->mv_size < 1 + (size_t) p[0]) {
        return MDB_CORRUPTED;
    }

    app = &subject->text[LEDGER_SUBJECT_APP];
    number = &subject->text[LEDGER_SUBJECT_NUMBER];

    app->data = p + 1;
    app->len = p[0];
    number->data = p + 1 + p[0];
    number->len = key->mv_size - 1 - p[0];

    return lmdb_store_subject_fits(app, number) ? 0 : MDB_CORRUPTED;
}


static void
lmdb_store_row_session_get_lists(ledger_subject_t *subject,
    const unsigned char *p)
{
    unsigned  i;

    for (i = 0; i < subject->n_marks; i++) {
        subject->mark[i].until = lmdb_store_get64(p);
        memcpy(subject->mark[i].digest, p + 8, LEDGER_DIGEST_LEN);
        p += LMDB_STORE_SUBJECT_MARK_LEN;
    }

    for (i = 0; i < subject->n_sessions; i++) {
        subject->session[i].key = lmdb_store_get64(p);
        subject->session[i].login_at = lmdb_store_get64(p + 8);
        p += LMDB_STORE_SUBJECT_LOGIN_LEN;
    }
}


int
lmdb_store_subject_decode(lmdb_store_subject_t *row, const MDB_val *key,
    const MDB_val *value)
{
    ledger_subject_t     *subject;
    const unsigned char  *p;

    subject = &row->subject;

    if (value->mv_size < LMDB_STORE_SUBJECT_HEAD_LEN
        || lmdb_store_row_session_get_key(subject, key))
    {
        return MDB_CORRUPTED;
    }

    p = value->mv_data;

    subject->made_at = lmdb_store_get64(p);
    subject->revoked_at = lmdb_store_get64(p + 8);
    memcpy(subject->seed, p + 16, LEDGER_SUBJECT_SEED_LEN);
    subject->n_marks = p[32];
    subject->n_sessions = p[33];

    if (subject->n_marks > LEDGER_MARKS_MAX
        || subject->n_sessions > LEDGER_SESSIONS_MAX)
    {
        return MDB_CORRUPTED;
    }

    lmdb_store_subject_measure(row);

    if (row->size != value->mv_size) {
        return MDB_CORRUPTED;
    }

    lmdb_store_row_session_get_lists(subject, p + LMDB_STORE_SUBJECT_HEAD_LEN);

    return 0;
}


void
lmdb_store_subject_encode(const lmdb_store_subject_t *row, unsigned char *p)
{
    unsigned                 i;
    const ledger_subject_t  *subject;

    subject = &row->subject;

    lmdb_store_put64(p, subject->made_at);
    lmdb_store_put64(p + 8, subject->revoked_at);
    memcpy(p + 16, subject->seed, LEDGER_SUBJECT_SEED_LEN);
    p[32] = (unsigned char) subject->n_marks;
    p[33] = (unsigned char) subject->n_sessions;
    p += LMDB_STORE_SUBJECT_HEAD_LEN;

    for (i = 0; i < subject->n_marks; i++) {
        lmdb_store_put64(p, subject->mark[i].until);
        memcpy(p + 8, subject->mark[i].digest, LEDGER_DIGEST_LEN);
        p += LMDB_STORE_SUBJECT_MARK_LEN;
    }

    for (i = 0; i < subject->n_sessions; i++) {
        lmdb_store_put64(p, subject->session[i].key);
        lmdb_store_put64(p + 8, subject->session[i].login_at);
        p += LMDB_STORE_SUBJECT_LOGIN_LEN;
    }
}


void
lmdb_store_subject_measure(lmdb_store_subject_t *row)
{
    row->size = LMDB_STORE_SUBJECT_HEAD_LEN
                + LMDB_STORE_SUBJECT_MARK_LEN * row->subject.n_marks
                + LMDB_STORE_SUBJECT_LOGIN_LEN * row->subject.n_sessions;
    row->cost = lmdb_store_cost_subject(row);
}

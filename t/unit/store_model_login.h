
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sessions and subjects of the model: two lists.  The ledger decides; the model
 * computes once more where they stand and what they cost.
 */


#ifndef _STORE_MODEL_LOGIN_H_INCLUDED_
#define _STORE_MODEL_LOGIN_H_INCLUDED_


#include "store_model_state.h"


static inline ledger_subject_t *
model_subject(model_t *m, unsigned app, const ledger_text_t *number)
{
    return &m->subject[app][model_number(number, model_person)];
}


/* NULL if there is none yet. */

static inline const ledger_subject_t *
model_known(model_t *m, unsigned app, const ledger_text_t *number)
{
    const ledger_subject_t  *subject;

    subject = model_subject(m, app, number);

    return subject->made_at ? subject : NULL;
}


static inline session_t *
model_session(model_t *m, uint64_t key)
{
    unsigned  i;

    for (i = 0; i < m->n_sessions; i++) {

        if (m->session[i].session.key == key) {
            return &m->session[i];
        }
    }

    return NULL;
}


static inline void
model_end(model_t *m, uint64_t key)
{
    session_t  *s;

    s = model_session(m, key);

    memmove(s, s + 1,
            (size_t) (m->session + --m->n_sessions - s) * sizeof(session_t));
}


/* Sessions stand in order of keys, which is not that of their logins. */

static inline session_t *
model_place(model_t *m, uint64_t key)
{
    session_t  *s;

    for (s = m->session + m->n_sessions++;
         s > m->session && s[-1].session.key > key;
         s--)
    {
        *s = s[-1];
    }

    return s;
}


static inline void
model_begin(model_t *m, unsigned app, const ledger_record_t *record,
    const ledger_op_t *op)
{
    uint64_t           ended;
    session_t         *s;
    ledger_subject_t  *subject, after;

    subject = model_subject(m, app, &op->text[LEDGER_OP_SUBJECT]);
    s = model_place(m, record->key);

    ledger_begin(record, op, subject->made_at ? subject : NULL, &s->session,
                 &after, &ended);

    *subject = after;
    s->stands_at = ledger_session_until(&s->session);
    m->begun++;

    if (ended) {
        m->displaced++;
        model_end(m, ended);
    }
}


/* The person that REVOKE means, or NULL. */

static inline ledger_subject_t *
model_meant(model_t *m, const ledger_op_t *op)
{
    session_t            *s;
    unsigned              app;
    ledger_subject_t     *subject;
    const ledger_text_t  *number;

    app = model_number(&op->text[LEDGER_APP], model_app);
    number = &op->text[LEDGER_OP_SUBJECT];

    if (number->len == 0) {
        s = model_session(m, op->u.revoke.key);

        if (s == NULL
            || !ledger_text_same(&s->session.text[LEDGER_SESSION_APP],
                                 &op->text[LEDGER_APP]))
        {
            return NULL;
        }

        number = &s->session.text[LEDGER_SESSION_SUBJECT];
    }

    subject = model_subject(m, app, number);

    return subject->made_at ? subject : NULL;
}


static inline ledger_result_t
model_revoke(model_t *m, ledger_op_t *op)
{
    uint64_t           ended[LEDGER_SESSIONS_MAX];
    unsigned           i;
    ledger_result_t    result;
    ledger_subject_t  *subject, after;

    subject = model_meant(m, op);

    if (subject == NULL) {
        return LEDGER_UNKNOWN;
    }

    result = ledger_revoke(subject, op, m->now, &after, ended);

    if (result == LEDGER_OK) {
        *subject = after;
        op->u.revoke.language = op->u.revoke.ended == 0 ? 0
            : model_session(m, ended[op->u.revoke.ended - 1])
                  ->session.language;

        for (i = 0; i < op->u.revoke.ended; i++) {
            model_end(m, ended[i]);
        }
    }

    return result;
}


static inline ledger_result_t
model_touch(model_t *m, ledger_op_t *op)
{
    session_t         *s;
    ledger_result_t    result;
    ledger_session_t   after;

    s = model_session(m, op->u.touch.key);
    result = ledger_touch(s == NULL ? NULL : &s->session, op, m->now, &after);

    if (result == LEDGER_OK) {
        s->session = after;
        m->touched += op->u.touch.moved;
    }

    return result;
}


static inline void
model_sweep_sessions(model_t *m)
{
    unsigned           i, app;
    uint64_t           until;
    session_t         *s;
    ledger_session_t   ended;

    for (i = m->n_sessions; i > 0; i--) {
        s = &m->session[i - 1];

        if (s->stands_at > m->now) {
            continue;
        }

        until = ledger_session_until(&s->session);

        if (until > m->now) {
            s->stands_at = until;
            continue;
        }

        ended = s->session;
        app = model_number(&ended.text[LEDGER_SESSION_APP], model_app);
        ledger_subject_drop(model_subject(m, app,
                                &ended.text[LEDGER_SESSION_SUBJECT]),
                            ended.key);
        model_end(m, ended.key);
    }
}


#endif /* _STORE_MODEL_LOGIN_H_INCLUDED_ */

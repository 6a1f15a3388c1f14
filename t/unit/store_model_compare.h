
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* All that a store holds, compared with the model. */


#ifndef _STORE_MODEL_COMPARE_H_INCLUDED_
#define _STORE_MODEL_COMPARE_H_INCLUDED_


#include "store_model_state.h"


typedef struct {
    const model_t  *m;
    unsigned        n;
} compare_t;


static inline unsigned
expected_lane(const entry_t *e)
{
    return e->stands_at ? LEDGER_LANE_TIME
           : e->record.state == LEDGER_STATE_KEPT
             ? help_kept_lane(model_app[model_app_of(&e->record)])
             : e->record.lane;
}


static inline void
compare_texts(const ledger_text_t *text, const ledger_text_t *expected,
    unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        assert_true(ledger_text_same(&text[i], &expected[i]));
    }
}


static inline void
compare_claim(const ledger_claim_t *claim, const ledger_claim_t *expected)
{
    assert_int_equal(claim->flags, expected->flags);
    assert_int_equal(claim->step, expected->step);
    assert_int_equal(claim->wrong_pins, expected->wrong_pins);
    assert_int_equal(claim->language, expected->language);
    assert_true(claim->collected_at == expected->collected_at);
    assert_memory_equal(claim->digest, expected->digest, LEDGER_DIGEST_LEN);
    assert_memory_equal(claim->known, expected->known, LEDGER_DIGEST_LEN);
    assert_memory_equal(claim->collect_key, expected->collect_key,
                        LEDGER_DIGEST_LEN);
}


static inline int
compare_record(const ledger_record_t *record, void *data)
{
    compare_t              *c;
    const entry_t          *e;
    const ledger_record_t  *expected;

    c = data;
    assert_true(c->n < c->m->n);
    e = &c->m->entry[c->n++];
    expected = &e->record;

    assert_true(record->key == expected->key);
    assert_int_equal(record->state, expected->state);
    assert_int_equal(record->status, ledger_status(expected, c->m->now));
    assert_int_equal(record->error, expected->error);
    assert_int_equal(record->channel, expected->channel);
    assert_int_equal(record->provider, expected->provider);
    assert_int_equal(record->flags, expected->flags);
    assert_int_equal(record->refusals, expected->refusals);
    assert_int_equal(record->host_lane, expected->host_lane);
    assert_int_equal(record->lane, expected_lane(e));
    assert_int_equal(record->attempts, expected->attempts);
    assert_true(record->due_at == expected->due_at);
    assert_true(record->requested_at == expected->requested_at);
    assert_true(record->link_hash == expected->requested_at);
    assert_true(record->expires_at == expected->expires_at);
    assert_true(record->validated_at == expected->validated_at);
    assert_true(record->sent_at == expected->sent_at);

    compare_claim(&record->claim, &expected->claim);
    compare_texts(record->text, expected->text, LEDGER_TEXTS);
    compare_texts(record->message, expected->message, LEDGER_MESSAGE_TEXTS);
    assert_memory_equal(record->refused, expected->refused,
                        ledger_refused(expected) * sizeof(ledger_refusal_t));

    return 0;
}


static inline void
compare_index(help_t *h, const model_t *m)
{
    uint64_t        first[LMDB_STORE_LANES], due_at;
    unsigned        i, lane;
    const entry_t  *e;

    memset(first, 0xff, sizeof(first));

    for (i = 0; i < m->n; i++) {
        e = &m->entry[i];
        due_at = e->stands_at ? e->stands_at : e->record.due_at;

        if (due_at < first[expected_lane(e)]) {
            first[expected_lane(e)] = due_at;
        }
    }

    for (i = 0; i < m->n_sessions; i++) {
        due_at = m->session[i].stands_at;

        if (due_at < first[LMDB_STORE_LANE_SESSIONS]) {
            first[LMDB_STORE_LANE_SESSIONS] = due_at;
        }
    }

    for (i = 0; i < LMDB_STORE_LANES; i++) {
        assert_int_equal(lmdb_store_next_lane(h->store, i, &lane), LEDGER_OK);

        while (i < lane) {
            assert_true(first[i++] == UINT64_MAX);
        }

        if (i < LMDB_STORE_LANES) {
            assert_true(help_first_due(h, i) == first[i]);
        }
    }
}


static inline void
compare_asked(help_t *h, const model_t *m)
{
    uint64_t         key;
    unsigned         app, user;
    ledger_text_t    app_text, user_text;
    ledger_result_t  result;

    for (app = 0; app < MODEL_APPS; app++) {
        app_text.data = model_app[app];
        app_text.len = strlen(model_app[app]);

        for (user = 1; user < MODEL_USERS; user++) {
            user_text.data = model_user[user];
            user_text.len = strlen(model_user[user]);
            result = lmdb_store_asked(h->store, &app_text, &user_text, &key);

            if (m->asked[app][user] == 0) {
                assert_int_equal(result, LEDGER_UNKNOWN);
                continue;
            }

            assert_int_equal(result, LEDGER_OK);
            assert_true(key == m->asked[app][user]);
        }
    }
}


static inline int
compare_session(const ledger_session_t *session, void *data)
{
    compare_t               *c;
    const ledger_session_t  *expected;

    c = data;
    assert_true(c->n < c->m->n_sessions);
    expected = &c->m->session[c->n++].session;

    assert_true(session->key == expected->key);
    assert_int_equal(session->flags, expected->flags);
    assert_true(session->login_at == expected->login_at);
    assert_int_equal(session->language, expected->language);
    assert_true(session->seen_at == expected->seen_at);
    assert_true(session->ends_at == expected->ends_at);
    assert_true(session->idle == expected->idle);
    assert_memory_equal(session->digest, expected->digest, LEDGER_DIGEST_LEN);
    compare_texts(session->text, expected->text, LEDGER_SESSION_TEXTS);

    return 0;
}


static inline void
compare_subject(const ledger_subject_t *subject,
    const ledger_subject_t *expected)
{
    unsigned  i;

    assert_true(subject->made_at == expected->made_at);
    assert_true(subject->revoked_at == expected->revoked_at);
    assert_memory_equal(subject->seed, expected->seed,
                        LEDGER_SUBJECT_SEED_LEN);
    assert_int_equal(subject->n_marks, expected->n_marks);
    assert_int_equal(subject->n_sessions, expected->n_sessions);

    for (i = 0; i < expected->n_marks; i++) {
        assert_true(subject->mark[i].until == expected->mark[i].until);
        assert_memory_equal(subject->mark[i].digest, expected->mark[i].digest,
                            LEDGER_DIGEST_LEN);
    }

    for (i = 0; i < expected->n_sessions; i++) {
        assert_true(subject->session[i].key == expected->session[i].key);
        assert_true(subject->session[i].login_at
                    == expected->session[i].login_at);
    }
}


static inline void
compare_subjects(help_t *h, const model_t *m)
{
    unsigned                app, person;
    ledger_result_t         result;
    ledger_text_t           app_text, number;
    ledger_subject_copy_t   copy;

    for (app = 0; app < MODEL_APPS; app++) {
        app_text.data = model_app[app];
        app_text.len = strlen(model_app[app]);

        for (person = 1; person < MODEL_PERSONS; person++) {
            number.data = model_person[person];
            number.len = strlen(model_person[person]);
            result = lmdb_store_get_subject(h->store, &app_text, &number,
                                            &copy);

            if (m->subject[app][person].made_at == 0) {
                assert_int_equal(result, LEDGER_UNKNOWN);
                continue;
            }

            assert_int_equal(result, LEDGER_OK);
            compare_subject(&copy.subject, &m->subject[app][person]);
        }
    }
}


static inline void
compare_all(help_t *h, const model_t *m)
{
    compare_t          c;
    lmdb_store_stat_t  stat;

    c.m = m;
    c.n = 0;
    assert_int_equal(lmdb_store_walk(h->store, compare_record, &c),
                     LEDGER_OK);
    assert_int_equal(c.n, m->n);

    c.n = 0;
    assert_int_equal(lmdb_store_walk_sessions(h->store, compare_session, &c),
                     LEDGER_OK);
    assert_int_equal(c.n, m->n_sessions);

    compare_index(h, m);
    compare_asked(h, m);
    compare_subjects(h, m);

    assert_int_equal(lmdb_store_stat(h->store, &stat), LEDGER_OK);
    assert_int_equal(stat.waiting, model_waiting(m, 0, 0)
                                   + model_waiting(m, 1, 0)
                                   + model_waiting(m, 2, 0));
    assert_true(stat.bytes == model_bytes(m, 0) + model_bytes(m, 1)
                              + model_bytes(m, 2));
    assert_int_equal(help_faults(h), 0);
}


#endif /* _STORE_MODEL_COMPARE_H_INCLUDED_ */

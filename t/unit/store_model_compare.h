
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* All that a store holds, compared with the model. */


#ifndef _STORE_MODEL_COMPARE_H_INCLUDED_
#define _STORE_MODEL_COMPARE_H_INCLUDED_


#include "store_model_rows.h"


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


static inline int
compare_record(const ledger_record_t *record, void *data)
{
    compare_t      *c;
    const entry_t  *e;

    c = data;
    assert_true(c->n < c->m->n);
    e = &c->m->entry[c->n++];

    compare_record_row(record, e, expected_lane(e), c->m->now);

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
    compare_t  *c;

    c = data;
    assert_true(c->n < c->m->n_sessions);

    compare_session_row(session, &c->m->session[c->n++].session);

    return 0;
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


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* One row of a store, or the result of an operation, as the model has it. */


#ifndef _STORE_MODEL_ROWS_H_INCLUDED_
#define _STORE_MODEL_ROWS_H_INCLUDED_


#include "store_model_state.h"


static inline void
wrong(const model_t *m, const ledger_op_t *op, const char *what)
{
    fprintf(stderr, "# seed %llu batch %llu kind %d: %s, result %s: %s\n",
            (unsigned long long) m->seed, (unsigned long long) m->batch,
            op->kind, what, ledger_strresult(op->result),
            "store and model differ");
    _exit(1);
}


static inline void
compare_out(const model_t *m, const ledger_op_t *op)
{
    const ledger_record_t  *e;

    switch (op->kind) {

    case LEDGER_ISSUE:
        if (op->u.issue.key != m->last_key) {
            wrong(m, op, "key");
        }

        return;

    case LEDGER_TAKE:
        e = &model_find((model_t *) m, op->u.take.key)->record;

        if (op->u.take.attempt != e->attempts) {
            wrong(m, op, "attempt");
        }

        return;

    case LEDGER_VALIDATE:
    case LEDGER_REFUSE:
    case LEDGER_ASK:
        e = &model_find((model_t *) m, op->u.message.key)->record;

        if (op->u.message.status != e->status
            || op->u.message.attempt != e->attempts)
        {
            wrong(m, op, "status or attempt");
        }

        return;

    case LEDGER_COMPLETE:
        e = &model_find((model_t *) m, op->u.complete.key)->record;

        if (op->u.complete.status != e->status) {
            wrong(m, op, "status");
        }

        return;

    default:
        return;
    }
}


/* in: as the store has done it; op and expected: as the model has. */

static inline void
compare_op(const model_t *m, const ledger_op_t *in, const ledger_op_t *op,
    ledger_result_t expected)
{
    if (in->result != expected) {
        wrong(m, in, ledger_strresult(expected));
    }

    if (in->kind == LEDGER_ASK && in->u.message.ask != op->u.message.ask) {
        wrong(m, in, "ask");
    }

    if (in->kind >= LEDGER_CONFIRM
        && memcmp(&in->u, &op->u, sizeof(in->u)) != 0)
    {
        wrong(m, in, "what comes out");
    }

    if (in->result == LEDGER_OK) {
        compare_out(m, in);
    }
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


/* The record of an entry that stands in this lane. */

static inline void
compare_record_row(const ledger_record_t *record, const entry_t *e,
    unsigned lane, uint64_t now)
{
    const ledger_record_t  *expected;

    expected = &e->record;

    assert_true(record->key == expected->key);
    assert_int_equal(record->state, expected->state);
    assert_int_equal(record->status, ledger_status(expected, now));
    assert_int_equal(record->error, expected->error);
    assert_int_equal(record->channel, expected->channel);
    assert_int_equal(record->provider, expected->provider);
    assert_int_equal(record->flags, expected->flags);
    assert_int_equal(record->refusals, expected->refusals);
    assert_int_equal(record->host_lane, expected->host_lane);
    assert_int_equal(record->lane, lane);
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
}


static inline void
compare_session_row(const ledger_session_t *session,
    const ledger_session_t *expected)
{
    assert_true(session->key == expected->key);
    assert_int_equal(session->flags, expected->flags);
    assert_true(session->login_at == expected->login_at);
    assert_int_equal(session->language, expected->language);
    assert_true(session->seen_at == expected->seen_at);
    assert_true(session->ends_at == expected->ends_at);
    assert_true(session->idle == expected->idle);
    assert_memory_equal(session->digest, expected->digest, LEDGER_DIGEST_LEN);
    compare_texts(session->text, expected->text, LEDGER_SESSION_TEXTS);
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


#endif /* _STORE_MODEL_ROWS_H_INCLUDED_ */

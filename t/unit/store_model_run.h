
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Batches of random operations on a store and on the model.  Each is one
 * transaction, follows from the seed, its number and the model as it stands,
 * and leaves its number as a mark in the store.
 */


#ifndef _STORE_MODEL_RUN_H_INCLUDED_
#define _STORE_MODEL_RUN_H_INCLUDED_


#include "store_model_compare.h"
#include "store_model_make.h"


#define MODEL_MARK  UINT64_C(0x6d6f64656c)


static inline uint64_t
next_key(const model_t *m)
{
    return m->last_key + 1 > m->now << 10 ? m->last_key + 1 : m->now << 10;
}


static inline int
is_beyond(const model_t *m, const ledger_op_t *op, unsigned app)
{
    return ledger_issue_is_beyond(op, model_waiting(m, app, 0),
                                  model_waiting(m, app, LEDGER_PAGE));
}


static const model_engine_t  engine = { next_key, is_beyond, 1 };


static inline void
store_sweep(help_t *h, const model_t *m, const ledger_op_t *op,
    unsigned *expired, unsigned *purged)
{
    ledger_op_t  copy;

    *expired = 0;
    *purged = 0;

    do {
        copy = *op;

        if (lmdb_store_apply(h->store, &copy)) {
            wrong(m, op, "refused");
        }

        *expired += copy.u.sweep.expired;
        *purged += copy.u.sweep.purged;

    } while (copy.u.sweep.more);
}


/* One operation on both; the store is left out when h is NULL. */

static inline void
do_op(model_t *m, help_t *h, ledger_op_t *op)
{
    unsigned         expired, purged;
    ledger_op_t      in;
    ledger_result_t  expected;

    in = *op;
    expected = model_apply(m, op);
    m->results[expected]++;
    m->ops++;

    if (h == NULL) {
        return;
    }

    if (in.kind == LEDGER_SWEEP) {
        store_sweep(h, m, &in, &expired, &purged);

        if (expired != op->u.sweep.expired || purged != op->u.sweep.purged) {
            wrong(m, op, "sweep");
        }

        return;
    }

    if (lmdb_store_apply(h->store, &in)) {
        wrong(m, &in, ledger_strresult(expected));
    }

    compare_op(m, &in, op, expected);
}


static inline void
step_time(model_t *m)
{
    switch (model_below(m, 20)) {

    case 0:
        m->now += model_below(m, 10) * HELP_MINUTE;
        break;

    case 1:
        m->now -= model_below(m, 1000);
        break;

    default:
        m->now += model_below(m, 200);
    }

    help_now = m->now;
}


/* A transaction that is given up changes nothing. */

static inline void
do_aborted(model_t *m, help_t *h)
{
    ledger_op_t  op;

    memset(&op, 0, sizeof(op));
    make_issue(m, &op);

    if (h != NULL) {

        if (lmdb_store_begin(h->store) != LEDGER_OK
            || lmdb_store_apply(h->store, &op))
        {
            wrong(m, &op, "begin");
        }

        lmdb_store_abort(h->store);
    }
}


static inline void
do_batch(model_t *m, help_t *h)
{
    unsigned     n;
    ledger_op_t  op;

    m->batch++;
    m->random = m->seed + (m->batch << 32);
    step_time(m);

    if (model_below(m, 20) == 0) {
        do_aborted(m, h);
    }

    if (h != NULL && lmdb_store_begin(h->store) != LEDGER_OK) {
        _exit(2);
    }

    for (n = 1 + model_below(m, 30); n > 0; n--) {
        make_op(m, &op);
        do_op(m, h, &op);
    }

    if (h != NULL
        && (lmdb_store_set_mark(h->store, MODEL_MARK, m->batch)
            || lmdb_store_commit(h->store) != LEDGER_OK))
    {
        _exit(3);
    }
}


#endif /* _STORE_MODEL_RUN_H_INCLUDED_ */

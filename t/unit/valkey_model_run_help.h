
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Random operations on two hosts and on the model, each on the one host or the
 * other.  The program itself has model_run_op(), which runs an operation.
 *
 * WHATSAUTH_MODEL_OPS and WHATSAUTH_MODEL_SEED say how many, and which.
 */


#ifndef _VALKEY_MODEL_RUN_HELP_H_INCLUDED_
#define _VALKEY_MODEL_RUN_HELP_H_INCLUDED_


#include "valkey_model_help.h"


#define MODEL_RUN_SEED     UINT64_C(0x5eed)
#define MODEL_RUN_COMPARE  1000         /* operations */
#define MODEL_RUN_RARE     10000        /* of which each result came once */


static valkey_store_t  *model_run_host[2];
static uint64_t         model_run_dice;

/* So many sweeps do the work of one of the model; 1: exactly. */
static unsigned         model_run_sweeps = 1;

/* 1: limits may be in several parts. */
static unsigned         model_run_parts = 1;


/* From its start to its end; out members go into op. */
static void model_run_op(valkey_store_t *store, ledger_op_t *op);


static inline unsigned
model_run_throw(unsigned n)
{
    model_run_dice = model_run_dice * UINT64_C(6364136223846793005) + 1;

    return (unsigned) (model_run_dice >> 33) % n;
}


/* The done operation, as model_run_op() has it at its end. */

static inline void
model_run_done(ledger_op_t *op, const plant_done_t *done)
{
    assert_int_equal(done->times, 1);
    op->result = done->op.result;
    op->u = done->op.u;

    if (op->result == LEDGER_OK
        && op->kind != LEDGER_SWEEP && op->kind < LEDGER_REVOKE)
    {
        assert_true(done->has_copy);
        assert_true(op->kind == LEDGER_ISSUE
                    || done->copy.record.key == ledger_key(op));
    }
}


/*
 * A commit of a turn that is given up is not counted.  So where
 * connections are cut there are two sweeps, and they count no more than the
 * model does.
 */

static inline void
model_run_sweep(model_t *m, valkey_store_t *store, const ledger_op_t *in,
    ledger_op_t *op)
{
    unsigned     expired, purged, tries;
    ledger_op_t  copy;

    (void) model_apply(m, op);

    expired = 0;
    purged = 0;
    tries = 0;

    do {
        purged += model_remove_old(m);
        copy = *in;
        model_run_op(store, &copy);
        assert_int_equal(copy.result, LEDGER_OK);
        expired += copy.u.sweep.expired;
        tries++;

    } while (copy.u.sweep.more || tries < model_run_sweeps);

    purged += model_remove_old(m);
    plant_clock += 1000;

    if (expired > op->u.sweep.expired || purged != op->u.sweep.purged
        || (model_run_sweeps == 1 && expired < op->u.sweep.expired))
    {
        print_message("# expired %u of %u, purged %u of %u\n", expired,
                      op->u.sweep.expired, purged, op->u.sweep.purged);
        wrong(m, op, "sweep");
    }
}


/*
 * Codes lie in many partitions: limits that are reached, in one and in some.
 * For a second after it is full an app is asked for in one alone, where the
 * clock is not the test's.
 */

static inline void
model_run_limit(ledger_op_t *op)
{
    if (op->u.issue.live_limit) {
        op->u.issue.live_limit = !model_run_parts || model_run_throw(2)
                                 ? 1 + model_run_throw(8)
                                 : 1024 + model_run_throw(4);
    }

    if (op->u.issue.page_limit && !model_run_parts) {
        op->u.issue.page_limit = op->u.issue.live_limit;

    } else if (op->u.issue.page_limit) {
        op->u.issue.page_limit = 1 + model_run_throw(20);
    }
}


static inline void
model_run_one(model_t *m, ledger_op_t *op)
{
    ledger_op_t      in;
    ledger_result_t  expected;
    valkey_store_t  *store;

    if (op->kind == LEDGER_ISSUE) {
        model_run_limit(op);
    }

    in = *op;
    store = model_run_host[model_run_throw(2)];
    m->ops++;

    if (in.kind == LEDGER_SWEEP) {
        model_run_sweep(m, store, &in, op);
        return;
    }

    model_run_op(store, &in);

    if (in.kind == LEDGER_ISSUE && in.result == LEDGER_OK) {
        model_next_key = in.u.issue.key;
        m->last_key = model_next_key;
    }

    expected = model_apply(m, op);
    m->results[expected]++;

    compare_op(m, &in, op, expected);
}


static inline void
model_run_time(model_t *m)
{
    switch (model_below(m, 400)) {

    case 0:
        m->now += model_below(m, 10) * PLANT_MINUTE;
        break;

    case 1:
        m->now -= model_below(m, 1000);
        break;

    default:
        m->now += model_below(m, 10);
    }

    plant_now = m->now;
    plant_clock += 1000;
}


static inline uint64_t
model_run_setting(const char *name, uint64_t otherwise)
{
    const char  *value;

    value = getenv(name);
    return value == NULL ? otherwise : strtoull(value, NULL, 0);
}


static inline void
model_run_tell(const model_t *m)
{
    print_message("# %llu operations; %llu sessions, %llu displaced, touched"
                  " %llu times\n", (unsigned long long) m->ops,
                  (unsigned long long) m->begun,
                  (unsigned long long) m->displaced,
                  (unsigned long long) m->touched);
}


/* Operations that all ended alike would prove little. */

static inline void
model_run_vary(const model_t *m, uint64_t ops)
{
    unsigned  i;

    for (i = LEDGER_OK; i <= LEDGER_RESENT; i++) {
        assert_true(i == LEDGER_SHARE_LIMIT
                    || m->results[i] > ops / MODEL_RUN_RARE);
    }

    assert_true(m->begun > ops / 500);
    assert_true(m->touched > ops / 500);
}


/* On two hosts that are open.  varies: 1 if each result must have come. */

static inline void
model_run(uint64_t ops, int varies)
{
    model_t      *m;
    ledger_op_t   op;

    m = calloc(1, sizeof(model_t));
    assert_non_null(m);

    m->engine = &model_valkey;
    m->now = plant_now;
    m->seed = model_run_setting("WHATSAUTH_MODEL_SEED", MODEL_RUN_SEED);
    m->random = m->seed;
    model_run_dice = m->seed;
    ops = model_run_setting("WHATSAUTH_MODEL_OPS", ops);

    assert_memory_equal(valkey_store_keys(model_run_host[0]),
                        valkey_store_keys(model_run_host[1]),
                        VALKEY_STORE_KEYS_LEN);

    while (m->ops < ops) {
        model_run_time(m);
        make_op(m, &op);
        model_run_one(m, &op);

        if (m->ops % MODEL_RUN_COMPARE == 0) {
            model_compare(m);
        }
    }

    model_compare(m);
    model_run_tell(m);

    if (varies) {
        model_run_vary(m, ops);
    }

    free(m);
}


#endif /* _VALKEY_MODEL_RUN_HELP_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Operations on the model: what becomes of its records, oldest first. */


#ifndef _STORE_MODEL_APPLY_H_INCLUDED_
#define _STORE_MODEL_APPLY_H_INCLUDED_


#include "store_model_login.h"


/* The share that an operation needs more room in; 0: it needs none. */

static inline unsigned
model_share(const ledger_op_t *op, const entry_t *e,
    const ledger_record_t *after, const ledger_change_t *change)
{
    if (op->kind == LEDGER_COLLECT) {
        return change->begins ? op->u.collect.share : 0;
    }

    return op->kind <= LEDGER_ASK && model_cost(after) > e->cost
           ? op->u.message.share : 0;
}


static inline ledger_result_t
model_change(model_t *m, ledger_op_t *op)
{
    entry_t                 *e;
    unsigned                 app, share;
    ledger_record_t          after, *record;
    ledger_change_t          change;
    ledger_result_t          result;
    const ledger_subject_t  *subject;

    e = model_find(m, ledger_key(op));
    record = e == NULL ? NULL : &e->record;
    subject = ledger_wants_subject(record, op)
              ? model_known(m, e->app, &op->text[LEDGER_OP_SUBJECT]) : NULL;

    result = ledger_apply(record, subject, op, m->now, &after, &change);

    if (!change.save) {
        return result;
    }

    app = e->app;
    share = result == LEDGER_OK ? model_share(op, e, &after, &change) : 0;

    if (share && !model_has_room(m, app, share * 5 / 4, 0)) {
        return LEDGER_SHARE_LIMIT;
    }

    /* Others may have gone meanwhile, or this one. */

    e = model_find(m, after.key);

    if (e == NULL) {
        return LEDGER_UNKNOWN;
    }

    model_carry_out(m, e, &after, &change);

    if (change.begins) {
        model_begin(m, app, &after, op);
    }

    return result;
}


/* Everything that is due, as a store does it in several sweeps. */

static inline int
model_sweep_one(model_t *m, ledger_op_t *op, entry_t *e)
{
    ledger_record_t  after;
    ledger_change_t  change;

    if (e->stands_at && e->stands_at <= m->now) {
        e->stands_at = 0;
    }

    while (ledger_apply(&e->record, NULL, op, m->now, &after, &change)
           == LEDGER_OK)
    {
        if (change.remove) {
            op->u.sweep.purged++;
            model_forget(m, &e->record);
            return 1;
        }

        op->u.sweep.expired++;
        model_carry_out(m, e, &after, &change);
    }

    return 0;
}


static inline void
model_sweep(model_t *m, ledger_op_t *op)
{
    unsigned  i, left;

    left = 0;

    for (i = 0; i < m->n; i++) {

        if (!model_sweep_one(m, op, &m->entry[i])) {
            m->entry[left++] = m->entry[i];
        }
    }

    m->n = left;
    model_sweep_sessions(m);
}


static inline ledger_result_t
model_apply(model_t *m, ledger_op_t *op)
{
    switch (op->kind) {

    case LEDGER_ISSUE:
        return model_issue(m, op);

    case LEDGER_SWEEP:
        model_sweep(m, op);
        return LEDGER_OK;

    case LEDGER_REVOKE:
        return model_revoke(m, op);

    case LEDGER_TOUCH:
        return model_touch(m, op);

    default:
        return model_change(m, op);
    }
}


#endif /* _STORE_MODEL_APPLY_H_INCLUDED_ */

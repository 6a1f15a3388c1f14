
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Two hosts on one server of Valkey or Redis against the model in memory: the
 * same random operations on both, each on the one host or the other, and each
 * request of it sent once or several times.
 *
 * WHATSAUTH_MODEL_OPS and WHATSAUTH_MODEL_SEED change the constants below.
 */


#include "valkey_model_help.h"


#define MODEL_OPS      20000
#define MODEL_SEED     UINT64_C(0x5eed)
#define MODEL_COMPARE  1000         /* operations */


static valkey_store_t  *host[2];
static uint64_t         dice;


static unsigned
throw(unsigned n)
{
    dice = dice * UINT64_C(6364136223846793005) + 1;

    return (unsigned) (dice >> 33) % n;
}


/* A look at due work that is sent twice finds itself at work. */

static unsigned
times(const ledger_op_t *op)
{
    return op->kind == LEDGER_SWEEP || throw(4) ? 1 : 2 + throw(2);
}


static void
run(valkey_store_t *store, ledger_op_t *op)
{
    plant_done_t  done;

    memset(&done, 0, sizeof(done));
    op->record_room = op->kind == LEDGER_SWEEP ? 0 : LEDGER_TEXTS_MAX;

    if (valkey_store_submit(store, op, plant_done, &done)) {
        return;
    }

    while (plant_step(valkey_store_client(store), times(op))) {
        /* void */
    }

    assert_int_equal(done.times, 1);
    op->result = done.op.result;
    op->u = done.op.u;

    if (op->result == LEDGER_OK
        && op->kind != LEDGER_SWEEP && op->kind < LEDGER_REVOKE)
    {
        assert_true(done.has_copy);
        assert_true(op->kind == LEDGER_ISSUE
                    || done.copy.record.key == ledger_key(op));
    }
}


static void
sweep(model_t *m, valkey_store_t *store, const ledger_op_t *in,
    ledger_op_t *op)
{
    unsigned     expired, purged;
    ledger_op_t  copy;

    expired = 0;
    purged = model_remove_old(m);

    do {
        copy = *in;
        run(store, &copy);
        assert_int_equal(copy.result, LEDGER_OK);
        expired += copy.u.sweep.expired;

    } while (copy.u.sweep.more);

    purged += model_remove_old(m);
    plant_clock += 1000;

    (void) model_apply(m, op);

    if (expired != op->u.sweep.expired || purged != op->u.sweep.purged) {
        wrong(m, op, "sweep");
    }
}


/* Codes lie in many partitions: limits that are reached, in one and in some. */

static void
limit(ledger_op_t *op)
{
    if (op->u.issue.live_limit) {
        op->u.issue.live_limit = throw(2) ? 1 + throw(8) : 1024 + throw(4);
    }

    if (op->u.issue.page_limit) {
        op->u.issue.page_limit = 1 + throw(20);
    }
}


static void
do_op(model_t *m, ledger_op_t *op)
{
    ledger_op_t      in;
    ledger_result_t  expected;
    valkey_store_t  *store;

    if (op->kind == LEDGER_ISSUE) {
        limit(op);
    }

    in = *op;
    store = host[throw(2)];
    m->ops++;

    if (in.kind == LEDGER_SWEEP) {
        sweep(m, store, &in, op);
        return;
    }

    run(store, &in);

    if (in.kind == LEDGER_ISSUE && in.result == LEDGER_OK) {
        model_next_key = in.u.issue.key;
        m->last_key = model_next_key;
    }

    expected = model_apply(m, op);
    m->results[expected]++;

    if (in.result != expected) {
        wrong(m, &in, ledger_strresult(expected));
    }

    if (in.kind == LEDGER_ASK && in.u.message.ask != op->u.message.ask) {
        wrong(m, &in, "ask");
    }

    if (in.kind >= LEDGER_CONFIRM
        && memcmp(&in.u, &op->u, sizeof(in.u)) != 0)
    {
        wrong(m, &in, "what comes out");
    }

    if (in.result == LEDGER_OK) {
        compare_out(m, &in);
    }
}


static void
step_time(model_t *m)
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
    plant_clock++;
}


static uint64_t
setting(const char *name, uint64_t otherwise)
{
    const char  *value;

    value = getenv(name);
    return value == NULL ? otherwise : strtoull(value, NULL, 0);
}


static void
two_hosts_and_model_agree(void **state)
{
    model_t      *m;
    uint64_t      ops;
    unsigned      i;
    ledger_op_t   op;

    (void) state;

    plant_start();

    m = calloc(1, sizeof(model_t));
    assert_non_null(m);

    m->engine = &model_valkey;
    m->now = PLANT_EPOCH;
    m->seed = setting("WHATSAUTH_MODEL_SEED", MODEL_SEED);
    m->random = m->seed;
    dice = m->seed;
    ops = setting("WHATSAUTH_MODEL_OPS", MODEL_OPS);

    plant_now = m->now;
    host[0] = plant_open();
    host[1] = plant_open();
    assert_memory_equal(valkey_store_keys(host[0]), valkey_store_keys(host[1]),
                        VALKEY_STORE_KEYS_LEN);

    while (m->ops < ops) {
        step_time(m);
        make_op(m, &op);
        do_op(m, &op);

        if (m->ops % MODEL_COMPARE == 0) {
            model_compare(m);
        }
    }

    model_compare(m);

    print_message("# %llu operations; %llu sessions, %llu displaced, touched"
                  " %llu times\n", (unsigned long long) m->ops,
                  (unsigned long long) m->begun,
                  (unsigned long long) m->displaced,
                  (unsigned long long) m->touched);

    /* Operations that all ended alike would prove little. */

    for (i = LEDGER_OK; i <= LEDGER_RESENT; i++) {
        assert_true(i == LEDGER_SHARE_LIMIT || m->results[i] > ops / 10000);
    }

    assert_true(m->begun > ops / 500);
    assert_true(m->displaced > 0);
    assert_true(m->touched > ops / 500);

    valkey_store_destroy(host[0]);
    valkey_store_destroy(host[1]);
    free(m);
    plant_stop();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(two_hosts_and_model_agree)
    };

    return plant_is_missing()
           ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}

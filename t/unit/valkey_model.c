
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Two hosts on one server of Valkey or Redis against the model in memory, each
 * request sent once or several times.
 */


#include "valkey_model_run_help.h"
#include "valkey_plant_help.h"


#define MODEL_OPS  20000


static void
model_run_op(valkey_store_t *store, ledger_op_t *op)
{
    plant_done_t  done;

    memset(&done, 0, sizeof(done));
    op->record_room = op->kind == LEDGER_SWEEP ? 0 : LEDGER_TEXTS_MAX;

    if (valkey_store_submit(store, op, plant_done, &done)) {
        return;
    }

    while (plant_step(valkey_store_client(store),
                      model_run_throw(4) ? 1 : 2 + model_run_throw(2)))
    {
        /* void */
    }

    model_run_done(op, &done);
}


static void
two_hosts_and_model_agree(void **state)
{
    (void) state;

    plant_start();

    plant_now = PLANT_EPOCH;
    model_run_host[0] = plant_open();
    model_run_host[1] = plant_open();

    model_run(MODEL_OPS, 1);

    valkey_store_destroy(model_run_host[0]);
    valkey_store_destroy(model_run_host[1]);
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

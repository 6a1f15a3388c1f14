
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "journey/due.h"
#include "journey/sweep.h"
#include "kit/conf.h"


static void ngx_http_whatsauth_sweep_wanted(ngx_uint_t wanted);
static void ngx_http_whatsauth_sweep_done(void *data, const ledger_op_t *op);


/* Of this worker. */
static ngx_uint_t  ngx_http_whatsauth_sweeping;


void
ngx_http_whatsauth_sweep(void)
{
    if (!ngx_http_whatsauth_sweeping) {
        ngx_http_whatsauth_sweeping = 1;
        ngx_http_whatsauth_door_sweep_wanted(ngx_http_whatsauth_door_now(),
                                             ngx_http_whatsauth_sweep_wanted);
    }
}


static void
ngx_http_whatsauth_sweep_wanted(ngx_uint_t wanted)
{
    ledger_op_t                      op;
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (!wanted) {
        ngx_http_whatsauth_sweeping = 0;
        return;
    }

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);

    ngx_memzero(&op, sizeof(ledger_op_t));
    op.kind = LEDGER_SWEEP;
    op.u.sweep.retain = mcf->store.retain;

    (void) ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_sweep_done,
                                          NULL);
}


static void
ngx_http_whatsauth_sweep_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_sweeping = 0;

    if (op->result != LEDGER_OK || ngx_exiting) {
        return;
    }

    if (op->u.sweep.more) {
        ngx_http_whatsauth_sweep();
    }

    /* Expired codes may have become callbacks. */

    if (op->u.sweep.expired) {
        ngx_http_whatsauth_due_left();
    }
}

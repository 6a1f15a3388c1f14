
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/engine.h"
#include "kit/argument.h"
#include "kit/threads.h"


static const ngx_http_whatsauth_engine_t *
    ngx_http_whatsauth_door_engines[] =
{
    &ngx_http_whatsauth_lmdb_engine,
    &ngx_http_whatsauth_valkey_engine
};


const ngx_http_whatsauth_engine_t  *ngx_http_whatsauth_door_engine;


const ngx_http_whatsauth_engine_t *
ngx_http_whatsauth_door_recognise(const ngx_str_t *place)
{
    ngx_uint_t  i;

    i = 0;

    while (!ngx_http_whatsauth_door_engines[i]->recognise(place)) {
        i++;
    }

    return ngx_http_whatsauth_door_engines[i];
}


ngx_int_t
ngx_http_whatsauth_door_retain(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    ngx_int_t  ms;

    ms = value->len ? ngx_http_whatsauth_argument_time(cf, value) : NGX_ERROR;

    if (ms == NGX_ERROR) {
        return NGX_DECLINED;
    }

    mcf->store.retain = ms;

    return NGX_OK;
}


/* In the master, before workers are forked; at a reload, once again. */

ngx_int_t
ngx_http_whatsauth_door_init_module(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);

    /* Without a location that has the API, no store is needed. */

    if (ngx_test_config || mcf == NULL || mcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_threads_init_module(cycle, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return mcf->store.engine->init_module(cycle, mcf);
}


ngx_int_t
ngx_http_whatsauth_door_init_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);

    ngx_http_whatsauth_door_engine = mcf->store.engine;

    return mcf->store.engine->init_process(cycle, mcf);
}


void
ngx_http_whatsauth_door_exit_process(ngx_cycle_t *cycle)
{
    if (ngx_http_whatsauth_door_engine != NULL) {
        ngx_http_whatsauth_door_engine->exit_process();
    }
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_door_submit(ledger_op_t *op,
    ngx_http_whatsauth_done_pt done, void *data)
{
    ngx_http_whatsauth_wait_t  *wait;

    wait = ngx_http_whatsauth_door_engine->submit(op, done, data);

    if (wait == NULL) {
        done(data, op);
    }

    return wait;
}


void
ngx_http_whatsauth_door_forget(ngx_http_whatsauth_wait_t *wait)
{
    wait->done = NULL;
    wait->read = NULL;
    wait->session = NULL;
    wait->subject = NULL;
    wait->opened = NULL;
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_door_read(uint64_t key, ngx_http_whatsauth_read_pt done,
    void *data)
{
    return ngx_http_whatsauth_door_engine->read(key, done, data);
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_door_read_asked(const ledger_text_t *app,
    const ledger_text_t *user_id, ngx_http_whatsauth_read_pt done, void *data)
{
    return ngx_http_whatsauth_door_engine->read_asked(app, user_id, done,
                                                      data);
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_door_read_session(uint64_t key,
    ngx_http_whatsauth_session_pt done, void *data)
{
    return ngx_http_whatsauth_door_engine->read_session(key, done, data);
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_door_read_subject(const ledger_text_t *app,
    const ledger_text_t *number, ngx_http_whatsauth_subject_pt done,
    void *data)
{
    return ngx_http_whatsauth_door_engine->read_subject(app, number, done,
                                                        data);
}


void
ngx_http_whatsauth_door_due(ngx_http_whatsauth_scan_t *scan)
{
    ngx_http_whatsauth_door_engine->due(scan);
}


void
ngx_http_whatsauth_door_sweep_wanted(uint64_t now,
    ngx_http_whatsauth_wanted_pt done)
{
    ngx_http_whatsauth_door_engine->sweep_wanted(now, done);
}


whatsauth_codec_t *
ngx_http_whatsauth_door_codec(void)
{
    return ngx_http_whatsauth_door_engine->codec();
}


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_door_opening(ngx_http_whatsauth_opened_pt done, void *data)
{
    const ngx_http_whatsauth_engine_t  *engine;

    engine = ngx_http_whatsauth_door_engine;

    return engine->opening == NULL ? NULL : engine->opening(done, data);
}


uint64_t
ngx_http_whatsauth_door_now(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}

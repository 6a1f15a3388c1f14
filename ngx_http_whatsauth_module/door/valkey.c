
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/valkey.h"


static ngx_int_t ngx_http_whatsauth_valkey_init_module(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_int_t ngx_http_whatsauth_valkey_init_process(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);
static void ngx_http_whatsauth_valkey_opened(void *data);
static void ngx_http_whatsauth_valkey_exit_process(void);
static void ngx_http_whatsauth_valkey_forget(
    ngx_http_whatsauth_valkey_t *valkey);
static whatsauth_codec_t *ngx_http_whatsauth_valkey_codec(void);


const ngx_http_whatsauth_engine_t  ngx_http_whatsauth_valkey_engine = {
    ngx_string("valkey"),

    ngx_http_whatsauth_valkey_conf_recognise,
    ngx_http_whatsauth_valkey_conf,
    ngx_http_whatsauth_valkey_options,
    NULL,                                  /* an error must show no password */
    ngx_http_whatsauth_valkey_conf_complete,

    ngx_http_whatsauth_valkey_init_module,
    ngx_http_whatsauth_valkey_init_process,
    ngx_http_whatsauth_valkey_exit_process,

    ngx_http_whatsauth_valkey_wait_submit,
    ngx_http_whatsauth_valkey_read,
    ngx_http_whatsauth_valkey_read_asked,
    ngx_http_whatsauth_valkey_read_session,
    ngx_http_whatsauth_valkey_read_subject,
    ngx_http_whatsauth_valkey_read_due,
    ngx_http_whatsauth_valkey_read_sweep_wanted,
    ngx_http_whatsauth_valkey_watch,
    ngx_http_whatsauth_valkey_unwatch,
    ngx_http_whatsauth_valkey_codec,
    ngx_http_whatsauth_valkey_opening
};


ngx_http_whatsauth_valkey_t  ngx_http_whatsauth_valkey;


/* A start waits for no server, and a reload needs none. */

static ngx_int_t
ngx_http_whatsauth_valkey_init_module(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_valkey_init_process(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    u_char                        keys[VALKEY_STORE_KEYS_LEN];
    ngx_uint_t                    known;
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;

    valkey->place = &mcf->store.place;
    valkey->resolver = mcf->store.resolver;
    valkey->resolver_timeout = mcf->store.resolver_timeout;
    valkey->conf = mcf->store.conf;
    valkey->shared = valkey->conf->zone->data;

    ngx_queue_init(&valkey->waiting);
    ngx_queue_init(&valkey->free);

    ngx_http_whatsauth_valkey_io_init(valkey, cycle->log);

    if (valkey->conf->session_cache
        && ngx_http_whatsauth_valkey_cache_init(cycle->pool) != NGX_OK)
    {
        return NGX_ERROR;
    }

    known = ngx_http_whatsauth_valkey_shared_keys(valkey->shared, keys);

    ngx_http_whatsauth_valkey_opening_init(valkey, cycle->log, !known);

    valkey->store = valkey_store_create(&valkey->conf->options,
                                        &ngx_http_whatsauth_valkey_io, valkey,
                                        known ? keys : NULL,
                                        ngx_http_whatsauth_valkey_opened);

    ngx_explicit_memzero(keys, VALKEY_STORE_KEYS_LEN);

    return valkey->store != NULL ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_whatsauth_valkey_opened(void *data)
{
    ngx_http_whatsauth_valkey_t *valkey = data;

    ngx_http_whatsauth_valkey_shared_tell(valkey->shared,
                                          valkey_store_keys(valkey->store));
    ngx_http_whatsauth_valkey_opening_over(valkey);
}


/* Requests that wait go with the worker: their handlers must not be called. */

static void
ngx_http_whatsauth_valkey_exit_process(void)
{
    ngx_queue_t                  *q, *next;
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;

    if (valkey->store == NULL) {
        return;
    }

    ngx_http_whatsauth_valkey_forget(valkey);
    valkey_store_destroy(valkey->store);
    valkey->store = NULL;

    ngx_http_whatsauth_valkey_io_exit(valkey);
    ngx_http_whatsauth_valkey_cache_evict_all();

    for (q = ngx_queue_head(&valkey->free);
         q != ngx_queue_sentinel(&valkey->free);
         q = next)
    {
        next = ngx_queue_next(q);
        ngx_free(ngx_queue_data(q, ngx_http_whatsauth_valkey_wait_t,
                                wait.queue));
    }

    ngx_queue_init(&valkey->free);

    if (valkey->codec != NULL) {
        whatsauth_codec_destroy(valkey->codec);
        valkey->codec = NULL;
    }
}


static void
ngx_http_whatsauth_valkey_forget(ngx_http_whatsauth_valkey_t *valkey)
{
    ngx_queue_t  *q;

    for (q = ngx_queue_head(&valkey->waiting);
         q != ngx_queue_sentinel(&valkey->waiting);
         q = ngx_queue_next(q))
    {
        ngx_http_whatsauth_door_forget(ngx_queue_data(q,
                                           ngx_http_whatsauth_wait_t, queue));
    }
}


/*
 * Made when it is first asked for; the keys of a store never change.  It stays
 * if the store closes, because somebody has put another one in its place: a
 * handler may still be called for a record of before.
 */

static whatsauth_codec_t *
ngx_http_whatsauth_valkey_codec(void)
{
    const uint8_t                *keys;
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;

    if (valkey->codec == NULL) {
        keys = valkey_store_keys(valkey->store);

        if (keys == NULL) {
            return NULL;
        }

        valkey->codec = whatsauth_codec_create(keys,
                                        keys + VALKEY_STORE_KEYS_LEN / 3,
                                        keys + 2 * VALKEY_STORE_KEYS_LEN / 3);
    }

    return valkey->codec;
}

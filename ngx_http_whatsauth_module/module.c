
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/stream.h"
#include "face/variables.h"
#include "gate/identity_variables.h"
#include "journey/due.h"
#include "kit/log.h"
#include "kit/trouble.h"
#include "setup/location.h"
#include "setup/main.h"

#include <jansson.h>


static ngx_int_t ngx_http_whatsauth_module_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_module_init_process(ngx_cycle_t *cycle);
static void ngx_http_whatsauth_module_exit_process(ngx_cycle_t *cycle);


static ngx_http_module_t  ngx_http_whatsauth_module_ctx = {
    ngx_http_whatsauth_module_preconfiguration,
                                            /* preconfiguration */
    ngx_http_whatsauth_main_complete,       /* postconfiguration */

    ngx_http_whatsauth_main_create,         /* create main configuration */
    ngx_http_whatsauth_main_init,           /* init main configuration */

    ngx_http_whatsauth_location_create_srv, /* create server configuration */
    NULL,                                   /* merge server configuration */

    ngx_http_whatsauth_location_create,     /* create location configuration */
    ngx_http_whatsauth_location_merge       /* merge location configuration */
};


ngx_module_t  ngx_http_whatsauth_module = {
    NGX_MODULE_V1,
    &ngx_http_whatsauth_module_ctx,         /* module context */
    ngx_http_whatsauth_main_commands,       /* module directives */
    NGX_HTTP_MODULE,                        /* module type */
    NULL,                                   /* init master */
    ngx_http_whatsauth_door_init_module,    /* init module */
    ngx_http_whatsauth_module_init_process, /* init process */
    NULL,                                   /* init thread */
    NULL,                                   /* exit thread */
    ngx_http_whatsauth_module_exit_process, /* exit process */
    NULL,                                   /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_whatsauth_module_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_http_whatsauth_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_identity_variables(cf);
}


/* nginx also calls this in the cache manager and loader, without requests. */

static ngx_int_t
ngx_http_whatsauth_module_init_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_whatsauth_module);

    if (mcf == NULL || mcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    ngx_http_whatsauth_log_init_process(cycle);
    ngx_http_whatsauth_trouble_init_process(cycle);

    /* Seeds Jansson's hashes before the first thread uses them. */
    json_object_seed(0);

    if (ngx_http_whatsauth_door_init_process(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_due_init_process(cycle);
}


static void
ngx_http_whatsauth_module_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_stream_exit_process();
    ngx_http_whatsauth_door_exit_process(cycle);
    ngx_http_whatsauth_log_exit_process(cycle);
}

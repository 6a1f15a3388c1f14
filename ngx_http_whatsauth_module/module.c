
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/face.h"
#include "face/request_line.h"
#include "face/variables.h"
#include "journey/due.h"
#include "kit/argument.h"
#include "kit/log.h"
#include "kit/threads.h"
#include "kit/trouble.h"
#include "provider/twilio.h"
#include "setup/app_block.h"
#include "setup/conf_store.h"
#include "setup/main.h"

#include <jansson.h>


static char *ngx_http_whatsauth(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_whatsauth_prefix(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf);
static ngx_int_t ngx_http_whatsauth_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_postconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_init_process(ngx_cycle_t *cycle);
static void ngx_http_whatsauth_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_whatsauth_commands[] = {

    { ngx_string("whatsauth"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_app"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_block,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_store"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE123,
      ngx_http_whatsauth_conf_store,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_public_url"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_conf_public_url,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_thread_pool"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_threads_conf,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_callback_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_conf_callback_timeout,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_callback_inflight"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_whatsauth_conf_callback_inflight,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_callback_ssl_trusted_certificate"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_conf_trusted_certificate,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_whatsauth_module_ctx = {
    ngx_http_whatsauth_preconfiguration,    /* preconfiguration */
    ngx_http_whatsauth_postconfiguration,   /* postconfiguration */

    ngx_http_whatsauth_create_main_conf,    /* create main configuration */
    ngx_http_whatsauth_init_main_conf,      /* init main configuration */

    ngx_http_whatsauth_create_srv_conf,     /* create server configuration */
    NULL,                                   /* merge server configuration */

    ngx_http_whatsauth_create_loc_conf,     /* create location configuration */
    ngx_http_whatsauth_merge_loc_conf       /* merge location configuration */
};


ngx_module_t  ngx_http_whatsauth_module = {
    NGX_MODULE_V1,
    &ngx_http_whatsauth_module_ctx,         /* module context */
    ngx_http_whatsauth_commands,            /* module directives */
    NGX_HTTP_MODULE,                        /* module type */
    NULL,                                   /* init master */
    ngx_http_whatsauth_door_init_module,   /* init module */
    ngx_http_whatsauth_init_process,        /* init process */
    NULL,                                   /* init thread */
    NULL,                                   /* exit thread */
    ngx_http_whatsauth_exit_process,        /* exit process */
    NULL,                                   /* exit master */
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_whatsauth(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_loc_conf_t *wlcf = conf;

    ngx_str_t                       *value;
    ngx_http_core_loc_conf_t        *clcf, **location;
    ngx_http_whatsauth_srv_conf_t   *wscf;
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (wlcf->enabled) {
        return "is duplicate";
    }

    wlcf->enabled = 1;
    wlcf->file = cf->conf_file->file.name;
    wlcf->line = cf->conf_file->line;

    value = cf->args->elts;
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (ngx_strcmp(value[1].data, "on") != 0) {

        wlcf->face = ngx_http_whatsauth_face_by_name(&value[1]);

        if (wlcf->face == NULL) {
            return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                             ", it must be \"on\" or the name of an endpoint");
        }

    } else if (ngx_http_whatsauth_prefix(cf, clcf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_whatsauth_conf_handler(cf, clcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    wlcf->prefix = clcf->name;
    clcf->handler = ngx_http_whatsauth_face_handler;

    wscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_whatsauth_module);

    location = ngx_array_push(&wscf->locations);
    if (location == NULL) {
        return NGX_CONF_ERROR;
    }

    *location = clcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (mcf->carrier_ctx == NULL) {
        mcf->carrier_ctx = cf->ctx;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_prefix(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf)
{
    if (clcf->name.len == 0
        || clcf->name.data[0] != '/'
        || clcf->name.data[clcf->name.len - 1] != '/'
        || clcf->exact_match
#if (NGX_PCRE)
        || clcf->regex
#endif
        || clcf->named)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"whatsauth on\" is allowed only in a prefix "
                           "location that ends in \"/\", not in \"%V\"",
                           &clcf->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_preconfiguration(ngx_conf_t *cf)
{
    return ngx_http_whatsauth_variables_add(cf);
}


static ngx_int_t
ngx_http_whatsauth_postconfiguration(ngx_conf_t *cf)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_twilio_complete(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (mcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_request_line_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_conf_complete(cf, mcf);
}


/* Also called in the cache manager and loader, which have no requests. */

static ngx_int_t
ngx_http_whatsauth_init_process(ngx_cycle_t *cycle)
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

    /* Before the first thread; a seed of its own for each process. */
    json_object_seed(0);

    if (ngx_http_whatsauth_door_init_process(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_due_init_process(cycle);
}


static void
ngx_http_whatsauth_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_whatsauth_door_exit_process(cycle);
    ngx_http_whatsauth_log_exit_process(cycle);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/early.h"
#include "face/request_line.h"
#include "gate/gate.h"
#include "journey/lane.h"
#include "kit/tls.h"
#include "kit/zone.h"
#include "provider/account.h"
#include "setup/app_block.h"
#include "setup/app_limits.h"
#include "setup/gate_check.h"
#include "setup/gate_location.h"
#include "setup/location.h"
#include "setup/location_beaten.h"
#include "setup/login_location.h"
#include "setup/main.h"
#include "setup/resolver.h"
#include "setup/slot.h"
#include "setup/store.h"
#include "wire/outgoing_conf.h"


static char *ngx_http_whatsauth_main_public_url(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_whatsauth_main_thread_pool(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_whatsauth_main_certificates(ngx_conf_t *cf, void *post,
    void *data);
static ngx_int_t ngx_http_whatsauth_main_outgoing(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


static ngx_conf_post_t  ngx_http_whatsauth_main_public_url_post = {
    ngx_http_whatsauth_main_public_url
};

static ngx_conf_post_t  ngx_http_whatsauth_main_thread_pool_post = {
    ngx_http_whatsauth_main_thread_pool
};

static ngx_conf_post_t  ngx_http_whatsauth_main_certificates_post = {
    ngx_http_whatsauth_main_certificates
};


static ngx_http_whatsauth_span_t  ngx_http_whatsauth_main_timeout = {
    100, 10 * 60 * 1000, "from 100ms to 10m"
};

static ngx_http_whatsauth_slot_part_t  ngx_http_whatsauth_main_per_host = {
    ngx_string("per_host"),
    offsetof(ngx_http_whatsauth_main_conf_t, callback.per_host),
    ""
};


static ngx_http_whatsauth_slot_part_t  ngx_http_whatsauth_main_per_address = {
    ngx_string("per_address"),
    offsetof(ngx_http_whatsauth_main_conf_t, streams.per_address),
    ""
};


ngx_command_t  ngx_http_whatsauth_main_commands[] = {

    { ngx_string("whatsauth"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_location,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_login"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_login_location,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_gate"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_whatsauth_gate,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_gate_numbers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_gate_numbers,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_gate_require"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_gate_require,
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
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_store,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("whatsauth_public_url"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_whatsauth_main_conf_t, public_url),
      &ngx_http_whatsauth_main_public_url_post },

    { ngx_string("whatsauth_thread_pool"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_whatsauth_main_conf_t, threads.name),
      &ngx_http_whatsauth_main_thread_pool_post },

    { ngx_string("whatsauth_callback_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_time,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_whatsauth_main_conf_t, callback.timeout),
      &ngx_http_whatsauth_main_timeout },

    { ngx_string("whatsauth_callback_inflight"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_whatsauth_slot_number,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_whatsauth_main_conf_t, callback.inflight),
      &ngx_http_whatsauth_main_per_host },

    { ngx_string("whatsauth_streams"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_whatsauth_slot_number,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_whatsauth_main_conf_t, streams.max),
      &ngx_http_whatsauth_main_per_address },

    { ngx_string("whatsauth_callback_ssl_trusted_certificate"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_whatsauth_main_conf_t, callback.trusted_certificate),
      &ngx_http_whatsauth_main_certificates_post },

      ngx_null_command
};


void *
ngx_http_whatsauth_main_create(ngx_conf_t *cf)
{
    ngx_uint_t                       i;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_http_whatsauth_lane_init(cf, mcf) != NGX_OK) {
        return NULL;
    }

    ngx_http_whatsauth_store_create(mcf);

    mcf->callback.timeout = NGX_CONF_UNSET_MSEC;
    mcf->callback.inflight = NGX_CONF_UNSET_UINT;
    mcf->callback.per_host = NGX_CONF_UNSET_UINT;
    mcf->streams.max = NGX_CONF_UNSET_UINT;
    mcf->streams.per_address = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&mcf->apps, cf->pool, 4,
                       sizeof(ngx_http_whatsauth_app_t *)) != NGX_OK
        || ngx_array_init(&mcf->gate_conditions, cf->pool, 1,
                       sizeof(ngx_http_whatsauth_gate_condition_t *)) != NGX_OK
        || ngx_array_init(&mcf->open_files, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NULL;
    }

    for (i = 0; i < LEDGER_PROVIDERS_N; i++) {
        if (ngx_array_init(&mcf->secrets[i].all, cf->pool, 4,
                           sizeof(ngx_http_whatsauth_secret_t)) != NGX_OK)
        {
            return NULL;
        }
    }

    return mcf;
}


char *
ngx_http_whatsauth_main_init(ngx_conf_t *cf, void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    ngx_http_whatsauth_store_init(mcf);

    if (mcf->threads.name.data == NULL) {
        ngx_str_set(&mcf->threads.name, "whatsauth");
    }

    ngx_conf_init_msec_value(mcf->callback.timeout, 20000);
    ngx_conf_init_uint_value(mcf->callback.inflight, 256);
    ngx_conf_init_uint_value(mcf->callback.per_host,
                             ngx_min(32, mcf->callback.inflight));
    ngx_conf_init_uint_value(mcf->streams.max, 4096);
    ngx_conf_init_uint_value(mcf->streams.per_address,
                             ngx_min(256, mcf->streams.max));

    return NGX_CONF_OK;
}


/* An origin: the name of the location is appended to it. */

static char *
ngx_http_whatsauth_main_public_url(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *text = data;

    whatsauth_url_t  url;

    if (text->len && text->data[text->len - 1] == '/') {
        text->len--;
    }

    return ngx_http_whatsauth_argument_origin(cf, text, &url) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* Refuses "threads=8", which belongs to nginx's directive thread_pool. */

static char *
ngx_http_whatsauth_main_thread_pool(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *name = data;

    if (name->len == 0
        || ngx_strlchr(name->data, name->data + name->len, '=') != NULL)
    {
        return ngx_http_whatsauth_argument_invalid(cf, "name", name,
                                    ": the name of a thread pool is expected");
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_main_certificates(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *file = data;

    return ngx_http_whatsauth_tls_file(cf, file) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


ngx_int_t
ngx_http_whatsauth_main_complete(ngx_conf_t *cf)
{
    ngx_http_whatsauth_loc_conf_t   *first;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_account_complete(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_gate_check(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (mcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    if (mcf->apps.nelts == 0) {
        first = mcf->carrier_ctx->loc_conf[
                                        ngx_http_whatsauth_module.ctx_index];

        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &first->at,
                           "\"%V\" is used but there is no "
                           "\"whatsauth_app\": add one to \"http\"",
                           &first->directive);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_request_line_init(cf) != NGX_OK
        || ngx_http_whatsauth_gate_init(cf) != NGX_OK
        || ngx_http_whatsauth_early_init(cf) != NGX_OK
        || ngx_http_whatsauth_location_complete(cf) != NGX_OK
        || ngx_http_whatsauth_store_same(cf, mcf) != NGX_OK
        || ngx_http_whatsauth_zones(cf, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_whatsauth_location_beaten(cf);
    ngx_http_whatsauth_app_limits_complete(mcf);

    return ngx_http_whatsauth_main_outgoing(cf, mcf);
}


static ngx_int_t
ngx_http_whatsauth_main_outgoing(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_whatsauth_outgoing_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_outgoing_conf_t));
    if (conf == NULL) {
        return NGX_ERROR;
    }

    conf->timeout = mcf->callback.timeout;
    conf->trusted_certificate = mcf->callback.trusted_certificate;
    conf->carrier_ctx = mcf->carrier_ctx;

    mcf->outgoing = conf;

    if (ngx_http_whatsauth_resolver(cf, mcf, conf) != NGX_OK) {
        return NGX_ERROR;
    }

    mcf->store.resolver = conf->resolver;
    mcf->store.resolver_timeout = conf->resolver_timeout;

    return ngx_http_whatsauth_outgoing_conf_init(cf, conf);
}

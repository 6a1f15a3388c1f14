
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/engine.h"
#include "face/face.h"
#include "journey/callback.h"
#include "kit/argument.h"
#include "kit/zone.h"
#include "provider/provider.h"
#include "setup/app_limits.h"
#include "setup/conf_store.h"
#include "setup/main.h"
#include "setup/resolver.h"
#include "wire/outgoing_conf.h"

#include <openssl/rand.h>


/* Meta: "payload size of up to 3 MB". */
#define NGX_HTTP_WHATSAUTH_BODY_MAX        (3 * 1024 * 1024)


static ngx_int_t ngx_http_whatsauth_main_handlers(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_main_outgoing(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


/* Scheme, host and port; the location's own name follows. */

char *
ngx_http_whatsauth_conf_public_url(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    ngx_str_t        *value;
    whatsauth_url_t   url;

    if (mcf->public_url.len) {
        return "is duplicate";
    }

    value = cf->args->elts;
    mcf->public_url = value[1];

    if (value[1].len && value[1].data[value[1].len - 1] == '/') {
        mcf->public_url.len--;
    }

    if (ngx_http_whatsauth_argument_origin(cf, &mcf->public_url, &url)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_conf_callback_timeout(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    ngx_int_t   ms;
    ngx_str_t  *value;

    if (mcf->callback.timeout != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;
    ms = ngx_http_whatsauth_argument_time(cf, &value[1]);

    if (ms == NGX_ERROR || ms < 100 || ms > 10 * 60 * 1000) {
        return ngx_http_whatsauth_argument_invalid(cf, "time", &value[1],
                                                   ": from 100ms to 10m");
    }

    mcf->callback.timeout = ms;

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_conf_callback_inflight(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (mcf->callback.inflight != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = ngx_atoi(value[1].data, value[1].len);

    if (n == NGX_ERROR || n == 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "number", &value[1],
                                                   "");
    }

    mcf->callback.inflight = n;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    n = NGX_ERROR;

    if (value[2].len > 9 && ngx_strncmp(value[2].data, "per_host=", 9) == 0) {
        n = ngx_atoi(value[2].data + 9, value[2].len - 9);
    }

    if (n == NGX_ERROR || n == 0 || (ngx_uint_t) n > mcf->callback.inflight) {
        return ngx_http_whatsauth_argument_invalid(cf, "parameter", &value[2],
                                                   "");
    }

    mcf->callback.per_host = n;

    return NGX_CONF_OK;
}


/* Tried here already, where the line of the configuration is known. */

char *
ngx_http_whatsauth_conf_trusted_certificate(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    X509_STORE  *store;
    ngx_str_t   *value;
    ngx_int_t    loaded;

    if (mcf->callback.trusted_certificate.len) {
        return "is duplicate";
    }

    value = cf->args->elts;
    mcf->callback.trusted_certificate = value[1];

    if (ngx_conf_full_name(cf->cycle, &mcf->callback.trusted_certificate, 1)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    store = X509_STORE_new();
    if (store == NULL) {
        return NGX_CONF_ERROR;
    }

    loaded = X509_STORE_load_locations(store,
                      (char *) mcf->callback.trusted_certificate.data, NULL);

    X509_STORE_free(store);
    ERR_clear_error();

    if (loaded != 1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no certificates can be read from \"%V\"",
                           &mcf->callback.trusted_certificate);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


void *
ngx_http_whatsauth_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (RAND_bytes((u_char *) &mcf->callback.lane_point, sizeof(uint32_t))
        != 1)
    {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0, "RAND_bytes() failed");
        return NULL;
    }

    mcf->callback.lane_point %= NGX_HTTP_WHATSAUTH_LANE_PRIME;

    mcf->store.size = NGX_CONF_UNSET_SIZE;
    mcf->store.retain = NGX_CONF_UNSET_MSEC;
    mcf->callback.timeout = NGX_CONF_UNSET_MSEC;
    mcf->callback.inflight = NGX_CONF_UNSET_UINT;
    mcf->callback.per_host = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&mcf->apps, cf->pool, 4,
                       sizeof(ngx_http_whatsauth_app_t *)) != NGX_OK
        || ngx_array_init(&mcf->secrets, cf->pool, 4,
                          sizeof(ngx_http_whatsauth_secret_t)) != NGX_OK
        || ngx_array_init(&mcf->auth_tokens, cf->pool, 4,
                          sizeof(ngx_http_whatsauth_secret_t)) != NGX_OK
        || ngx_array_init(&mcf->open_files, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NULL;
    }

    return mcf;
}


char *
ngx_http_whatsauth_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    if (mcf->store.path.len == 0) {
        ngx_str_set(&mcf->store.path, NGX_HTTP_WHATSAUTH_STORE_DEFAULT);
        mcf->store.engine =
                         ngx_http_whatsauth_door_recognise(&mcf->store.path);
    }

    if (mcf->threads.name.data == NULL) {
        ngx_str_set(&mcf->threads.name, "whatsauth");
    }

    ngx_conf_init_size_value(mcf->store.size, 1024 * 1024 * 1024);
    ngx_conf_init_msec_value(mcf->store.retain, 60 * 60 * 1000);
    ngx_conf_init_msec_value(mcf->callback.timeout, 20000);
    ngx_conf_init_uint_value(mcf->callback.inflight, 256);
    ngx_conf_init_uint_value(mcf->callback.per_host,
                             ngx_min(32, mcf->callback.inflight));

    return NGX_CONF_OK;
}


void *
ngx_http_whatsauth_create_srv_conf(ngx_conf_t *cf)
{
    ngx_http_whatsauth_srv_conf_t  *wscf;

    wscf = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_srv_conf_t));
    if (wscf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&wscf->locations, cf->pool, 1,
                       sizeof(ngx_http_core_loc_conf_t *)) != NGX_OK)
    {
        return NULL;
    }

    return wscf;
}


void *
ngx_http_whatsauth_create_loc_conf(ngx_conf_t *cf)
{
    /*
     * set by ngx_pcalloc():
     *
     *     wlcf->face = NULL;
     *     wlcf->prefix = { 0, NULL };
     *     wlcf->file = { 0, NULL };
     *     wlcf->line = 0;
     *     wlcf->enabled = 0;
     */

    return ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_loc_conf_t));
}


/*
 * Nothing is inherited, for a handler belongs to its own location, except by
 * the blocks "limit_except" and "if" of that location.  Exactly 1m means
 * that client_max_body_size was not set: raise it to Meta's 3 MB.
 */

char *
ngx_http_whatsauth_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_whatsauth_loc_conf_t *prev = parent;
    ngx_http_whatsauth_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->noname) {
        *conf = *prev;
    }

    if (!conf->enabled) {
        return NGX_CONF_OK;
    }

    if (clcf->lmt_excpt) {

        if (ngx_http_whatsauth_conf_handler(cf, clcf) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        clcf->handler = ngx_http_whatsauth_face_handler;
    }

    if (clcf->client_max_body_size == 1024 * 1024) {
        clcf->client_max_body_size = NGX_HTTP_WHATSAUTH_BODY_MAX;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_whatsauth_conf_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_whatsauth_loc_conf_t  *first;

    if (mcf->apps.nelts == 0) {
        first = mcf->carrier_ctx->loc_conf[
                                        ngx_http_whatsauth_module.ctx_index];

        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, first,
                           "\"whatsauth\" is used but there is "
                           "no \"whatsauth_app\": add one to \"http\"");
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_main_handlers(cf) != NGX_OK
        || ngx_http_whatsauth_conf_same_store(cf, mcf) != NGX_OK
        || ngx_http_whatsauth_zones(cf, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_whatsauth_provider_count(mcf);
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

    return ngx_http_whatsauth_outgoing_conf_init(cf, conf);
}


/* Of two directives that answer, nginx lets the last one do it, in silence. */

ngx_int_t
ngx_http_whatsauth_conf_handler(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf)
{
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    if (clcf->handler == NULL
        || clcf->handler == ngx_http_whatsauth_face_handler)
    {
        return NGX_OK;
    }

    wlcf = clcf->loc_conf[ngx_http_whatsauth_module.ctx_index];

    ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, wlcf,
                       "\"whatsauth\" and another directive that answers, such "
                       "as \"proxy_pass\", in location \"%V\": give each a "
                       "location of its own", &clcf->name);

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_main_handlers(ngx_conf_t *cf)
{
    ngx_uint_t                       i, n;
    ngx_http_core_srv_conf_t       **servers;
    ngx_http_core_loc_conf_t       **locations;
    ngx_http_core_main_conf_t       *cmcf;
    ngx_http_whatsauth_srv_conf_t   *wscf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (n = 0; n < cmcf->servers.nelts; n++) {

        wscf = ngx_http_get_module_srv_conf(servers[n]->ctx,
                                            ngx_http_whatsauth_module);
        locations = wscf->locations.elts;

        for (i = 0; i < wscf->locations.nelts; i++) {

            if (ngx_http_whatsauth_conf_handler(cf, locations[i]) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/resolv_conf.h"
#include "setup/resolver.h"

#include "protocol/url_host.h"


static ngx_int_t ngx_http_whatsauth_resolver_machine(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_outgoing_conf_t *conf);
static ngx_uint_t ngx_http_whatsauth_resolver_is_needed(
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_uint_t ngx_http_whatsauth_resolver_is_name(whatsauth_url_t *url);
static ngx_uint_t ngx_http_whatsauth_resolver_callback(
    ngx_http_whatsauth_app_t *app);
static ngx_uint_t ngx_http_whatsauth_resolver_api(
    ngx_http_whatsauth_app_t *app);


ngx_int_t
ngx_http_whatsauth_resolver(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_outgoing_conf_t *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = mcf->carrier_ctx->loc_conf[ngx_http_core_module.ctx_index];

    conf->resolver_timeout = clcf->resolver_timeout;

    if (clcf->resolver->connections.nelts) {
        conf->resolver = clcf->resolver;
        return NGX_OK;
    }

    return ngx_http_whatsauth_resolver_machine(cf, mcf, conf);
}


static ngx_int_t
ngx_http_whatsauth_resolver_machine(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_outgoing_conf_t *conf)
{
    ngx_array_t                     servers;
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    if (ngx_http_whatsauth_resolv_conf(cf, &servers) != NGX_OK) {
        return NGX_ERROR;
    }

    if (servers.nelts) {
        conf->resolver = ngx_resolver_create(cf, servers.elts, servers.nelts);
        return conf->resolver == NULL ? NGX_ERROR : NGX_OK;
    }

    if (!ngx_http_whatsauth_resolver_is_needed(mcf)) {
        return NGX_OK;
    }

    wlcf = mcf->carrier_ctx->loc_conf[ngx_http_whatsauth_module.ctx_index];

    ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &wlcf->at,
                           "callbacks need a \"resolver\", and there is no "
                           "nameserver in " NGX_HTTP_WHATSAUTH_RESOLV_CONF);

    return NGX_ERROR;
}


static ngx_uint_t
ngx_http_whatsauth_resolver_is_needed(ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_app_t  **apps;

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_resolver_callback(apps[i])
            || ngx_http_whatsauth_resolver_api(apps[i]))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_whatsauth_resolver_is_name(whatsauth_url_t *url)
{
    return !url->ip && !whatsauth_url_host_is_localhost(&url->host);
}


/* 1 if a callback of the app may go to a name. */

static ngx_uint_t
ngx_http_whatsauth_resolver_callback(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t        i;
    whatsauth_url_t  *url;

    if (app->callback.to_public
        || (app->callback.url.len
            && ngx_http_whatsauth_resolver_is_name(&app->callback.parsed)))
    {
        return 1;
    }

    url = app->callback.authorized.elts;

    for (i = 0; i < app->callback.authorized.nelts; i++) {
        if (ngx_http_whatsauth_resolver_is_name(&url[i])) {
            return 1;
        }
    }

    return 0;
}


/* 1 if a reply of the app goes to a name. */

static ngx_uint_t
ngx_http_whatsauth_resolver_api(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_account_t  **accounts;

    accounts = app->accounts.elts;

    for (i = 0; i < app->accounts.nelts; i++) {
        if (accounts[i]->replies
            && ngx_http_whatsauth_resolver_is_name(&accounts[i]->api))
        {
            return 1;
        }
    }

    return 0;
}

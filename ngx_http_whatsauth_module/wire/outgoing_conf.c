
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/meta.h"
#include "provider/twilio.h"
#include "wire/outgoing.h"
#include "wire/outgoing_session.h"
#include "wire/resolv_conf.h"

#include "protocol/url_host.h"


static void ngx_http_whatsauth_outgoing_upstream(
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_int_t ngx_http_whatsauth_outgoing_ssl(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_int_t ngx_http_whatsauth_outgoing_resolver(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_uint_t ngx_http_whatsauth_outgoing_names(
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_uint_t ngx_http_whatsauth_outgoing_resolves(whatsauth_url_t *url);
static ngx_uint_t ngx_http_whatsauth_outgoing_callback_name(
    ngx_http_whatsauth_app_t *app);
static ngx_uint_t ngx_http_whatsauth_outgoing_api_name(
    ngx_http_whatsauth_app_t *app);


ngx_int_t
ngx_http_whatsauth_outgoing_init(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_whatsauth_outgoing_upstream(mcf);

    if (ngx_http_whatsauth_outgoing_ssl(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_outgoing_resolver(cf, mcf);
}


static void
ngx_http_whatsauth_outgoing_upstream(ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_http_upstream_conf_t  *conf;

    conf = &mcf->outgoing.conf;

    /* One absolute timer ends an attempt: none of these is reached before. */

    conf->connect_timeout = mcf->callback.timeout;
    conf->send_timeout = mcf->callback.timeout;
    conf->read_timeout = mcf->callback.timeout;

    /* A connect that fails goes on to the next address. */

    conf->next_upstream = NGX_HTTP_UPSTREAM_FT_ERROR
                          |NGX_HTTP_UPSTREAM_FT_TIMEOUT;

    conf->buffer_size = 4096;
    conf->ignore_client_abort = 1;
    conf->ignore_headers = NGX_CONF_BITMASK_SET
                           |NGX_HTTP_UPSTREAM_IGN_XA_REDIRECT
                           |NGX_HTTP_UPSTREAM_IGN_XA_EXPIRES
                           |NGX_HTTP_UPSTREAM_IGN_EXPIRES
                           |NGX_HTTP_UPSTREAM_IGN_CACHE_CONTROL
                           |NGX_HTTP_UPSTREAM_IGN_SET_COOKIE
                           |NGX_HTTP_UPSTREAM_IGN_XA_LIMIT_RATE
                           |NGX_HTTP_UPSTREAM_IGN_XA_BUFFERING
                           |NGX_HTTP_UPSTREAM_IGN_XA_CHARSET
                           |NGX_HTTP_UPSTREAM_IGN_VARY;

    ngx_str_set(&conf->module, "whatsauth");

    conf->ssl_server_name = 1;
    conf->ssl_verify = 1;
    conf->ssl_session_reuse = 1;

    mcf->outgoing.peer.peer.init = ngx_http_whatsauth_outgoing_peer_init;
    ngx_str_set(&mcf->outgoing.peer.host, "whatsauth");
    conf->upstream = &mcf->outgoing.peer;
}


/* Certificates are always verified; only whom to trust is a choice. */

static ngx_int_t
ngx_http_whatsauth_outgoing_ssl(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_ssl_t           *ssl;
    ngx_pool_cleanup_t  *cln;

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (ssl == NULL) {
        return NGX_ERROR;
    }

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(ssl);
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    mcf->outgoing.conf.ssl = ssl;
    mcf->outgoing.sessions = ngx_http_whatsauth_outgoing_sessions(cf);

    if (mcf->outgoing.sessions == NULL
        || ngx_ssl_client_session_cache(cf, ssl, 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->callback.trusted_certificate.len) {
        return ngx_ssl_trusted_certificate(cf, ssl,
                                   &mcf->callback.trusted_certificate,
                                   NGX_HTTP_WHATSAUTH_VERIFY_DEPTH);
    }

    if (SSL_CTX_set_default_verify_paths(ssl->ctx) == 0) {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0,
                      "SSL_CTX_set_default_verify_paths() failed");
        return NGX_ERROR;
    }

    SSL_CTX_set_verify(ssl->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_verify_depth(ssl->ctx, NGX_HTTP_WHATSAUTH_VERIFY_DEPTH);

    return NGX_OK;
}


/* The location's resolver or, where none is configured, the machine's. */

static ngx_int_t
ngx_http_whatsauth_outgoing_resolver(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_array_t                     servers;
    ngx_http_core_loc_conf_t       *clcf;
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    clcf = mcf->outgoing.carrier_ctx->loc_conf[ngx_http_core_module.ctx_index];

    mcf->outgoing.resolver_timeout = clcf->resolver_timeout;

    if (clcf->resolver->connections.nelts) {
        mcf->outgoing.resolver = clcf->resolver;
        return NGX_OK;
    }

    if (ngx_http_whatsauth_resolv_conf(cf, &servers) != NGX_OK) {
        return NGX_ERROR;
    }

    if (servers.nelts == 0) {

        if (!ngx_http_whatsauth_outgoing_names(mcf)) {
            return NGX_OK;
        }

        wlcf = mcf->outgoing.carrier_ctx->loc_conf[
                                        ngx_http_whatsauth_module.ctx_index];

        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, wlcf,
                           "callbacks need a \"resolver\", and there is no "
                           "nameserver in " NGX_HTTP_WHATSAUTH_RESOLV_CONF);
        return NGX_ERROR;
    }

    mcf->outgoing.resolver = ngx_resolver_create(cf, servers.elts,
                                                 servers.nelts);

    return mcf->outgoing.resolver == NULL ? NGX_ERROR : NGX_OK;
}


/* 1 if some callback or reply goes to a name that must be resolved. */

static ngx_uint_t
ngx_http_whatsauth_outgoing_names(ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_app_t  **apps;

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_outgoing_callback_name(apps[i])
            || ngx_http_whatsauth_outgoing_api_name(apps[i]))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_whatsauth_outgoing_resolves(whatsauth_url_t *url)
{
    return !url->ip && !whatsauth_url_host_is_localhost(&url->host);
}


static ngx_uint_t
ngx_http_whatsauth_outgoing_callback_name(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t        i;
    whatsauth_url_t  *url;

    if (app->callback.to_public
        || (app->callback.url.len
            && ngx_http_whatsauth_outgoing_resolves(&app->callback.parsed)))
    {
        return 1;
    }

    url = app->callback.authorized.elts;

    for (i = 0; i < app->callback.authorized.nelts; i++) {
        if (ngx_http_whatsauth_outgoing_resolves(&url[i])) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_whatsauth_outgoing_api_name(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_meta_t    *meta;
    ngx_http_whatsauth_twilio_t  *twilio;

    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {
        if (meta[i].access_token.len
            && ngx_http_whatsauth_outgoing_resolves(&meta[i].api))
        {
            return 1;
        }
    }

    twilio = app->twilio.elts;

    for (i = 0; i < app->twilio.nelts; i++) {
        if (ngx_http_whatsauth_outgoing_resolves(&twilio[i].api)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/tls.h"
#include "wire/outgoing.h"
#include "wire/tls_session.h"


static void ngx_http_whatsauth_outgoing_conf_upstream(
    ngx_http_whatsauth_outgoing_conf_t *conf);
static ngx_int_t ngx_http_whatsauth_outgoing_conf_ssl(ngx_conf_t *cf,
    ngx_http_whatsauth_outgoing_conf_t *conf);


ngx_int_t
ngx_http_whatsauth_outgoing_conf_init(ngx_conf_t *cf,
    ngx_http_whatsauth_outgoing_conf_t *conf)
{
    ngx_http_whatsauth_outgoing_conf_upstream(conf);

    return ngx_http_whatsauth_outgoing_conf_ssl(cf, conf);
}


static void
ngx_http_whatsauth_outgoing_conf_upstream(
    ngx_http_whatsauth_outgoing_conf_t *conf)
{
    ngx_http_upstream_conf_t  *upstream;

    upstream = &conf->upstream;

    /* The one absolute timer of a request ends it before any of these. */

    upstream->connect_timeout = conf->timeout;
    upstream->send_timeout = conf->timeout;
    upstream->read_timeout = conf->timeout;

    /* A connect that fails goes on to the next address. */

    upstream->next_upstream = NGX_HTTP_UPSTREAM_FT_ERROR
                              |NGX_HTTP_UPSTREAM_FT_TIMEOUT;

    upstream->buffer_size = 4096;
    upstream->ignore_client_abort = 1;
    upstream->ignore_headers = NGX_CONF_BITMASK_SET
                               |NGX_HTTP_UPSTREAM_IGN_XA_REDIRECT
                               |NGX_HTTP_UPSTREAM_IGN_XA_EXPIRES
                               |NGX_HTTP_UPSTREAM_IGN_EXPIRES
                               |NGX_HTTP_UPSTREAM_IGN_CACHE_CONTROL
                               |NGX_HTTP_UPSTREAM_IGN_SET_COOKIE
                               |NGX_HTTP_UPSTREAM_IGN_XA_LIMIT_RATE
                               |NGX_HTTP_UPSTREAM_IGN_XA_BUFFERING
                               |NGX_HTTP_UPSTREAM_IGN_XA_CHARSET
                               |NGX_HTTP_UPSTREAM_IGN_VARY;

    ngx_str_set(&upstream->module, "whatsauth");

    upstream->ssl_server_name = 1;
    upstream->ssl_verify = 1;
    upstream->ssl_session_reuse = 1;

    conf->peer.peer.init = ngx_http_whatsauth_outgoing_peer_init;
    ngx_str_set(&conf->peer.host, "whatsauth");
    upstream->upstream = &conf->peer;
}


static ngx_int_t
ngx_http_whatsauth_outgoing_conf_ssl(ngx_conf_t *cf,
    ngx_http_whatsauth_outgoing_conf_t *conf)
{
    ngx_ssl_t  *ssl;

    ssl = ngx_http_whatsauth_tls_create(cf, &conf->trusted_certificate);
    if (ssl == NULL) {
        return NGX_ERROR;
    }

    conf->upstream.ssl = ssl;
    conf->sessions = ngx_http_whatsauth_tls_session_create(cf);

    if (conf->sessions == NULL) {
        return NGX_ERROR;
    }

    return ngx_ssl_client_session_cache(cf, ssl, 1);
}

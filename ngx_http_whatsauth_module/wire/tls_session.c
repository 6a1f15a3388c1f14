
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "wire/tls_session.h"


/* Milliseconds from the full handshake. */
#define NGX_HTTP_WHATSAUTH_TLS_SESSION_AGE  300000

/* Slots; two hosts with the same one displace each other. */
#define NGX_HTTP_WHATSAUTH_TLS_SESSIONS     256


typedef struct {
    ngx_ssl_session_t               *session;
    ngx_msec_t                       verified_at;
    in_port_t                        port;
    size_t                           len;
    u_char                           name[1];     /* lower case */
} ngx_http_whatsauth_tls_session_t;


struct ngx_http_whatsauth_tls_sessions_s {
    ngx_http_whatsauth_tls_session_t    *slots[NGX_HTTP_WHATSAUTH_TLS_SESSIONS];
};


static void ngx_http_whatsauth_tls_session_free(void *data);
static ngx_http_whatsauth_tls_session_t **ngx_http_whatsauth_tls_session_slot(
    ngx_http_whatsauth_outgoing_t *out);
static ngx_uint_t ngx_http_whatsauth_tls_session_is_of(
    ngx_http_whatsauth_tls_session_t *session,
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_tls_session_drop(
    ngx_http_whatsauth_tls_session_t **slot);
static ngx_uint_t ngx_http_whatsauth_tls_session_is_verified(
    ngx_connection_t *c, ngx_http_whatsauth_outgoing_t *out);
static ngx_http_whatsauth_outgoing_t *ngx_http_whatsauth_tls_session_of(
    ngx_peer_connection_t *pc);


ngx_http_whatsauth_tls_sessions_t *
ngx_http_whatsauth_tls_session_create(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t             *cln;
    ngx_http_whatsauth_tls_sessions_t  *sessions;

    cln = ngx_pool_cleanup_add(cf->pool,
                               sizeof(ngx_http_whatsauth_tls_sessions_t));
    if (cln == NULL) {
        return NULL;
    }

    sessions = cln->data;
    ngx_memzero(sessions, sizeof(ngx_http_whatsauth_tls_sessions_t));

    cln->handler = ngx_http_whatsauth_tls_session_free;

    return sessions;
}


static void
ngx_http_whatsauth_tls_session_free(void *data)
{
    ngx_uint_t                      i;
    ngx_http_whatsauth_tls_sessions_t  *sessions;

    sessions = data;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_TLS_SESSIONS; i++) {
        ngx_http_whatsauth_tls_session_drop(&sessions->slots[i]);
    }
}


ngx_int_t
ngx_http_whatsauth_tls_session_set(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_whatsauth_tls_session_t   *session, **slot;
    ngx_http_whatsauth_outgoing_t  *out;

    out = ngx_http_whatsauth_tls_session_of(pc);
    slot = ngx_http_whatsauth_tls_session_slot(out);
    session = *slot;

    if (session == NULL
        || !ngx_http_whatsauth_tls_session_is_of(session, out))
    {
        return NGX_OK;
    }

    if (ngx_current_msec - session->verified_at
        > NGX_HTTP_WHATSAUTH_TLS_SESSION_AGE)
    {
        ngx_http_whatsauth_tls_session_drop(slot);
        return NGX_OK;
    }

    out->verified_at = session->verified_at;

    return ngx_ssl_set_session(pc->connection, session->session);
}


void
ngx_http_whatsauth_tls_session_save(ngx_peer_connection_t *pc,
    void *data)
{
    ngx_http_whatsauth_tls_session_t   *session, **slot;
    ngx_http_whatsauth_outgoing_t  *out;

    out = ngx_http_whatsauth_tls_session_of(pc);

    if (!ngx_http_whatsauth_tls_session_is_verified(pc->connection, out)) {
        return;
    }

    session = ngx_alloc(sizeof(ngx_http_whatsauth_tls_session_t)
                        + out->host.len, ngx_cycle->log);
    if (session == NULL) {
        return;
    }

    session->session = ngx_ssl_get_session(pc->connection);

    if (session->session == NULL) {
        ngx_free(session);
        return;
    }

    session->verified_at =
                        SSL_session_reused(pc->connection->ssl->connection)
                        ? out->verified_at : ngx_current_msec;
    session->port = out->port;
    session->len = out->host.len;
    ngx_strlow(session->name, out->host.data, out->host.len);

    slot = ngx_http_whatsauth_tls_session_slot(out);
    ngx_http_whatsauth_tls_session_drop(slot);
    *slot = session;
}


void
ngx_http_whatsauth_tls_session_forget(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_http_whatsauth_tls_session_t  **slot;

    slot = ngx_http_whatsauth_tls_session_slot(out);

    if (*slot != NULL && ngx_http_whatsauth_tls_session_is_of(*slot, out)) {
        ngx_http_whatsauth_tls_session_drop(slot);
    }
}


static ngx_http_whatsauth_tls_session_t **
ngx_http_whatsauth_tls_session_slot(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_uint_t  hash;

    hash = ngx_hash_key_lc(out->host.data, out->host.len);
    hash = ngx_hash(hash, out->port);

    return &out->conf->sessions->slots[hash % NGX_HTTP_WHATSAUTH_TLS_SESSIONS];
}


static ngx_uint_t
ngx_http_whatsauth_tls_session_is_of(ngx_http_whatsauth_tls_session_t *session,
    ngx_http_whatsauth_outgoing_t *out)
{
    return session->port == out->port
           && session->len == out->host.len
           && ngx_strncasecmp(session->name, out->host.data, session->len)
              == 0;
}


static void
ngx_http_whatsauth_tls_session_drop(ngx_http_whatsauth_tls_session_t **slot)
{
    if (*slot != NULL) {
        ngx_ssl_free_session((*slot)->session);
        ngx_free(*slot);
        *slot = NULL;
    }
}


/* TLS 1.2 hands over its session before nginx has checked the host name. */

static ngx_uint_t
ngx_http_whatsauth_tls_session_is_verified(ngx_connection_t *c,
    ngx_http_whatsauth_outgoing_t *out)
{
    ngx_ssl_conn_t  *ssl;

    ssl = c->ssl->connection;

    return SSL_get_verify_result(ssl) == X509_V_OK
           && ngx_ssl_check_host(c, &out->host) == NGX_OK;
}


static ngx_http_whatsauth_outgoing_t *
ngx_http_whatsauth_tls_session_of(ngx_peer_connection_t *pc)
{
    return ngx_http_get_module_ctx((ngx_http_request_t *) pc->connection->data,
                                   ngx_http_whatsauth_module);
}

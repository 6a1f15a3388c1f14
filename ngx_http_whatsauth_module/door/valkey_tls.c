
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * TLS to a server, which must have a certificate for the host that it is
 * connected by: the name or address in the URL, or in a reply of a cluster or
 * Sentinel.  OpenSSL compares them, because nginx knows names alone.
 */


#include "door/valkey.h"


static ngx_int_t ngx_http_whatsauth_valkey_tls_expect(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_tls_info(const ngx_ssl_conn_t *ssl,
    int where, int alert);
static void ngx_http_whatsauth_valkey_tls_done(ngx_connection_t *c);
static const char *ngx_http_whatsauth_valkey_tls_why(
    ngx_http_whatsauth_valkey_socket_t *s);


void
ngx_http_whatsauth_valkey_tls_begin(ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = s->peer.connection;

    if (ngx_ssl_create_connection(ngx_http_whatsauth_valkey.conf->ssl, c,
                                  NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK
        || ngx_http_whatsauth_valkey_tls_expect(s) != NGX_OK)
    {
        ngx_http_whatsauth_valkey_socket_failed(s, "TLS cannot begin");
        return;
    }

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {
        c->ssl->handler = ngx_http_whatsauth_valkey_tls_done;
        return;
    }

    ngx_http_whatsauth_valkey_tls_done(c);
}


/*
 * A mismatch ends the handshake itself, before a password could be sent.
 *
 * OpenSSL wants to find bytes that it has not written yet where they were, but
 * a link that gets more of them may move them all.
 */

static ngx_int_t
ngx_http_whatsauth_valkey_tls_expect(ngx_http_whatsauth_valkey_socket_t *s)
{
    const char         *host;
    ngx_ssl_conn_t     *ssl;
    X509_VERIFY_PARAM  *param;

    host = (const char *) s->host.data;
    ssl = s->peer.connection->ssl->connection;
    param = SSL_get0_param(ssl);

    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    SSL_set_info_callback(ssl, ngx_http_whatsauth_valkey_tls_info);
    (void) SSL_set_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);

    if (X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1) {
        return NGX_OK;
    }

    X509_VERIFY_PARAM_set_hostflags(param,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);

    if (X509_VERIFY_PARAM_set1_host(param, host, s->host.len) != 1
        || SSL_set_tlsext_host_name(ssl, (char *) host) != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * nginx takes the error out of OpenSSL's queue to write it to a log of its own.
 * One alert comes after the handshake: by TLS 1.3 a client has ended it when
 * the server finds that its certificate is missing.
 */

static void
ngx_http_whatsauth_valkey_tls_info(const ngx_ssl_conn_t *ssl, int where,
    int alert)
{
    ngx_connection_t                    *c;
    ngx_http_whatsauth_valkey_socket_t  *s;

    alert &= 0xff;

    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT
        && alert != SSL_AD_CLOSE_NOTIFY)
    {
        c = ngx_ssl_get_connection((ngx_ssl_conn_t *) ssl);
        s = c->data;
        alert += SSL_AD_REASON_OFFSET;
        s->alert = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, alert));
    }
}


static void
ngx_http_whatsauth_valkey_tls_done(ngx_connection_t *c)
{
    ngx_http_whatsauth_valkey_socket_t *s = c->data;

    if (c->ssl->handshaked
        && SSL_get_verify_result(c->ssl->connection) == X509_V_OK)
    {
        ngx_http_whatsauth_valkey_socket_ready(s);

    } else {
        ngx_http_whatsauth_valkey_socket_failed(s,
                                         ngx_http_whatsauth_valkey_tls_why(s));
    }
}


static const char *
ngx_http_whatsauth_valkey_tls_why(ngx_http_whatsauth_valkey_socket_t *s)
{
    long  result;

    result = SSL_get_verify_result(s->peer.connection->ssl->connection);

    if (result != X509_V_OK) {
        return X509_verify_cert_error_string(result);
    }

    return s->alert != NULL ? s->alert : "the TLS handshake failed";
}

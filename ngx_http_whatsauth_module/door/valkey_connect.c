
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Connects the socket of a link.  The store says when it has waited long
 * enough, so nothing here has a timer but the resolver.
 */


#include "door/valkey.h"


#define NGX_HTTP_WHATSAUTH_VALKEY_POOL  1024


static void ngx_http_whatsauth_valkey_connect_step(ngx_event_t *ev);
static void ngx_http_whatsauth_valkey_connect_begin(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_connect_event(ngx_event_t *ev);
static const char *ngx_http_whatsauth_valkey_connect_error(
    ngx_http_whatsauth_valkey_socket_t *s, ngx_err_t err);


/*
 * The link reports a server that does not answer, once.  nginx would do so at
 * each attempt.  Without memory nothing is said of the link, and it gives up
 * when its time is over.
 */

void
ngx_http_whatsauth_valkey_connect(void *data, valkey_store_link_t *link,
    const valkey_store_address_t *address)
{
    ngx_pool_t                          *pool;
    ngx_http_whatsauth_valkey_socket_t  *s;

    pool = ngx_create_pool(NGX_HTTP_WHATSAUTH_VALKEY_POOL, ngx_cycle->log);
    if (pool == NULL) {
        return;
    }

    s = ngx_pcalloc(pool, sizeof(ngx_http_whatsauth_valkey_socket_t));
    if (s == NULL) {
        ngx_destroy_pool(pool);
        return;
    }

    *valkey_store_link_io(link) = s;

    s->link = link;
    s->address = address;
    s->pool = pool;

    s->log = *ngx_cycle->log;
    s->log.log_level = NGX_LOG_EMERG;
    pool->log = &s->log;

    s->step.handler = ngx_http_whatsauth_valkey_connect_step;
    s->step.data = s;
    s->step.log = &s->log;

    ngx_http_whatsauth_valkey_address_find(s);
}


static void
ngx_http_whatsauth_valkey_connect_step(ngx_event_t *ev)
{
    ngx_http_whatsauth_valkey_socket_t *s = ev->data;

    if (s->why != NULL) {
        ngx_http_whatsauth_valkey_socket_failed(s, s->why);

    } else {
        ngx_http_whatsauth_valkey_connect_begin(s);
    }
}


static void
ngx_http_whatsauth_valkey_connect_begin(ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    s->peer.name = &s->host;
    s->peer.get = ngx_event_get_peer;
    s->peer.log = &s->log;
    s->peer.log_error = NGX_ERROR_ERR;

    rc = ngx_event_connect_peer(&s->peer);

    if (rc == NGX_DECLINED) {
        ngx_http_whatsauth_valkey_socket_failed(s,
                  ngx_http_whatsauth_valkey_connect_error(s, ngx_socket_errno));
        return;
    }

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        ngx_http_whatsauth_valkey_socket_failed(s,
                                          "no socket, see worker_connections");
        return;
    }

    c = s->peer.connection;

    c->data = s;
    c->pool = s->pool;
    c->log = c->read->log = c->write->log = &s->log;
    c->sendfile = 0;
    c->read->handler = c->write->handler =
                                        ngx_http_whatsauth_valkey_connect_event;

    if (rc == NGX_OK) {
        ngx_http_whatsauth_valkey_connect_event(c->write);
    }
}


static void
ngx_http_whatsauth_valkey_connect_event(ngx_event_t *ev)
{
    int                                  err;
    socklen_t                            len;
    ngx_connection_t                    *c;
    ngx_http_whatsauth_valkey_socket_t  *s;

    c = ev->data;
    s = c->data;

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_http_whatsauth_valkey_socket_failed(s,
                               ngx_http_whatsauth_valkey_connect_error(s, err));
        return;
    }

    if (!c->write->ready) {
        return;
    }

    /* A turn is one write, and the last bytes of it must not wait. */

    if (ngx_tcp_nodelay(c) != NGX_OK) {
        ngx_http_whatsauth_valkey_socket_failed(s, "no TCP_NODELAY");
        return;
    }

    if (ngx_http_whatsauth_valkey.conf->ssl != NULL) {
        ngx_http_whatsauth_valkey_tls_begin(s);

    } else {
        ngx_http_whatsauth_valkey_socket_ready(s);
    }
}


static const char *
ngx_http_whatsauth_valkey_connect_error(ngx_http_whatsauth_valkey_socket_t *s,
    ngx_err_t err)
{
    u_char  *text, *last;

    text = ngx_pnalloc(s->pool, NGX_MAX_ERROR_STR);
    if (text == NULL) {
        return "no memory";
    }

    last = ngx_strerror(err, text, NGX_MAX_ERROR_STR - 1);
    *last = '\0';

    return (const char *) text;
}

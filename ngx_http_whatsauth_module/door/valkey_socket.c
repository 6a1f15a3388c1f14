
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sockets of the links.  The store says when it has waited long enough, so
 * none of them has a timer.
 */


#include "door/valkey.h"


#define NGX_HTTP_WHATSAUTH_VALKEY_POOL    1024

/* Bytes of one read, and reads of one event: others want their turn, too. */
#define NGX_HTTP_WHATSAUTH_VALKEY_READ    16384
#define NGX_HTTP_WHATSAUTH_VALKEY_READS   32


static void ngx_http_whatsauth_valkey_socket_step(ngx_event_t *ev);
static void ngx_http_whatsauth_valkey_socket_begin(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_socket_connecting(ngx_event_t *ev);
static const char *ngx_http_whatsauth_valkey_socket_error(
    ngx_http_whatsauth_valkey_socket_t *s, ngx_err_t err);
static void ngx_http_whatsauth_valkey_socket_read(ngx_event_t *ev);
static const char *ngx_http_whatsauth_valkey_socket_receive(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_socket_write(ngx_event_t *ev);
static const char *ngx_http_whatsauth_valkey_socket_flush(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_socket_free(
    ngx_http_whatsauth_valkey_socket_t *s);


/*
 * The link reports a server that does not answer, once.  nginx would do so at
 * each attempt.  Without memory nothing is said of the link, and it gives up
 * when its time is over.
 */

void
ngx_http_whatsauth_valkey_socket_connect(void *data, valkey_store_link_t *link,
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

    s->step.handler = ngx_http_whatsauth_valkey_socket_step;
    s->step.data = s;
    s->step.log = &s->log;

    ngx_http_whatsauth_valkey_address_find(s);
}


static void
ngx_http_whatsauth_valkey_socket_step(ngx_event_t *ev)
{
    ngx_http_whatsauth_valkey_socket_t *s = ev->data;

    if (s->why != NULL) {
        ngx_http_whatsauth_valkey_socket_failed(s, s->why);

    } else {
        ngx_http_whatsauth_valkey_socket_begin(s);
    }
}


static void
ngx_http_whatsauth_valkey_socket_begin(ngx_http_whatsauth_valkey_socket_t *s)
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
                   ngx_http_whatsauth_valkey_socket_error(s, ngx_socket_errno));
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
                                   ngx_http_whatsauth_valkey_socket_connecting;

    if (rc == NGX_OK) {
        ngx_http_whatsauth_valkey_socket_connecting(c->write);
    }
}


static void
ngx_http_whatsauth_valkey_socket_connecting(ngx_event_t *ev)
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
                                ngx_http_whatsauth_valkey_socket_error(s, err));
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
ngx_http_whatsauth_valkey_socket_error(ngx_http_whatsauth_valkey_socket_t *s,
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


void
ngx_http_whatsauth_valkey_socket_ready(ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_connection_t  *c;

    c = s->peer.connection;

    c->read->handler = ngx_http_whatsauth_valkey_socket_read;
    c->write->handler = ngx_http_whatsauth_valkey_socket_write;

    if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
        ngx_http_whatsauth_valkey_socket_failed(s, "no memory");
        return;
    }

    s->connected = 1;

    /* TLS may have brought bytes along with the end of its handshake. */
    if (c->read->ready) {
        ngx_post_event(c->read, &ngx_posted_events);
    }

    valkey_store_link_connected(s->link);
}


/* The link may connect again within the call, with a socket of its own. */

void
ngx_http_whatsauth_valkey_socket_failed(ngx_http_whatsauth_valkey_socket_t *s,
    const char *why)
{
    valkey_store_link_t  *link;

    link = s->link;
    *valkey_store_link_io(link) = NULL;

    /* why may lie in the socket's pool. */
    valkey_store_link_closed(link, why);

    ngx_http_whatsauth_valkey_socket_free(s);
}


static void
ngx_http_whatsauth_valkey_socket_read(ngx_event_t *ev)
{
    const char                          *why;
    ngx_connection_t                    *c;
    ngx_http_whatsauth_valkey_socket_t  *s;

    c = ev->data;
    s = c->data;

    s->called = 1;
    why = ngx_http_whatsauth_valkey_socket_receive(s);
    s->called = 0;

    if (s->closed) {
        ngx_http_whatsauth_valkey_socket_free(s);

    } else if (why != NULL) {
        ngx_http_whatsauth_valkey_socket_failed(s, why);
    }
}


/* Returns NULL, or why the link is at its end. */

static const char *
ngx_http_whatsauth_valkey_socket_receive(ngx_http_whatsauth_valkey_socket_t *s)
{
    ssize_t            n;
    ngx_uint_t         i;
    ngx_connection_t  *c;

    static u_char  buf[NGX_HTTP_WHATSAUTH_VALKEY_READ];

    c = s->peer.connection;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_VALKEY_READS; i++) {

        n = c->recv(c, buf, sizeof(buf));

        if (n == NGX_AGAIN) {
            return ngx_handle_read_event(c->read, 0) == NGX_OK
                   ? NULL : "no memory";
        }

        if (n == 0) {
            return "closed by the server";
        }

        if (n == NGX_ERROR) {
            return "the connection is lost";
        }

        valkey_store_link_received(s->link, buf, n);

        if (s->closed) {
            return NULL;
        }
    }

    ngx_post_event(c->read, &ngx_posted_next_events);

    return NULL;
}


/* valkey_store_link_sent() is a call to the store, so it comes later. */

void
ngx_http_whatsauth_valkey_socket_send(void *data, valkey_store_link_t *link)
{
    ngx_http_whatsauth_valkey_socket_t  *s;

    s = *valkey_store_link_io(link);

    if (s != NULL && s->connected && s->peer.connection->write->ready) {
        ngx_post_event(s->peer.connection->write, &ngx_posted_events);
    }
}


static void
ngx_http_whatsauth_valkey_socket_write(ngx_event_t *ev)
{
    const char                          *why;
    ngx_connection_t                    *c;
    ngx_http_whatsauth_valkey_socket_t  *s;

    c = ev->data;
    s = c->data;

    s->called = 1;
    why = ngx_http_whatsauth_valkey_socket_flush(s);
    s->called = 0;

    if (s->closed) {
        ngx_http_whatsauth_valkey_socket_free(s);

    } else if (why != NULL) {
        ngx_http_whatsauth_valkey_socket_failed(s, why);
    }
}


static const char *
ngx_http_whatsauth_valkey_socket_flush(ngx_http_whatsauth_valkey_socket_t *s)
{
    size_t             len;
    ssize_t            n;
    const void        *data;
    ngx_connection_t  *c;

    c = s->peer.connection;

    for ( ;; ) {

        data = valkey_store_link_out(s->link, &len);

        if (len == 0) {
            break;
        }

        n = c->send(c, (u_char *) data, len);

        if (n == NGX_ERROR) {
            return "the connection is lost";
        }

        if (n == NGX_AGAIN) {
            break;
        }

        valkey_store_link_sent(s->link, n);

        if (s->closed) {
            return NULL;
        }
    }

    return ngx_handle_write_event(c->write, 0) == NGX_OK ? NULL : "no memory";
}


/* Called by the link, perhaps from within an event of this socket. */

void
ngx_http_whatsauth_valkey_socket_close(void *data, valkey_store_link_t *link)
{
    ngx_http_whatsauth_valkey_socket_t  *s;

    s = *valkey_store_link_io(link);
    *valkey_store_link_io(link) = NULL;

    if (s == NULL) {
        return;
    }

    s->closed = 1;

    if (!s->called) {
        ngx_http_whatsauth_valkey_socket_free(s);
    }
}


static void
ngx_http_whatsauth_valkey_socket_free(ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_pool_t        *pool;
    ngx_connection_t  *c;

    pool = s->pool;
    c = s->peer.connection;

    ngx_http_whatsauth_valkey_address_cancel(s);

    if (s->step.posted) {
        ngx_delete_posted_event(&s->step);
    }

    if (c != NULL) {

        /* The link has read all that matters to it, and waits for nobody. */

        if (c->ssl) {
            c->ssl->no_wait_shutdown = 1;
            c->ssl->no_send_shutdown = 1;
            (void) ngx_ssl_shutdown(c);
        }

        ngx_close_connection(c);
    }

    pool->log = ngx_cycle->log;
    ngx_destroy_pool(pool);
}

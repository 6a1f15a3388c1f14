
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Sockets of the links, from the moment when they are connected.  The store
 * says when it has waited long enough, so none of them has a timer.
 */


#include "door/valkey.h"


/* Bytes of one read, and reads of one event: others want their turn, too. */
#define NGX_HTTP_WHATSAUTH_VALKEY_READ    16384
#define NGX_HTTP_WHATSAUTH_VALKEY_READS   32


static void ngx_http_whatsauth_valkey_socket_event(ngx_event_t *ev);
static const char *ngx_http_whatsauth_valkey_socket_receive(
    ngx_http_whatsauth_valkey_socket_t *s);
static const char *ngx_http_whatsauth_valkey_socket_lost(
    ngx_http_whatsauth_valkey_socket_t *s);
static const char *ngx_http_whatsauth_valkey_socket_flush(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_socket_free(
    ngx_http_whatsauth_valkey_socket_t *s);


void
ngx_http_whatsauth_valkey_socket_ready(ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_connection_t  *c;

    c = s->peer.connection;

    c->read->handler = c->write->handler =
                                         ngx_http_whatsauth_valkey_socket_event;

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
ngx_http_whatsauth_valkey_socket_event(ngx_event_t *ev)
{
    const char                          *why;
    ngx_connection_t                    *c;
    ngx_http_whatsauth_valkey_socket_t  *s;

    c = ev->data;
    s = c->data;

    s->called = 1;
    why = ev->write ? ngx_http_whatsauth_valkey_socket_flush(s)
                    : ngx_http_whatsauth_valkey_socket_receive(s);
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
            return ngx_http_whatsauth_valkey_socket_lost(s);
        }

        valkey_store_link_received(s->link, buf, n);

        if (s->closed) {
            return NULL;
        }
    }

    ngx_post_event(c->read, &ngx_posted_next_events);

    return NULL;
}


static const char *
ngx_http_whatsauth_valkey_socket_lost(ngx_http_whatsauth_valkey_socket_t *s)
{
    return s->alert != NULL ? s->alert : "the connection is lost";
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
            return ngx_http_whatsauth_valkey_socket_lost(s);
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

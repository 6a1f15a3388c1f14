
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The addresses of a host.  A name is looked up before each connection, as its
 * server may have moved.  Where nginx's resolver has nothing to say of a name
 * of the URL, such as one of /etc/hosts, the addresses of the load are taken.
 */


#include "door/valkey.h"


static void ngx_http_whatsauth_valkey_address_resolve(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_address_resolved(
    ngx_resolver_ctx_t *ctx);
static void ngx_http_whatsauth_valkey_address_loaded(
    ngx_http_whatsauth_valkey_socket_t *s, const char *why);
static ngx_http_whatsauth_valkey_host_t *
    ngx_http_whatsauth_valkey_address_host(
    ngx_http_whatsauth_valkey_socket_t *s);
static void ngx_http_whatsauth_valkey_address_take(
    ngx_http_whatsauth_valkey_socket_t *s, struct sockaddr *sockaddr,
    socklen_t socklen);


/* Ends in s->step, posted. */

void
ngx_http_whatsauth_valkey_address_find(ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_int_t   rc;
    ngx_addr_t  addr;

    s->host.len = s->address->host.len;
    s->host.data = ngx_pnalloc(s->pool, s->host.len + 1);

    if (s->host.data == NULL) {
        s->why = "no memory";
        ngx_post_event(&s->step, &ngx_posted_events);
        return;
    }

    (void) ngx_cpystrn(s->host.data, (u_char *) s->address->host.data,
                       s->host.len + 1);

    rc = ngx_parse_addr(s->pool, &addr, s->host.data, s->host.len);

    if (rc == NGX_OK) {
        ngx_http_whatsauth_valkey_address_take(s, addr.sockaddr, addr.socklen);
        return;
    }

    ngx_http_whatsauth_valkey_address_resolve(s);
}


static void
ngx_http_whatsauth_valkey_address_resolve(
    ngx_http_whatsauth_valkey_socket_t *s)
{
    ngx_resolver_ctx_t           *ctx;
    ngx_http_whatsauth_valkey_t  *valkey;

    valkey = &ngx_http_whatsauth_valkey;

    if (valkey->resolver == NULL) {
        ngx_http_whatsauth_valkey_address_loaded(s, "no \"resolver\"");
        return;
    }

    ctx = ngx_resolve_start(valkey->resolver, NULL);

    if (ctx == NULL) {
        ngx_http_whatsauth_valkey_address_loaded(s, "no memory");
        return;
    }

    if (ctx == NGX_NO_RESOLVER) {
        ngx_http_whatsauth_valkey_address_loaded(s, "no \"resolver\"");
        return;
    }

    ctx->name = s->host;
    ctx->handler = ngx_http_whatsauth_valkey_address_resolved;
    ctx->data = s;
    ctx->timeout = valkey->resolver_timeout;
    ctx->cancelable = 1;

    s->resolving = ctx;

    if (ngx_resolve_name(ctx) != NGX_OK) {
        s->resolving = NULL;
        ngx_http_whatsauth_valkey_address_loaded(s, "no memory");
    }
}


/* Any of several: the next attempt may find another one. */

static void
ngx_http_whatsauth_valkey_address_resolved(ngx_resolver_ctx_t *ctx)
{
    ngx_resolver_addr_t                 *addr;
    ngx_http_whatsauth_valkey_socket_t  *s;

    s = ctx->data;
    s->resolving = NULL;

    if (ctx->state || ctx->naddrs == 0) {
        ngx_http_whatsauth_valkey_address_loaded(s,
                                           ngx_resolver_strerror(ctx->state));

    } else {
        addr = &ctx->addrs[ngx_random() % ctx->naddrs];
        ngx_http_whatsauth_valkey_address_take(s, addr->sockaddr,
                                               addr->socklen);
    }

    ngx_resolve_name_done(ctx);
}


static void
ngx_http_whatsauth_valkey_address_loaded(ngx_http_whatsauth_valkey_socket_t *s,
    const char *why)
{
    ngx_addr_t                        *addr;
    ngx_http_whatsauth_valkey_host_t  *host;

    host = ngx_http_whatsauth_valkey_address_host(s);

    if (host == NULL) {
        s->why = why;
        ngx_post_event(&s->step, &ngx_posted_events);
        return;
    }

    addr = &host->addrs[ngx_random() % host->n];
    ngx_http_whatsauth_valkey_address_take(s, addr->sockaddr, addr->socklen);
}


/* The host of the URL that has the name of s, or NULL. */

static ngx_http_whatsauth_valkey_host_t *
ngx_http_whatsauth_valkey_address_host(ngx_http_whatsauth_valkey_socket_t *s)
{
    size_t                             i;
    whatsauth_text_t                  *name;
    ngx_http_whatsauth_valkey_conf_t  *conf;

    conf = ngx_http_whatsauth_valkey.conf;

    for (i = 0; i < conf->url.hosts; i++) {
        name = &conf->url.host[i].name;

        if (name->len == s->host.len
            && ngx_strncmp(name->data, s->host.data, name->len) == 0)
        {
            return &conf->host[i];
        }
    }

    return NULL;
}


static void
ngx_http_whatsauth_valkey_address_take(ngx_http_whatsauth_valkey_socket_t *s,
    struct sockaddr *sockaddr, socklen_t socklen)
{
    s->peer.sockaddr = ngx_palloc(s->pool, socklen);

    if (s->peer.sockaddr == NULL) {
        s->why = "no memory";

    } else {
        ngx_memcpy(s->peer.sockaddr, sockaddr, socklen);
        ngx_inet_set_port(s->peer.sockaddr, s->address->port);
        s->peer.socklen = socklen;
    }

    ngx_post_event(&s->step, &ngx_posted_events);
}


void
ngx_http_whatsauth_valkey_address_cancel(
    ngx_http_whatsauth_valkey_socket_t *s)
{
    if (s->resolving != NULL) {
        ngx_resolve_name_done(s->resolving);
        s->resolving = NULL;
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "wire/address.h"
#include "wire/outgoing_address.h"

#include "protocol/url_host.h"


/* A name with very many addresses must not make us scan a network. */
#define NGX_HTTP_WHATSAUTH_ADDRESSES_MAX  16


static ngx_uint_t ngx_http_whatsauth_outgoing_address_is_name(
    ngx_http_whatsauth_outgoing_t *out);
static ngx_int_t ngx_http_whatsauth_outgoing_address_resolve(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_outgoing_address_resolved(
    ngx_resolver_ctx_t *ctx);
static ngx_int_t ngx_http_whatsauth_outgoing_address_parse(
    ngx_http_whatsauth_outgoing_t *out);
static ngx_int_t ngx_http_whatsauth_outgoing_address_take(
    ngx_http_whatsauth_outgoing_t *out, ngx_resolver_addr_t *addrs,
    ngx_uint_t n);
static ngx_resolver_addr_t *ngx_http_whatsauth_outgoing_address_copy(
    ngx_pool_t *pool, ngx_resolver_addr_t *addrs, ngx_uint_t n);


void
ngx_http_whatsauth_outgoing_address(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_int_t  rc;

    rc = ngx_http_whatsauth_outgoing_address_is_name(out)
         ? ngx_http_whatsauth_outgoing_address_resolve(out)
         : ngx_http_whatsauth_outgoing_address_parse(out);

    if (rc != NGX_AGAIN) {
        ngx_http_whatsauth_outgoing_addressed(out, rc);
    }
}


void
ngx_http_whatsauth_outgoing_address_cancel(ngx_http_whatsauth_outgoing_t *out)
{
    if (out->resolving != NULL) {
        ngx_resolve_name_done(out->resolving);
        out->resolving = NULL;
    }
}


/* 1 if a name server must be asked, which need not know "localhost". */

static ngx_uint_t
ngx_http_whatsauth_outgoing_address_is_name(ngx_http_whatsauth_outgoing_t *out)
{
    whatsauth_text_t  host;

    host = ngx_http_whatsauth_text(&out->host);

    return !out->ip && !whatsauth_url_host_is_localhost(&host);
}


/* NGX_AGAIN: the resolver calls, or has called, its handler. */

static ngx_int_t
ngx_http_whatsauth_outgoing_address_resolve(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_resolver_ctx_t  *ctx, name;

    ngx_memzero(&name, sizeof(ngx_resolver_ctx_t));
    name.name = out->host;

    ctx = ngx_resolve_start(out->conf->resolver, &name);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                      "whatsauth: no resolver to find %V", &out->host);
        return NGX_ERROR;
    }

    ctx->name = out->host;
    ctx->handler = ngx_http_whatsauth_outgoing_address_resolved;
    ctx->data = out;
    ctx->timeout = out->conf->resolver_timeout;

    out->resolving = ctx;

    /* On failure ngx_resolve_name() has freed ctx. */

    if (ngx_resolve_name(ctx) != NGX_OK) {
        out->resolving = NULL;
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


static void
ngx_http_whatsauth_outgoing_address_resolved(ngx_resolver_ctx_t *ctx)
{
    ngx_int_t                       rc;
    ngx_http_whatsauth_outgoing_t  *out;

    out = ctx->data;
    out->resolving = NULL;

    if (ctx->state) {
        ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                      "whatsauth: %V could not be resolved (%i: %s)",
                      &ctx->name, ctx->state,
                      ngx_resolver_strerror(ctx->state));
        rc = NGX_ERROR;

    } else {
        rc = ngx_http_whatsauth_outgoing_address_take(out, ctx->addrs,
                                                      ctx->naddrs);
    }

    ngx_resolve_name_done(ctx);

    ngx_http_whatsauth_outgoing_addressed(out, rc);
}


static ngx_int_t
ngx_http_whatsauth_outgoing_address_parse(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_str_t            *host;
    ngx_uint_t            i, n;
    ngx_addr_t            addr;
    ngx_resolver_addr_t   parsed[2];

    static ngx_str_t  localhost[] = {
        ngx_string("127.0.0.1"),
#if (NGX_HAVE_INET6)
        ngx_string("::1"),
#endif
    };

    host = out->ip ? &out->host : localhost;
    n = out->ip ? 1 : sizeof(localhost) / sizeof(ngx_str_t);

    ngx_memzero(parsed, sizeof(parsed));

    for (i = 0; i < n; i++) {

        if (ngx_parse_addr(out->pool, &addr, host[i].data, host[i].len)
            != NGX_OK)
        {
            ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                          "whatsauth: %V is not an IP address", &host[i]);
            return NGX_ERROR;
        }

        parsed[i].sockaddr = addr.sockaddr;
        parsed[i].socklen = addr.socklen;
    }

    return ngx_http_whatsauth_outgoing_address_take(out, parsed, n);
}


/* One bad address refuses all: the name server chooses their order. */

static ngx_int_t
ngx_http_whatsauth_outgoing_address_take(ngx_http_whatsauth_outgoing_t *out,
    ngx_resolver_addr_t *addrs, ngx_uint_t n)
{
    if (out->vet && !ngx_http_whatsauth_address_all_allowed(addrs, n)) {
        ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                      "whatsauth: %V has an address that is not public",
                      &out->host);
        return NGX_ERROR;
    }

    n = ngx_min(n, NGX_HTTP_WHATSAUTH_ADDRESSES_MAX);

    out->resolved.host = out->host;
    out->resolved.port = out->port;
    out->resolved.naddrs = n;
    out->resolved.addrs = ngx_http_whatsauth_outgoing_address_copy(out->pool,
                                                                   addrs, n);

    return out->resolved.addrs == NULL ? NGX_ERROR : NGX_OK;
}


/* The resolver frees its own addresses with its context. */

static ngx_resolver_addr_t *
ngx_http_whatsauth_outgoing_address_copy(ngx_pool_t *pool,
    ngx_resolver_addr_t *addrs, ngx_uint_t n)
{
    ngx_uint_t            i;
    ngx_resolver_addr_t  *copy;

    copy = ngx_pcalloc(pool, n * sizeof(ngx_resolver_addr_t));
    if (copy == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        copy[i].socklen = addrs[i].socklen;
        copy[i].sockaddr = ngx_palloc(pool, addrs[i].socklen);

        if (copy[i].sockaddr == NULL) {
            return NULL;
        }

        ngx_memcpy(copy[i].sockaddr, addrs[i].sockaddr, addrs[i].socklen);
    }

    return copy;
}

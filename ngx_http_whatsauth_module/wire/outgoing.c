
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/log.h"
#include "wire/address.h"
#include "wire/carrier.h"
#include "wire/outgoing.h"
#include "wire/outgoing_answer.h"
#include "wire/outgoing_log.h"
#include "wire/outgoing_session.h"

#include "protocol/url_host.h"


/* Nobody shall scan a network by the addresses that a name has. */
#define NGX_HTTP_WHATSAUTH_ADDRESSES_MAX  16


static ngx_uint_t ngx_http_whatsauth_outgoing_has_name(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_outgoing_resolve(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_outgoing_resolved(ngx_resolver_ctx_t *ctx);
static ngx_int_t ngx_http_whatsauth_outgoing_literal(
    ngx_http_whatsauth_outgoing_t *out);
static ngx_int_t ngx_http_whatsauth_outgoing_addresses(
    ngx_http_whatsauth_outgoing_t *out, ngx_resolver_addr_t *addrs,
    ngx_uint_t n);
static void ngx_http_whatsauth_outgoing_connect(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_outgoing_hush(
    ngx_http_whatsauth_outgoing_t *out, ngx_log_t *log);
static void ngx_http_whatsauth_outgoing_timeout(ngx_event_t *ev);
static void ngx_http_whatsauth_outgoing_closed(void *data);
static void ngx_http_whatsauth_outgoing_finish(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_outgoing_done(ngx_event_t *ev);

static ngx_int_t ngx_http_whatsauth_outgoing_create_request(
    ngx_http_request_t *r);
static void ngx_http_whatsauth_outgoing_abort_request(ngx_http_request_t *r);
static void ngx_http_whatsauth_outgoing_finalize_request(ngx_http_request_t *r,
    ngx_int_t rc);


void
ngx_http_whatsauth_outgoing_send(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    out->conf = mcf;
    out->log = *ngx_cycle->log;

    /* This host has been reported often enough: nginx's own errors too. */
    out->hushed = ngx_http_whatsauth_log_enough("no answer of %V",
                                                &out->host);
    ngx_http_whatsauth_outgoing_hush(out, &out->log);

    out->timer.handler = ngx_http_whatsauth_outgoing_timeout;
    out->timer.data = out;
    out->timer.log = ngx_cycle->log;

    out->done.handler = ngx_http_whatsauth_outgoing_done;
    out->done.data = out;
    out->done.log = ngx_cycle->log;

    ngx_add_timer(&out->timer, mcf->callback.timeout);

    if (ngx_http_whatsauth_outgoing_has_name(out)) {
        ngx_http_whatsauth_outgoing_resolve(out);
        return;
    }

    if (ngx_http_whatsauth_outgoing_literal(out) != NGX_OK) {
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    ngx_http_whatsauth_outgoing_connect(out);
}


/* 1 if a name server must be asked, which need not know "localhost". */

static ngx_uint_t
ngx_http_whatsauth_outgoing_has_name(ngx_http_whatsauth_outgoing_t *out)
{
    whatsauth_text_t  host;

    host = ngx_http_whatsauth_text(&out->host);

    return !out->ip && !whatsauth_url_host_is_localhost(&host);
}


static void
ngx_http_whatsauth_outgoing_resolve(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_resolver_ctx_t  *ctx, name;

    ngx_memzero(&name, sizeof(ngx_resolver_ctx_t));
    name.name = out->host;

    ctx = ngx_resolve_start(out->conf->outgoing.resolver, &name);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                      "whatsauth: no resolver to find %V", &out->host);
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    ctx->name = out->host;
    ctx->handler = ngx_http_whatsauth_outgoing_resolved;
    ctx->data = out;
    ctx->timeout = out->conf->outgoing.resolver_timeout;

    out->resolving = ctx;

    /* It may call the handler at once; on failure it has freed ctx. */

    if (ngx_resolve_name(ctx) != NGX_OK) {
        out->resolving = NULL;
        ngx_http_whatsauth_outgoing_finish(out);
    }
}


static void
ngx_http_whatsauth_outgoing_resolved(ngx_resolver_ctx_t *ctx)
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
        ngx_resolve_name_done(ctx);
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    rc = ngx_http_whatsauth_outgoing_addresses(out, ctx->addrs, ctx->naddrs);

    ngx_resolve_name_done(ctx);

    if (rc != NGX_OK) {
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    ngx_http_whatsauth_outgoing_connect(out);
}


static ngx_int_t
ngx_http_whatsauth_outgoing_literal(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_str_t            *host;
    ngx_uint_t            i, n;
    ngx_addr_t            addr;
    ngx_resolver_addr_t   resolved[2];

    static ngx_str_t  localhost[] = {
        ngx_string("127.0.0.1"),
#if (NGX_HAVE_INET6)
        ngx_string("::1"),
#endif
    };

    host = out->ip ? &out->host : localhost;
    n = out->ip ? 1 : sizeof(localhost) / sizeof(ngx_str_t);

    ngx_memzero(resolved, sizeof(resolved));

    for (i = 0; i < n; i++) {

        if (ngx_parse_addr(out->pool, &addr, host[i].data, host[i].len)
            != NGX_OK)
        {
            ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                          "whatsauth: %V is no IP address", &host[i]);
            return NGX_ERROR;
        }

        resolved[i].sockaddr = addr.sockaddr;
        resolved[i].socklen = addr.socklen;
    }

    return ngx_http_whatsauth_outgoing_addresses(out, resolved, n);
}


/*
 * Copies the addresses, which go with the resolver's context.  One bad address
 * refuses all: which ones are tried is the name server's choice.
 */

static ngx_int_t
ngx_http_whatsauth_outgoing_addresses(ngx_http_whatsauth_outgoing_t *out,
    ngx_resolver_addr_t *addrs, ngx_uint_t n)
{
    ngx_uint_t                     i;
    ngx_resolver_addr_t           *copy;
    ngx_http_upstream_resolved_t  *resolved;

    if (out->vet && !ngx_http_whatsauth_addresses_allowed(addrs, n)) {
        ngx_log_error(NGX_LOG_ERR, &out->log, 0,
                      "whatsauth: %V has an address that is not public",
                      &out->host);
        return NGX_ERROR;
    }

    n = ngx_min(n, NGX_HTTP_WHATSAUTH_ADDRESSES_MAX);

    resolved = &out->resolved;
    resolved->host = out->host;
    resolved->port = out->port;
    resolved->naddrs = n;

    copy = ngx_pcalloc(out->pool, n * sizeof(ngx_resolver_addr_t));
    if (copy == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        copy[i].socklen = addrs[i].socklen;
        copy[i].sockaddr = ngx_palloc(out->pool, addrs[i].socklen);

        if (copy[i].sockaddr == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(copy[i].sockaddr, addrs[i].sockaddr, addrs[i].socklen);
    }

    resolved->addrs = copy;

    /* An address that is dead leaves time for the others. */

    out->upstream = out->conf->outgoing.conf;
    out->upstream.connect_timeout /= ngx_max(n, 1);

    return NGX_OK;
}


static void
ngx_http_whatsauth_outgoing_connect(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_connection_t     *c;
    ngx_http_cleanup_t   *cln;
    ngx_http_request_t   *r;
    ngx_http_upstream_t  *u;

    r = ngx_http_whatsauth_carrier_create(out->conf->outgoing.carrier_ctx);
    if (r == NULL) {
        out->untried = 1;
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    ngx_http_whatsauth_outgoing_hush(out, r->connection->log);

    ngx_http_set_ctx(r, out, ngx_http_whatsauth_module);

    cln = ngx_http_cleanup_add(r, 0);

    if (cln == NULL || ngx_http_upstream_create(r) != NGX_OK) {
        ngx_http_whatsauth_carrier_free(r);
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    cln->handler = ngx_http_whatsauth_outgoing_closed;
    cln->data = out;
    out->carrier = r;

    u = r->upstream;
    u->conf = &out->upstream;
    u->output.tag = (ngx_buf_tag_t) &ngx_http_whatsauth_module;
    u->ssl = out->ssl;

    if (out->ssl) {
        ngx_str_set(&u->schema, "https://");
    } else {
        ngx_str_set(&u->schema, "http://");
    }

    u->create_request = ngx_http_whatsauth_outgoing_create_request;
    u->reinit_request = ngx_http_whatsauth_outgoing_reinit_request;
    u->process_header = ngx_http_whatsauth_outgoing_process_header;
    u->abort_request = ngx_http_whatsauth_outgoing_abort_request;
    u->finalize_request = ngx_http_whatsauth_outgoing_finalize_request;

    /* The carrier may be gone when this returns; its connection is not. */

    c = r->connection;

    ngx_http_upstream_init(r);
    ngx_http_run_posted_requests(c);
}


/* The level of each log is its own, so that it may only be lowered. */

static void
ngx_http_whatsauth_outgoing_hush(ngx_http_whatsauth_outgoing_t *out,
    ngx_log_t *log)
{
    if (out->hushed) {
        log->log_level = ngx_min(log->log_level, NGX_LOG_ALERT);
    }
}


static void
ngx_http_whatsauth_outgoing_timeout(ngx_event_t *ev)
{
    ngx_http_whatsauth_outgoing_t  *out;

    out = ev->data;

    if (whatsauth_answer_status(&out->head) == 0) {
        ngx_http_whatsauth_outgoing_late(out);
    }

    if (out->carrier != NULL) {
        ngx_http_whatsauth_carrier_close(out->carrier);
        return;
    }

    if (out->resolving != NULL) {
        ngx_resolve_name_done(out->resolving);
        out->resolving = NULL;
    }

    ngx_http_whatsauth_outgoing_finish(out);
}


/*
 * The one place where a request that has a carrier ends, however it ended.
 * The carrier is being freed: nothing is begun from here.
 */

static void
ngx_http_whatsauth_outgoing_closed(void *data)
{
    ngx_http_upstream_t            *u;
    ngx_http_whatsauth_outgoing_t  *out;

    out = data;
    u = out->carrier->upstream;

    /* nginx notes the peer as soon as it has a connection for it. */

    if (u->state != NULL && u->state->peer == NULL) {
        out->untried = 1;
    }

    if (out->status == 0) {
        ngx_http_whatsauth_outgoing_take_answer(out);
    }

    if (out->ssl && out->status == 0) {
        ngx_http_whatsauth_outgoing_forget_session(out);
    }

    out->carrier = NULL;
    ngx_http_whatsauth_outgoing_finish(out);
}


static void
ngx_http_whatsauth_outgoing_finish(ngx_http_whatsauth_outgoing_t *out)
{
    if (out->timer.timer_set) {
        ngx_del_timer(&out->timer);
    }

    ngx_post_event(&out->done, &ngx_posted_events);
}


static void
ngx_http_whatsauth_outgoing_done(ngx_event_t *ev)
{
    ngx_http_whatsauth_outgoing_t  *out;

    out = ev->data;

    if (out->status == 0 && !out->untried) {
        (void) ngx_http_whatsauth_log_wanted(NGX_LOG_ERR, ngx_cycle->log,
                                             "no answer of %V", &out->host);
    }

    out->handler(out);
}


/*
 * Peers are the resolved addresses and nothing else: with u->resolved nginx
 * would resolve again, or find an upstream{} block of the host's name.
 */

ngx_int_t
ngx_http_whatsauth_outgoing_peer_init(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us)
{
    ngx_http_upstream_t            *u;
    ngx_http_whatsauth_outgoing_t  *out;

    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    if (ngx_http_upstream_create_round_robin_peer(r, &out->resolved)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    u = r->upstream;
    u->ssl_name = out->host;
    u->peer.set_session = ngx_http_whatsauth_outgoing_set_session;
    u->peer.save_session = ngx_http_whatsauth_outgoing_save_session;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_outgoing_create_request(ngx_http_request_t *r)
{
    ngx_chain_t                    *cl;
    ngx_http_whatsauth_outgoing_t  *out;

    out = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    cl = ngx_alloc_chain_link(r->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    out->request->flush = 1;
    out->request->last_buf = 1;

    cl->buf = out->request;
    cl->next = NULL;

    r->upstream->request_bufs = cl;

    return NGX_OK;
}


static void
ngx_http_whatsauth_outgoing_abort_request(ngx_http_request_t *r)
{
}


/* The cleanup of the carrier ends the request, not this. */

static void
ngx_http_whatsauth_outgoing_finalize_request(ngx_http_request_t *r,
    ngx_int_t rc)
{
}

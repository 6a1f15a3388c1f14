
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/log.h"
#include "wire/carrier.h"
#include "wire/outgoing.h"
#include "wire/outgoing_address.h"
#include "wire/outgoing_answer.h"
#include "wire/outgoing_log.h"
#include "wire/tls_session.h"


static void ngx_http_whatsauth_outgoing_connect(
    ngx_http_whatsauth_outgoing_t *out);
static void ngx_http_whatsauth_outgoing_upstream(
    ngx_http_whatsauth_outgoing_t *out, ngx_http_upstream_t *u);
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
ngx_http_whatsauth_outgoing_target(ngx_http_whatsauth_outgoing_t *out,
    const whatsauth_url_t *url)
{
    out->host.data = (u_char *) url->host.data;
    out->host.len = url->host.len;
    out->port = url->port;
    out->ssl = url->https;
    out->ip = url->ip;
}


void
ngx_http_whatsauth_outgoing_send(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_outgoing_conf_t *conf)
{
    out->conf = conf;
    out->log = *ngx_cycle->log;

    /* Silence nginx's own errors, too, for a host that is in the log. */

    out->hushed = ngx_http_whatsauth_log_enough("no answer from %V",
                                                &out->host);
    ngx_http_whatsauth_outgoing_hush(out, &out->log);

    out->timer.handler = ngx_http_whatsauth_outgoing_timeout;
    out->timer.data = out;
    out->timer.log = ngx_cycle->log;

    out->done.handler = ngx_http_whatsauth_outgoing_done;
    out->done.data = out;
    out->done.log = ngx_cycle->log;

    ngx_add_timer(&out->timer, conf->timeout);

    ngx_http_whatsauth_outgoing_address(out);
}


void
ngx_http_whatsauth_outgoing_addressed(ngx_http_whatsauth_outgoing_t *out,
    ngx_int_t rc)
{
    if (rc != NGX_OK) {
        ngx_http_whatsauth_outgoing_finish(out);
        return;
    }

    /* An address that is dead must leave time for the others. */

    out->upstream = out->conf->upstream;
    out->upstream.connect_timeout /= ngx_max(out->resolved.naddrs, 1);

    ngx_http_whatsauth_outgoing_connect(out);
}


static void
ngx_http_whatsauth_outgoing_connect(ngx_http_whatsauth_outgoing_t *out)
{
    ngx_connection_t    *c;
    ngx_http_cleanup_t  *cln;
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_carrier_create(out->conf->carrier_ctx);
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

    ngx_http_whatsauth_outgoing_upstream(out, r->upstream);

    /* The carrier may be gone when this returns; its connection is not. */

    c = r->connection;

    ngx_http_upstream_init(r);
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_whatsauth_outgoing_upstream(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_upstream_t *u)
{
    u->conf = &out->upstream;
    u->output.tag = (ngx_buf_tag_t) &ngx_http_whatsauth_module;
    u->ssl = out->ssl;

    if (out->ssl) {
        ngx_str_set(&u->schema, "https://");
    } else {
        ngx_str_set(&u->schema, "http://");
    }

    u->create_request = ngx_http_whatsauth_outgoing_create_request;
    u->reinit_request = ngx_http_whatsauth_outgoing_answer_reinit;
    u->process_header = ngx_http_whatsauth_outgoing_answer_header;
    u->abort_request = ngx_http_whatsauth_outgoing_abort_request;
    u->finalize_request = ngx_http_whatsauth_outgoing_finalize_request;
}


/* The log belongs to this request alone; a stricter level stays. */

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

    if (whatsauth_answer_status(&out->header) == 0) {
        ngx_http_whatsauth_outgoing_log_timeout(out);
    }

    if (out->carrier != NULL) {
        ngx_http_whatsauth_carrier_close(out->carrier);
        return;
    }

    ngx_http_whatsauth_outgoing_address_cancel(out);
    ngx_http_whatsauth_outgoing_finish(out);
}


/*
 * Every request that has a carrier ends here, in whichever way.  nginx is
 * freeing the carrier: nothing may be begun on it.
 */

static void
ngx_http_whatsauth_outgoing_closed(void *data)
{
    ngx_http_upstream_t            *u;
    ngx_http_whatsauth_outgoing_t  *out;

    out = data;
    u = out->carrier->upstream;

    /* nginx names the peer as soon as it has a connection for it. */

    if (u->state != NULL && u->state->peer == NULL) {
        out->untried = 1;
    }

    if (out->status == 0) {
        ngx_http_whatsauth_outgoing_answer_take(out);
    }

    if (out->ssl && out->status == 0) {
        ngx_http_whatsauth_tls_session_forget(out);
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
                                             "no answer from %V", &out->host);
    }

    out->handler(out);
}


/*
 * The peers are the vetted addresses and nothing else.  With u->resolved nginx
 * would resolve the host again, past the vetting, or take an upstream{} block
 * of that name.
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
    u->peer.set_session = ngx_http_whatsauth_tls_session_set;
    u->peer.save_session = ngx_http_whatsauth_tls_session_save;

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


/* The carrier's cleanup ends the request. */

static void
ngx_http_whatsauth_outgoing_finalize_request(ngx_http_request_t *r,
    ngx_int_t rc)
{
}

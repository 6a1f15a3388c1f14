
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/log.h"
#include "wire/carrier.h"

#include <sys/un.h>


static ngx_connection_t *ngx_http_whatsauth_carrier_connection(void);
static ngx_int_t ngx_http_whatsauth_carrier_setup(ngx_connection_t *c,
    ngx_http_conf_ctx_t *conf_ctx);
static ngx_http_request_t *ngx_http_whatsauth_carrier_request(
    ngx_connection_t *c, ngx_http_conf_ctx_t *conf_ctx);
static void ngx_http_whatsauth_carrier_handler(ngx_event_t *ev);
static void ngx_http_whatsauth_carrier_empty(ngx_http_request_t *r);
static u_char *ngx_http_whatsauth_carrier_log(ngx_log_t *log, u_char *buf,
    size_t len);


static struct sockaddr_un  ngx_http_whatsauth_carrier_sockaddr = {
    .sun_family = AF_UNIX
};


ngx_http_request_t *
ngx_http_whatsauth_carrier_create(ngx_http_conf_ctx_t *conf_ctx)
{
    ngx_connection_t  *c;

    c = ngx_http_whatsauth_carrier_connection();
    if (c == NULL) {
        return NULL;
    }

    if (ngx_http_whatsauth_carrier_setup(c, conf_ctx) != NGX_OK) {
        ngx_destroy_pool(c->pool);
        c->log = ngx_cycle->log;
        ngx_close_connection(c);
        return NULL;
    }

#if (NGX_STAT_STUB)
    (void) ngx_atomic_fetch_add(ngx_stat_active, 1);
#endif

    return ngx_http_whatsauth_carrier_request(c, conf_ctx);
}


static ngx_connection_t *
ngx_http_whatsauth_carrier_connection(void)
{
    ngx_socket_t       s;
    ngx_connection_t  *c;

    /* An unconnected stream socket would report a hang-up. */

    s = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);

    if (s == (ngx_socket_t) -1) {
        if (ngx_http_whatsauth_log_wanted(NGX_LOG_ALERT, ngx_cycle->log,
                                          ngx_socket_n))
        {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_socket_errno,
                          ngx_socket_n " failed");
        }

        return NULL;
    }

    c = ngx_get_connection(s, ngx_cycle->log);

    if (c == NULL) {
        if (ngx_close_socket(s) == -1) {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_socket_errno,
                          ngx_close_socket_n " failed");
        }

        return NULL;
    }

    c->pool = ngx_create_pool(1024, ngx_cycle->log);

    if (c->pool == NULL) {
        ngx_close_connection(c);
        return NULL;
    }

    return c;
}


static ngx_int_t
ngx_http_whatsauth_carrier_setup(ngx_connection_t *c,
    ngx_http_conf_ctx_t *conf_ctx)
{
    ngx_log_t              *log;
    ngx_http_log_ctx_t     *ctx;
    ngx_http_connection_t  *hc;

    log = ngx_palloc(c->pool, sizeof(ngx_log_t));
    ctx = ngx_pcalloc(c->pool, sizeof(ngx_http_log_ctx_t));
    hc = ngx_pcalloc(c->pool, sizeof(ngx_http_connection_t));

    /* ngx_http_finalize_connection() reads it. */
    c->buffer = ngx_create_temp_buf(c->pool, 1);

    if (log == NULL || ctx == NULL || hc == NULL || c->buffer == NULL) {
        return NGX_ERROR;
    }

    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->start_time = ngx_current_msec;

    c->sockaddr = (struct sockaddr *) &ngx_http_whatsauth_carrier_sockaddr;
    c->socklen = sizeof(sa_family_t);
    c->local_sockaddr = c->sockaddr;
    c->local_socklen = c->socklen;
    ngx_str_set(&c->addr_text, "unix:");
    c->listening = ngx_cycle->listening.elts;

    ctx->connection = c;

    *log = *ngx_cycle->log;
    log->connection = c->number;
    log->handler = ngx_http_whatsauth_carrier_log;
    log->data = ctx;
    log->action = "preparing a request of whatsauth";

    c->log = log;
    c->pool->log = log;
    c->read->log = log;
    c->write->log = log;
    c->log_error = NGX_ERROR_INFO;

    c->recv = ngx_recv;
    c->send = ngx_send;
    c->recv_chain = ngx_recv_chain;
    c->send_chain = ngx_send_chain;

    c->read->handler = ngx_http_whatsauth_carrier_handler;
    c->write->handler = ngx_http_whatsauth_carrier_handler;
    c->write->ready = 1;

    hc->conf_ctx = conf_ctx;
    c->data = hc;

    return NGX_OK;
}


static ngx_http_request_t *
ngx_http_whatsauth_carrier_request(ngx_connection_t *c,
    ngx_http_conf_ctx_t *conf_ctx)
{
    ngx_http_request_t  *r;

    r = ngx_http_create_request(c);

    if (r == NULL) {
        ngx_http_close_connection(c);
        return NULL;
    }

    c->data = r;

    /* Makes nginx close at once at the end, without keepalive or lingering. */
    c->read->eof = 1;

#if (NGX_STAT_STUB)
    (void) ngx_atomic_fetch_add(ngx_stat_reading, -1);
    r->stat_reading = 0;
    (void) ngx_atomic_fetch_add(ngx_stat_writing, 1);
    r->stat_writing = 1;
#endif

    r->loc_conf = conf_ctx->loc_conf;
    r->http_state = NGX_HTTP_PROCESS_REQUEST_STATE;
    r->read_event_handler = ngx_http_whatsauth_carrier_empty;
    r->write_event_handler = ngx_http_whatsauth_carrier_empty;

    r->method = NGX_HTTP_POST;
    ngx_str_set(&r->method_name, "POST");
    ngx_str_set(&r->uri, "/");
    r->unparsed_uri = r->uri;
    r->internal = 1;
    r->logged = 1;

    /*
     * post_action is nginx's own mode without a client: it sends no header,
     * reads no body and does not test the connection.  Without uri_changes
     * neither error_page nor post_action redirects.
     */

    r->post_action = 1;
    r->header_only = 1;
    r->uri_changes = 0;

    r->request_body = ngx_pcalloc(r->pool, sizeof(ngx_http_request_body_t));

    if (r->request_body == NULL) {
        ngx_http_whatsauth_carrier_free(r);
        return NULL;
    }

    return r;
}


void
ngx_http_whatsauth_carrier_free(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_free_request(r, 0);
    ngx_http_close_connection(c);
}


void
ngx_http_whatsauth_carrier_close(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;
    c->error = 1;
    r->main->count++;

    ngx_http_finalize_request(r, NGX_HTTP_CLIENT_CLOSED_REQUEST);
    ngx_http_run_posted_requests(c);
}


/* The socket is idle: only worker_shutdown_timeout calls this. */

static void
ngx_http_whatsauth_carrier_handler(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    if (c->close) {
        ngx_http_whatsauth_carrier_close(c->data);
    }
}


static void
ngx_http_whatsauth_carrier_empty(ngx_http_request_t *r)
{
}


static u_char *
ngx_http_whatsauth_carrier_log(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char              *p;
    ngx_http_request_t  *r;
    ngx_http_log_ctx_t  *ctx;

    if (log->action) {
        p = ngx_snprintf(buf, len, " while %s", log->action);
        len -= p - buf;
        buf = p;
    }

    p = ngx_snprintf(buf, len, ", request of whatsauth");
    len -= p - buf;

    ctx = log->data;
    r = ctx->request;

    return r ? r->log_handler(r, ctx->current_request, p, len) : p;
}

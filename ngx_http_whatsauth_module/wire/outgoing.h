
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One HTTP request of our own, which belongs to no client: it goes through
 * nginx's upstream machinery (connect, TLS with SNI and verification, next
 * address, error log) on a carrier request.
 *
 * Three promises keep it safe whatever a site does.  It connects to vetted
 * addresses only, and never resolves the host a second time.  A POST is never
 * repeated once it has been sent.  No redirect is followed, and no header of
 * the answer acts on nginx.
 *
 *     send -> address -> connect -> answer -> handler
 *       |        |          |          |
 *       +--------+----------+----------+----> timeout -> handler
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_H_INCLUDED_


#include "wire/outgoing_conf.h"

#include "protocol/answer.h"
#include "protocol/url.h"


typedef struct ngx_http_whatsauth_outgoing_s  ngx_http_whatsauth_outgoing_t;

typedef void (*ngx_http_whatsauth_answered_pt)(
    ngx_http_whatsauth_outgoing_t *out);

struct ngx_http_whatsauth_outgoing_s {
    /* Given; all of it lives in pool. */
    ngx_pool_t                      *pool;
    ngx_str_t                        host;         /* name or IP literal */
    in_port_t                        port;
    ngx_str_t                        path;         /* for the log; or empty */
    ngx_buf_t                       *request;      /* header and body */
    ngx_http_whatsauth_answered_pt   handler;
    void                            *data;
    unsigned                         ssl:1;
    unsigned                         ip:1;         /* host is an IP literal */
    unsigned                         vet:1;        /* public addresses only */
    unsigned                         want_body:1;  /* of an error answer */

    /* The answer; status 0: none came, the log says why. */
    ngx_uint_t                       status;
    ngx_str_t                        body;         /* its first bytes */
    time_t                           retry_after;  /* seconds; 0: not said */
    unsigned                         json:1;       /* application/json */
    unsigned                         untried:1;    /* for want of a connection
                                                      of our own */

    /* Private to wire. */
    ngx_http_whatsauth_outgoing_conf_t
                                    *conf;
    ngx_log_t                        log;
    unsigned                         hushed:1;     /* nothing below [alert] */
    ngx_http_request_t              *carrier;
    ngx_resolver_ctx_t              *resolving;
    ngx_http_upstream_resolved_t     resolved;     /* the vetted addresses */
    ngx_http_upstream_conf_t         upstream;
    whatsauth_answer_t               header;       /* as far as it has come */
    ngx_msec_t                       verified_at;  /* of its TLS session */
    ngx_event_t                      timer;
    ngx_event_t                      done;
};


/*
 * Sets host, port, ssl and ip; the texts of url must live as long as pool.
 */
void ngx_http_whatsauth_outgoing_target(ngx_http_whatsauth_outgoing_t *out,
    const whatsauth_url_t *url);

/*
 * Sends it.  handler is called once, from the event loop, never before this
 * returns, and at the latest when conf->timeout has passed; it may destroy the
 * pool.
 */
void ngx_http_whatsauth_outgoing_send(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_outgoing_conf_t *conf);

/* Called once out->resolved is filled; rc is not NGX_OK if it cannot be. */
void ngx_http_whatsauth_outgoing_addressed(ngx_http_whatsauth_outgoing_t *out,
    ngx_int_t rc);

/* The peer.init of the upstream. */
ngx_int_t ngx_http_whatsauth_outgoing_peer_init(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_H_INCLUDED_ */

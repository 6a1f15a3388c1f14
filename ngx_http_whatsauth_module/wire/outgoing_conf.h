
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_CONF_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_CONF_H_INCLUDED_


#include "kit/module.h"


/* See wire/tls_session.h. */
typedef struct ngx_http_whatsauth_tls_sessions_s
    ngx_http_whatsauth_tls_sessions_t;


/* Shared by all requests of one configuration. */
struct ngx_http_whatsauth_outgoing_conf_s {
    /* Given. */
    ngx_msec_t                      timeout;       /* of a whole request */
    ngx_str_t                       trusted_certificate;
                                                   /* a file; empty: those of
                                                      OpenSSL */
    ngx_http_conf_ctx_t            *carrier_ctx;   /* of a location */
    ngx_resolver_t                 *resolver;      /* NULL: no host is a name
                                                      that needs one */
    ngx_msec_t                      resolver_timeout;

    /* Private to wire. */
    ngx_http_upstream_conf_t        upstream;
    ngx_http_upstream_srv_conf_t    peer;
    ngx_http_whatsauth_tls_sessions_t  *sessions;
};

typedef struct ngx_http_whatsauth_outgoing_conf_s
    ngx_http_whatsauth_outgoing_conf_t;


/* Fills the private members while nginx reads its configuration. */
ngx_int_t ngx_http_whatsauth_outgoing_conf_init(ngx_conf_t *cf,
    ngx_http_whatsauth_outgoing_conf_t *conf);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_CONF_H_INCLUDED_ */

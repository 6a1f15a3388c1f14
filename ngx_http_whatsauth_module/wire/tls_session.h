
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * TLS sessions spare the next request to a host the verification of its
 * certificate.  A session belongs to one host and port.  A configuration has
 * sessions of its own in each worker, for it decides whom to trust.
 *
 * Only a verified session is kept, and only for five minutes from the full
 * handshake that verified it.  A session that came of a resumed one inherits
 * that time: else a busy host would never be verified again.
 */


#ifndef _NGX_HTTP_WHATSAUTH_TLS_SESSION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TLS_SESSION_H_INCLUDED_


#include "wire/outgoing.h"


/* NULL when memory is out. */
ngx_http_whatsauth_tls_sessions_t *ngx_http_whatsauth_tls_session_create(
    ngx_conf_t *cf);

/* The hooks of an upstream's peer. */
ngx_int_t ngx_http_whatsauth_tls_session_set(ngx_peer_connection_t *pc,
    void *data);
void ngx_http_whatsauth_tls_session_save(ngx_peer_connection_t *pc,
    void *data);

/* Called when no answer came: the host may be unable to resume. */
void ngx_http_whatsauth_tls_session_forget(ngx_http_whatsauth_outgoing_t *out);


#endif /* _NGX_HTTP_WHATSAUTH_TLS_SESSION_H_INCLUDED_ */

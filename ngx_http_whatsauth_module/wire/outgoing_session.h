
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * TLS sessions, so that the next request to a host need not verify its
 * certificate once more.  A session belongs to one host and port; whom to
 * trust is the same for all requests of a configuration, and a configuration
 * has sessions of its own in each worker.
 *
 * Kept is only what has been verified, and for five minutes from the whole
 * handshake that did it.  A session that comes of another one keeps the time
 * of that: else a busy host would never be verified again.
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_SESSION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_SESSION_H_INCLUDED_


#include "wire/outgoing.h"


/* NULL when memory is out. */
ngx_http_whatsauth_sessions_t *ngx_http_whatsauth_outgoing_sessions(
    ngx_conf_t *cf);

/* The hooks of an upstream's peer. */
ngx_int_t ngx_http_whatsauth_outgoing_set_session(ngx_peer_connection_t *pc,
    void *data);
void ngx_http_whatsauth_outgoing_save_session(ngx_peer_connection_t *pc,
    void *data);

/* A host that does not answer may be one that cannot resume. */
void ngx_http_whatsauth_outgoing_forget_session(
    ngx_http_whatsauth_outgoing_t *outgoing);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_SESSION_H_INCLUDED_ */

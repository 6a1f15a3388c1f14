
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_LOG_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_LOG_H_INCLUDED_


#include "wire/outgoing.h"


/* Bytes of a name; what is longer ends with "...". */
#define NGX_HTTP_WHATSAUTH_OUTGOING_NAME_MAX  200

typedef u_char
    ngx_http_whatsauth_outgoing_name_t[NGX_HTTP_WHATSAUTH_OUTGOING_NAME_MAX];


/*
 * The URL of a request for the log: scheme, host, a port that is not the
 * default, and path.  Never the query: sites send session ids in it.  The
 * result points into name.
 */
ngx_str_t ngx_http_whatsauth_outgoing_url(
    const ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_outgoing_name_t name);

/* Tells what a request was waiting for when its time was over. */
void ngx_http_whatsauth_outgoing_log_timeout(
    ngx_http_whatsauth_outgoing_t *out);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_LOG_H_INCLUDED_ */

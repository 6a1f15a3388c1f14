
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * TLS of our own connections.  Certificates are always verified; the choice is
 * only whom to trust.
 */


#ifndef _NGX_HTTP_WHATSAUTH_TLS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TLS_H_INCLUDED_


#include "kit/module.h"


/*
 * A context that verifies servers by the certificates in file, or by those of
 * the system if its name is empty.  It goes with cf->pool.  NULL after an
 * [emerg].
 */
ngx_ssl_t *ngx_http_whatsauth_tls_create(ngx_conf_t *cf, ngx_str_t *file);

/*
 * In a directive: completes the name of a file, and refuses one without
 * certificates there and then, because an error here names the line.
 */
ngx_int_t ngx_http_whatsauth_tls_file(ngx_conf_t *cf, ngx_str_t *file);


#endif /* _NGX_HTTP_WHATSAUTH_TLS_H_INCLUDED_ */

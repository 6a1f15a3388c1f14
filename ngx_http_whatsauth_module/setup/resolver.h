
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESOLVER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESOLVER_H_INCLUDED_


#include "kit/conf.h"
#include "wire/outgoing_conf.h"


/*
 * Chooses the name servers for outgoing requests: the `resolver` of the
 * location that they run in, or else the machine's.  Without either it
 * refuses a configuration in which a callback or reply goes to a name.
 */
ngx_int_t ngx_http_whatsauth_resolver(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_outgoing_conf_t *conf);


#endif /* _NGX_HTTP_WHATSAUTH_RESOLVER_H_INCLUDED_ */

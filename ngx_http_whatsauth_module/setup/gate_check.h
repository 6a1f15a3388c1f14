
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The gates of all servers together, once everything is read. */


#ifndef _NGX_HTTP_WHATSAUTH_GATE_CHECK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATE_CHECK_H_INCLUDED_


#include "kit/conf.h"


/*
 * Gives each gate its app and the login page of its server.  Refuses a gate
 * without them.
 */
ngx_int_t ngx_http_whatsauth_gate_check(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_GATE_CHECK_H_INCLUDED_ */

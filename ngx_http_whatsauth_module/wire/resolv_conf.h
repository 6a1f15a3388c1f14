
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESOLV_CONF_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESOLV_CONF_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_RESOLV_CONF  "/etc/resolv.conf"


/*
 * The nameservers of resolv.conf(5) as ngx_str_t, written as ngx_resolver
 * wants them; none if the file is missing.
 */
ngx_int_t ngx_http_whatsauth_resolv_conf(ngx_conf_t *cf,
    ngx_array_t *servers);


#endif /* _NGX_HTTP_WHATSAUTH_RESOLV_CONF_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_RESOLV_CONF_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_RESOLV_CONF_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_RESOLV_CONF  "/etc/resolv.conf"


/*
 * Makes an array of the nameservers in resolv.conf(5), as the ngx_str_t that
 * ngx_resolver_create() takes; it is empty if the file is missing.
 */
ngx_int_t ngx_http_whatsauth_resolv_conf(ngx_conf_t *cf,
    ngx_array_t *servers);


#endif /* _NGX_HTTP_WHATSAUTH_RESOLV_CONF_H_INCLUDED_ */

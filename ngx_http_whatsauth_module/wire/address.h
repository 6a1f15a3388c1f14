
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ADDRESS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ADDRESS_H_INCLUDED_


#include "kit/module.h"


/*
 * 1 if each address is public and none is this machine's own: a URL that the
 * operator has not declared may lead there.
 */
ngx_uint_t ngx_http_whatsauth_address_all_allowed(ngx_resolver_addr_t *addrs,
    ngx_uint_t n);


#endif /* _NGX_HTTP_WHATSAUTH_ADDRESS_H_INCLUDED_ */

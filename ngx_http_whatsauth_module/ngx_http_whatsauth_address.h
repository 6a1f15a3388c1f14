
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ADDRESS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ADDRESS_H_INCLUDED_


#include "ngx_http_whatsauth_module.h"


/*
 * 1 if a URL that the operator has not declared may lead to this address: it
 * is public, and none of this machine's own.
 */
ngx_uint_t ngx_http_whatsauth_address_allowed(struct sockaddr *address);


#endif /* _NGX_HTTP_WHATSAUTH_ADDRESS_H_INCLUDED_ */

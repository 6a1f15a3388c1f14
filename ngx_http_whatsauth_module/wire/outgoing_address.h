
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_OUTGOING_ADDRESS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_OUTGOING_ADDRESS_H_INCLUDED_


#include "wire/outgoing.h"


/*
 * Finds the addresses of the host and vets them, then calls
 * ngx_http_whatsauth_outgoing_addressed(), at once or later.
 */
void ngx_http_whatsauth_outgoing_address(ngx_http_whatsauth_outgoing_t *out);

/* Stops the search; ngx_http_whatsauth_outgoing_addressed() is not called. */
void ngx_http_whatsauth_outgoing_address_cancel(
    ngx_http_whatsauth_outgoing_t *out);


#endif /* _NGX_HTTP_WHATSAUTH_OUTGOING_ADDRESS_H_INCLUDED_ */

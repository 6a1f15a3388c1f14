
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_HEADER_LIST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HEADER_LIST_H_INCLUDED_


#include "kit/module.h"


/*
 * Takes a header out of a list of nginx's.  A hash of 0 would do for the
 * headers of a response, but modules send all headers of a request to
 * upstreams.  Does nothing if h is not in the list.
 */
ngx_int_t ngx_http_whatsauth_header_list_remove(ngx_list_t *list,
    ngx_table_elt_t *h);


#endif /* _NGX_HTTP_WHATSAUTH_HEADER_LIST_H_INCLUDED_ */

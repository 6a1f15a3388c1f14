
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LIMIT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LIMIT_H_INCLUDED_


#include "ngx_http_whatsauth_module.h"


/*
 * Counts of replies in the current hour, shared by all workers.  They lie in
 * a table of fixed size under a hash: two that share a place can only silence
 * each other's replies, and nothing else depends on them.
 */

#define NGX_HTTP_WHATSAUTH_LIMIT_PLACES  65536

/* Bytes of zeroed shared memory that it needs. */
#define NGX_HTTP_WHATSAUTH_LIMIT_SIZE                                         \
    (NGX_HTTP_WHATSAUTH_LIMIT_PLACES * sizeof(ngx_atomic_t))

/* Counts one; 0 if there have been max this hour already.  max 0: no limit. */
ngx_uint_t ngx_http_whatsauth_limit(ngx_atomic_t *places,
    const ngx_str_t *app, const void *sender, size_t len, ngx_uint_t max);


#endif /* _NGX_HTTP_WHATSAUTH_LIMIT_H_INCLUDED_ */

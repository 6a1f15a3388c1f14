
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LINK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LINK_H_INCLUDED_


#include "ngx_http_whatsauth_module.h"


/*
 * What a user taps: a link that any browser opens, and one that opens the
 * application at once.  message is the text after the code; empty: the app's.
 */
ngx_int_t ngx_http_whatsauth_link(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, lmdb_store_channel_t channel,
    const char *code, const whatsauth_text_t *message, ngx_str_t *link,
    ngx_str_t *deep_link);

/* A message as links have it, percent-encoded. */
ngx_int_t ngx_http_whatsauth_link_message(ngx_pool_t *pool,
    const whatsauth_text_t *message, ngx_str_t *encoded);


#endif /* _NGX_HTTP_WHATSAUTH_LINK_H_INCLUDED_ */

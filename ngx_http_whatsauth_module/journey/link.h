
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LINK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LINK_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * The links that a user taps, in pool: one that any browser opens, and one
 * that opens the application at once.  message is the text after the code;
 * empty: the app's; NULL: none.
 */
ngx_int_t ngx_http_whatsauth_link(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const char *code, const whatsauth_text_t *message, ngx_str_t *link,
    ngx_str_t *deep_link);

/* Those of a code that has been issued and waits. */
ngx_int_t ngx_http_whatsauth_link_waiting(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, const ledger_record_t *record,
    ngx_str_t *link, ngx_str_t *deep_link);

/* Makes message that of the app's own links. */
ngx_int_t ngx_http_whatsauth_link_default(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, const whatsauth_text_t *message);

/* The hash that a record keeps of its message; empty: the app's. */
ngx_int_t ngx_http_whatsauth_link_hash(ngx_http_whatsauth_app_t *app,
    const whatsauth_text_t *message, uint64_t *hash);


#endif /* _NGX_HTTP_WHATSAUTH_LINK_H_INCLUDED_ */

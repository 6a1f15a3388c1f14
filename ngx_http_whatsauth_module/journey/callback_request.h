
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CALLBACK_REQUEST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CALLBACK_REQUEST_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * The POST that tells a site of a verification, header and body, in pool.
 * NULL when memory is out.
 */
ngx_buf_t *ngx_http_whatsauth_callback_request(ngx_pool_t *pool,
    const ledger_record_t *record, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url);

/*
 * The Host header for a URL: brackets for IPv6, the port unless it is the
 * default.  host->data has room for the name and nine bytes more.
 */
void ngx_http_whatsauth_callback_host(const whatsauth_url_t *url,
    ngx_str_t *host);


#endif /* _NGX_HTTP_WHATSAUTH_CALLBACK_REQUEST_H_INCLUDED_ */


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


#endif /* _NGX_HTTP_WHATSAUTH_CALLBACK_REQUEST_H_INCLUDED_ */

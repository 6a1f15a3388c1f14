
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The end of a login at a gate: a navigation that brings a validated claim
 * gets the session, and is led to its own URL again.  It takes no JavaScript,
 * and no form whose target a browser would have to allow.
 */


#ifndef _NGX_HTTP_WHATSAUTH_COLLECTING_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COLLECTING_H_INCLUDED_


#include "kit/conf.h"
#include "kit/result.h"


/*
 * NGX_AGAIN: the request waits, and this is to be called again; NGX_DONE: it
 * has its response; NGX_OK: there is nothing to collect, and *result is NONE,
 * or the reason why the login cannot be read; else an HTTP status.
 */
ngx_int_t ngx_http_whatsauth_collecting(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_result_t *result);


#endif /* _NGX_HTTP_WHATSAUTH_COLLECTING_H_INCLUDED_ */

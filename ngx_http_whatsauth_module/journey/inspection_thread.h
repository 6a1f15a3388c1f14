
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The threads of inspections, for inspection.c alone: two of a worker have
 * one, and the others wait in a queue of bounded length.
 */


#ifndef _NGX_HTTP_WHATSAUTH_INSPECTION_THREAD_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_INSPECTION_THREAD_H_INCLUDED_


#include "journey/inspection.h"


typedef void (*ngx_http_whatsauth_inspection_thread_pt)(void *data,
    ngx_log_t *log);


/* See ngx_http_whatsauth_inspection_is_full(). */
ngx_uint_t ngx_http_whatsauth_inspection_thread_is_full(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider, size_t len);

/*
 * Calls run in a thread, and then the inspection's handler, or destroys what
 * was forgotten meanwhile.
 */
void ngx_http_whatsauth_inspection_thread_run(
    ngx_http_whatsauth_inspection_t *inspection, ngx_thread_pool_t *pool,
    ngx_http_whatsauth_inspection_thread_pt run);

/*
 * Calls run in a thread, without waiting for those that verify, and then done.
 * NGX_ERROR: neither is called.
 */
ngx_int_t ngx_http_whatsauth_inspection_thread_free(
    ngx_http_whatsauth_inspection_t *inspection,
    ngx_http_whatsauth_inspection_thread_pt run, ngx_event_handler_pt done);


#endif /* _NGX_HTTP_WHATSAUTH_INSPECTION_THREAD_H_INCLUDED_ */

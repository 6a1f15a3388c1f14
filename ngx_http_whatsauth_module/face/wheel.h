
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * One timer for many: a slot for each of the next seconds.  It ticks while it
 * holds something, and does not keep a worker that is to exit.
 *
 * It also learns when the worker is to exit, which nginx tells connections
 * alone: the idle ones, of which it has one for that.
 */


#ifndef _NGX_HTTP_WHATSAUTH_WHEEL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_WHEEL_H_INCLUDED_


#include "kit/module.h"


#define NGX_HTTP_WHATSAUTH_WHEEL_SLOTS  64

/* Called for an entry whose time has come, which is in the wheel no more. */
typedef void (*ngx_http_whatsauth_wheel_pt)(ngx_queue_t *entry);


/* NGX_ERROR: no connection is left. */
ngx_int_t ngx_http_whatsauth_wheel_start(ngx_http_whatsauth_wheel_pt due,
    ngx_http_whatsauth_wheel_pt exiting);

/* seconds: from 1 to SLOTS - 1; entry is not in the wheel. */
void ngx_http_whatsauth_wheel_add(ngx_queue_t *entry, ngx_uint_t seconds);

/* Takes it out, wherever it is. */
void ngx_http_whatsauth_wheel_remove(ngx_queue_t *entry);

void ngx_http_whatsauth_wheel_exit_process(void);


#endif /* _NGX_HTTP_WHATSAUTH_WHEEL_H_INCLUDED_ */

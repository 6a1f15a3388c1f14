
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_DUE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_DUE_H_INCLUDED_


#include "kit/module.h"


/*
 * Each worker scans each second for due work: expiries, purges, and callbacks
 * that no worker has taken or whose lease has ended.
 */
ngx_int_t ngx_http_whatsauth_due_init_process(ngx_cycle_t *cycle);

/* Work is due that no worker has taken yet: scan now. */
void ngx_http_whatsauth_due_left(void);

/* A permit is free again: scan now if work is left over. */
void ngx_http_whatsauth_due_hurry(void);


#endif /* _NGX_HTTP_WHATSAUTH_DUE_H_INCLUDED_ */

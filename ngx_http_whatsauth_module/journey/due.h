
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_DUE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_DUE_H_INCLUDED_


#include "kit/module.h"


/*
 * Each worker looks each second for what is due: expiries, purges, and
 * callbacks that nobody has claimed or whose claim has run out.
 */
ngx_int_t ngx_http_whatsauth_due_init_process(ngx_cycle_t *cycle);

/* Work may have become due that nobody has claimed for want of a place. */
void ngx_http_whatsauth_due_left(void);

/* A place has become free: if work was left for want of one, look now. */
void ngx_http_whatsauth_due_hurry(void);


#endif /* _NGX_HTTP_WHATSAUTH_DUE_H_INCLUDED_ */

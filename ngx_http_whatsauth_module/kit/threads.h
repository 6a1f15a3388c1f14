
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_THREADS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_THREADS_H_INCLUDED_


#include "kit/conf.h"


/* Finds the pool, or creates it; in the master, once all is read. */
ngx_int_t ngx_http_whatsauth_threads_init_module(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_THREADS_H_INCLUDED_ */

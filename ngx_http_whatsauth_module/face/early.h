
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Requests that are early: they come before this worker can read any code, id
 * or cookie, in the first moments of a start.  They wait, instead of being
 * refused for a reason that is over before their client can ask again.
 */


#ifndef _NGX_HTTP_WHATSAUTH_EARLY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_EARLY_H_INCLUDED_


#include "kit/module.h"


/*
 * Adds the phase handler.  It stands before those that read the store, and so
 * is to be added after them: nginx asks the last one first.
 */
ngx_int_t ngx_http_whatsauth_early_init(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_EARLY_H_INCLUDED_ */

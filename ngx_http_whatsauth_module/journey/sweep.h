
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SWEEP_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SWEEP_H_INCLUDED_


#include "kit/module.h"


/*
 * Expires and purges records slice by slice, as long as there are any; does
 * nothing while a sweep of this worker is under way.
 */
void ngx_http_whatsauth_sweep(void);


#endif /* _NGX_HTTP_WHATSAUTH_SWEEP_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_GATE_BYPASS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATE_BYPASS_H_INCLUDED_


#include "kit/conf.h"


/*
 * Warns of each location by a regex that has no gate and takes requests from
 * a gated location: nginx prefers it to a prefix without "^~".  The line
 * "whatsauth_gate off" in it says that it is meant.
 */
void ngx_http_whatsauth_gate_bypass(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_GATE_BYPASS_H_INCLUDED_ */

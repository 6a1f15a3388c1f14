
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ORPHAN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ORPHAN_H_INCLUDED_


#include "kit/module.h"


/*
 * Logs that callbacks wait for an app that is not configured any more: once in
 * each worker, not once a minute for each record.
 */
void ngx_http_whatsauth_orphan_note(ngx_str_t *name);


#endif /* _NGX_HTTP_WHATSAUTH_ORPHAN_H_INCLUDED_ */

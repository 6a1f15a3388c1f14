
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_


#include "ngx_http_whatsauth_module.h"


/* The word for why the store did nothing with a message, or NULL. */
const char *ngx_http_whatsauth_reason(lmdb_store_result_t result);

/*
 * A message with a code that does nothing leaves one line, the code never
 * does.  app may be NULL: then key is not looked at.
 */
void ngx_http_whatsauth_reason_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key);


#endif /* _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_ */

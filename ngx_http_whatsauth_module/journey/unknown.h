
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_UNKNOWN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_UNKNOWN_H_INCLUDED_


#include "kit/module.h"

#include "protocol/message.h"


/*
 * Logs the fields that a provider has added, each once in each worker: an
 * operator learns of them before they matter.
 */
void ngx_http_whatsauth_unknown_fields(const whatsauth_message_batch_t *batch,
    ngx_log_t *log);


#endif /* _NGX_HTTP_WHATSAUTH_UNKNOWN_H_INCLUDED_ */

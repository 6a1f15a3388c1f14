
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_COMPLETION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_COMPLETION_H_INCLUDED_


#include "ledger/ledger.h"


/*
 * Tells the store the end of an attempt, a COMPLETE, and sends the reply that
 * the store may grant for it.  If the store takes no operations, the lease of
 * the take ends, and another attempt follows.
 */
void ngx_http_whatsauth_completion(ledger_op_t *op);


#endif /* _NGX_HTTP_WHATSAUTH_COMPLETION_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CALLBACK_OUTCOME_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CALLBACK_OUTCOME_H_INCLUDED_


#include "kit/app.h"
#include "wire/outgoing.h"

#include "ledger/ledger.h"


/*
 * What the end of attempt n (from 1) at a callback means for its record: fills
 * outcome, error and next_at of a COMPLETE.
 */
void ngx_http_whatsauth_callback_outcome(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_app_t *app, ngx_uint_t n, ledger_op_t *op);


#endif /* _NGX_HTTP_WHATSAUTH_CALLBACK_OUTCOME_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CALLBACK_OUTCOME_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CALLBACK_OUTCOME_H_INCLUDED_


#include "kit/app.h"
#include "wire/outgoing.h"

#include "ledger/ledger.h"


/*
 * Decides what the end of attempt n (from 1) means for the record: fills
 * outcome, error and next_at of a COMPLETE, and logs a failure.
 */
void ngx_http_whatsauth_callback_outcome(ngx_http_whatsauth_outgoing_t *out,
    ngx_http_whatsauth_app_t *app, ngx_uint_t n, ledger_op_t *op);


#endif /* _NGX_HTTP_WHATSAUTH_CALLBACK_OUTCOME_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The record of a claim: whether it is the one that its holder may see, and
 * what a holder of anything else is told.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CLAIMED_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CLAIMED_H_INCLUDED_


#include "door/door.h"
#include "kit/app.h"
#include "kit/result.h"

#include "protocol/token.h"


/*
 * NONE if the record that was read is that of the claim, and of app; else the
 * result to refuse the request with.  app NULL: that of the record, which ctx
 * has from then on; pages of the origins that it lists may read the response.
 */
ngx_http_whatsauth_result_t ngx_http_whatsauth_claimed(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ledger_result_t result, const ledger_record_t *record);

/*
 * The response with such a result, or TOO_MANY_STREAMS: the same for claims
 * that are wrong, another app's and gone, so that it tells nothing about any
 * login.
 */
ngx_int_t ngx_http_whatsauth_claimed_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result);


#endif /* _NGX_HTTP_WHATSAUTH_CLAIMED_H_INCLUDED_ */

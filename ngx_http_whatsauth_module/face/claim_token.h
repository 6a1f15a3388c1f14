
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * A claim as it is written outside of cookies: with a prefix, which tells
 * scanners of logs and repositories what they have found.
 */


#ifndef _NGX_HTTP_WHATSAUTH_CLAIM_TOKEN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CLAIM_TOKEN_H_INCLUDED_


#include "door/door.h"

#include "protocol/token.h"


#define NGX_HTTP_WHATSAUTH_CLAIM_PREFIX  "wac_"


/*
 * Reads a claim of the API or the widget.  NGX_DECLINED: text is none, or that
 * of a page, which counts in its cookie alone: else somebody could set his own
 * claim as another's cookie.  NGX_ERROR: the store is not open.
 */
ngx_int_t ngx_http_whatsauth_claim_token(const whatsauth_text_t *text,
    whatsauth_token_t *claim);

/* The same for the one in Authorization. */
ngx_int_t ngx_http_whatsauth_claim_bearer(ngx_http_request_t *r,
    whatsauth_token_t *claim);

/* The response to what claim_token() returned, which was not NGX_OK. */
ngx_int_t ngx_http_whatsauth_claim_problem(ngx_http_request_t *r,
    ngx_int_t rc);


#endif /* _NGX_HTTP_WHATSAUTH_CLAIM_TOKEN_H_INCLUDED_ */

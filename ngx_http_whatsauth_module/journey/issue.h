
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ISSUE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ISSUE_H_INCLUDED_


#include "door/store.h"
#include "face/parameters.h"
#include "kit/app.h"


/* One request for a code, while its record is being committed. */

typedef struct {
    ngx_http_request_t               *request;
    ngx_http_whatsauth_app_t         *app;
    ngx_http_whatsauth_wait_t        *wait;
    ngx_http_whatsauth_parameters_t   parameters;
} ngx_http_whatsauth_issue_t;


/*
 * The answer once op is decided; returns what ngx_http_finalize_request() is
 * to be given.
 */
ngx_int_t ngx_http_whatsauth_issue_answer(ngx_http_whatsauth_issue_t *issue,
    const ledger_op_t *op);


#endif /* _NGX_HTTP_WHATSAUTH_ISSUE_H_INCLUDED_ */

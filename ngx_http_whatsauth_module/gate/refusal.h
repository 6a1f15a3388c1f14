
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REFUSAL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REFUSAL_H_INCLUDED_


#include "kit/conf.h"
#include "kit/result.h"


/*
 * Refuses a request in the access phase: a navigation with the login page in
 * place, anything else with problem+json, and either by the operator's own
 * error_page if the location has one for the status.  Returns what the handler
 * of the phase returns.
 */
ngx_int_t ngx_http_whatsauth_refusal(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_result_t result);


#endif /* _NGX_HTTP_WHATSAUTH_REFUSAL_H_INCLUDED_ */

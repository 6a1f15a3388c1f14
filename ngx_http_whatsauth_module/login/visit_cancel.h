
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_VISIT_CANCEL_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VISIT_CANCEL_H_INCLUDED_


#include "journey/cancel.h"
#include "login/visit.h"


/* Responds to what became of the login; end is valid during the call. */
typedef ngx_int_t (*ngx_http_whatsauth_visit_cancel_pt)(
    ngx_http_whatsauth_visit_t *visit, void *data,
    const ngx_http_whatsauth_by_claim_end_t *end);

/*
 * Ends the login of the visit's claim, which it has, and hands the end to
 * handler, within this call or later.  Returns as a content handler does, and
 * so does handler.
 */
ngx_int_t ngx_http_whatsauth_visit_cancel(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_visit_cancel_pt handler, void *data);


#endif /* _NGX_HTTP_WHATSAUTH_VISIT_CANCEL_H_INCLUDED_ */

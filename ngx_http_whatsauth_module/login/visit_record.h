
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_VISIT_RECORD_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VISIT_RECORD_H_INCLUDED_


#include "login/render.h"
#include "login/visit.h"

#include "ledger/ledger.h"


/* Responds with what it makes of a record; NULL: there is none. */
typedef ngx_int_t (*ngx_http_whatsauth_visit_record_pt)(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record);

/*
 * Hands the record that the visit's claim proves to handler, within this call
 * or later; record is valid during the call.  Responds by itself if the store
 * cannot be read.  Returns as a content handler does, and so does handler.
 */
ngx_int_t ngx_http_whatsauth_visit_record(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_visit_record_pt handler);

/* The state of the page that a record is in. */
ngx_http_whatsauth_page_state_t ngx_http_whatsauth_visit_record_state(
    const ledger_record_t *record);


#endif /* _NGX_HTTP_WHATSAUTH_VISIT_RECORD_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOOKUP_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOOKUP_H_INCLUDED_


#include "kit/module.h"

#include "ledger/ledger.h"


/* Responds with what it makes of a record; NULL: there is none. */
typedef ngx_int_t (*ngx_http_whatsauth_lookup_pt)(ngx_http_request_t *r,
    const ledger_record_t *record);

/*
 * Hands the record of an id to handler, within this call or later; record is
 * valid during the call.  Responds by itself if the store cannot be read.
 * Returns as a content handler does, and so does handler.
 */
ngx_int_t ngx_http_whatsauth_lookup(ngx_http_request_t *r, const ngx_str_t *id,
    ngx_http_whatsauth_lookup_pt handler);


#endif /* _NGX_HTTP_WHATSAUTH_LOOKUP_H_INCLUDED_ */

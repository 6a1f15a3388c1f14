
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_TEXT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_TEXT_H_INCLUDED_


#include "provider/account.h"


/*
 * The replies, LEDGER_REPLY_*, that could be sent for a record by the provider
 * and the route that its message came in on.
 */
unsigned ngx_http_whatsauth_replies(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record,
    const ngx_http_whatsauth_provider_t *provider, const ledger_text_t *route);

/* The record's own text or, if it has none, the app's. */
whatsauth_text_t ngx_http_whatsauth_reply_text(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_TEXT_H_INCLUDED_ */

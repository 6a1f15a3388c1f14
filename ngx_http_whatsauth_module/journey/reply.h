
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The text that a user gets back, and the question for a hidden phone number.
 * They never block nor decide anything, and the store grants at most one of
 * each to a verification.  Without a place they wait for a few seconds.  A
 * failed reply is not sent again, a question only if it did no harm.
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_H_INCLUDED_


#include "provider/reply_request.h"


/*
 * Sends the reply that the store has granted.  All texts may go when it
 * returns.
 */
void ngx_http_whatsauth_reply(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply,
    const ngx_http_whatsauth_destination_t *destination);

/*
 * Asks the user for the phone number.  NGX_DECLINED if so many questions have
 * been asked in this hour that this one is not.
 */
ngx_int_t ngx_http_whatsauth_ask(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_destination_t *destination);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The text that a user gets back.  It never blocks nor decides anything, and
 * the store grants at most one to a verification.  A failed reply is not sent
 * again.
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_H_INCLUDED_


#include "provider/account.h"
#include "provider/reply_request.h"


/*
 * The replies, LEDGER_REPLY_*, that could be sent for a record by the provider
 * and the route that its message came in on.
 */
unsigned ngx_http_whatsauth_replies(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record,
    const ngx_http_whatsauth_provider_t *provider, const ledger_text_t *route);

/*
 * Sends the reply that the store has granted.  All texts may go when it
 * returns.
 */
void ngx_http_whatsauth_reply(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned reply,
    const ngx_http_whatsauth_destination_t *destination);

/*
 * The same for a reply to the sender whose message the record has.  The store
 * has already spent it: for a record that is NULL, and for one whose app is
 * not configured any more, it is dropped.
 */
void ngx_http_whatsauth_reply_sender(const ledger_record_t *record,
    unsigned reply);

/*
 * Sends a text about a user's logins.  It has a limit of its own: an attacker
 * must not be able to use it up by other replies.
 */
void ngx_http_whatsauth_reply_of_login(ngx_http_whatsauth_app_t *app,
    ledger_channel_t channel, const whatsauth_text_t *text,
    const ngx_http_whatsauth_destination_t *destination);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_H_INCLUDED_ */

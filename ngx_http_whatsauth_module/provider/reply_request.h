
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_REQUEST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_REQUEST_H_INCLUDED_


#include "provider/provider.h"


/* Where a reply goes. */
typedef struct {
    unsigned           provider;
    ledger_text_t      sender;
    ledger_text_t      user_id;        /* looked at if sender is empty */
    ledger_text_t      route;
    ledger_text_t      message_id;
} ngx_http_whatsauth_destination_t;


/* The sender of a message with these texts, LEDGER_SENDER and so on. */
void ngx_http_whatsauth_destination(
    ngx_http_whatsauth_destination_t *destination, unsigned provider,
    const ledger_text_t *message);

/*
 * The POST to the provider's API, header and body, in pool, and the URL it
 * goes to, which lives as long as the configuration.  question is a word of
 * the provider's, for the text with a button that asks for the number, or NULL
 * for the text alone.  Returns NULL where no account can reply, or when memory
 * is out.
 */
ngx_buf_t *ngx_http_whatsauth_reply_request(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const whatsauth_text_t *text, const char *question,
    const ngx_http_whatsauth_destination_t *destination,
    whatsauth_url_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_REQUEST_H_INCLUDED_ */

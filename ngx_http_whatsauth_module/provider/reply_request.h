
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REPLY_REQUEST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REPLY_REQUEST_H_INCLUDED_


#include "journey/reply.h"
#include "kit/app.h"
#include "provider/meta.h"

#include "ledger/ledger.h"


/* 1 if the app has what it takes to send by this route. */
ngx_uint_t ngx_http_whatsauth_reply_possible(ngx_http_whatsauth_app_t *app,
    const ledger_text_t *route);

/*
 * The number at Meta that a message by this route can be answered from: the
 * one that it came to, or the one that stands for any.  NULL: none.
 */
ngx_http_whatsauth_meta_t *ngx_http_whatsauth_reply_meta(
    ngx_http_whatsauth_app_t *app, const ledger_text_t *route);

/* The content: text alone or, if question is not NULL, with a button. */
typedef struct {
    whatsauth_text_t   text;
    const char        *question;       /* WHATSAUTH_REPLY_..., Meta only */
    ngx_uint_t         attempt;        /* of a question, counted from 1 */
} ngx_http_whatsauth_reply_content_t;

/*
 * The POST to the provider's API, header and body, in pool, and the URL it
 * goes to, which lives as long as the configuration.  NULL when it cannot be.
 */
ngx_buf_t *ngx_http_whatsauth_reply_request(ngx_pool_t *pool,
    ngx_http_whatsauth_app_t *app, ledger_channel_t channel,
    const ngx_http_whatsauth_reply_content_t *content,
    const ngx_http_whatsauth_destination_t *destination,
    whatsauth_url_t *url);


#endif /* _NGX_HTTP_WHATSAUTH_REPLY_REQUEST_H_INCLUDED_ */

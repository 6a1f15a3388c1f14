
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Senders whose phone number is hidden behind a user id: with `hidden_number
 * request` they are asked for it, and only their answer validates the code.
 */


#ifndef _NGX_HTTP_WHATSAUTH_HIDDEN_NUMBER_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_HIDDEN_NUMBER_H_INCLUDED_


#include "provider/account.h"


/* 1 if the sender of a message is to be asked, by the route it came in on. */
ngx_uint_t ngx_http_whatsauth_hidden_number_asks(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider,
    const whatsauth_message_t *message, const ledger_text_t *route);

/*
 * NGX_OK and the key of a record, NGX_DECLINED if nobody was asked, NGX_ERROR
 * if the store cannot tell.
 */
typedef void (*ngx_http_whatsauth_hidden_number_pt)(void *data, ngx_int_t rc,
    uint64_t key);

/*
 * Looks for the record about which the sender of a contact card was asked, and
 * calls found once, at once or later.
 */
void ngx_http_whatsauth_hidden_number_find(
    ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message,
    ngx_http_whatsauth_hidden_number_pt found, void *data);


#endif /* _NGX_HTTP_WHATSAUTH_HIDDEN_NUMBER_H_INCLUDED_ */

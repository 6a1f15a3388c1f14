
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Messages reveal a wrong set-up: a secret, a number, the clock of this
 * machine.  Each of these faults stops all logins, and no other line at nginx's
 * default level of the error log shows it.
 */


#ifndef _NGX_HTTP_WHATSAUTH_TROUBLE_MESSAGES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TROUBLE_MESSAGES_H_INCLUDED_


#include "provider/account.h"

#include "ledger/ledger.h"


/* A POST that has no signature, and why it is refused. */
void ngx_http_whatsauth_trouble_unsigned(ngx_http_request_t *r,
    const char *why);

/* A body whose signature fits no secret, and why it is refused. */
void ngx_http_whatsauth_trouble_bad_signature(
    const ngx_http_whatsauth_webhook_t *webhook, ngx_log_t *log,
    const char *why);

/* A body that was verified. */
void ngx_http_whatsauth_trouble_verified(
    const ngx_http_whatsauth_webhook_t *webhook);

/* A message of the webhook with a code of an app that does not hear it. */
void ngx_http_whatsauth_trouble_unheard(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message, ngx_log_t *log);

/* A message of the provider that the app hears. */
void ngx_http_whatsauth_trouble_heard(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_provider_t *provider);

/* The store's result, and the time of issue of its code, milliseconds. */
void ngx_http_whatsauth_trouble_clock(const ledger_op_t *op,
    uint64_t issued);


#endif /* _NGX_HTTP_WHATSAUTH_TROUBLE_MESSAGES_H_INCLUDED_ */

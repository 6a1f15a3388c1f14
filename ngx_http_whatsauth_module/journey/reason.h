
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_


#include "provider/account.h"


/*
 * Why a message of the webhook does nothing with a code of app (NULL: one that
 * is not configured), or NULL if the store is to decide; then *account is the
 * one of the app that it came to.  Only a message to a number of that very
 * app, signed with a secret of that number, is heard: one tenant cannot speak
 * for another.
 */
const char *ngx_http_whatsauth_reason_unheard(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message,
    const ngx_http_whatsauth_account_t **account, ngx_log_t *log);

/* The word for why the store did nothing with a message, or NULL. */
const char *ngx_http_whatsauth_reason(ledger_result_t result);

/*
 * A message with a code that does nothing leaves one line, the code never
 * does.  app may be NULL: then key is not looked at.
 */
void ngx_http_whatsauth_reason_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key);


#endif /* _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_ */

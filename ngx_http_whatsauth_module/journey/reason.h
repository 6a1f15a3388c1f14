
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_


#include "provider/account.h"


/*
 * Why a message of the webhook with a code of app is ignored, or NULL if the
 * store is to decide; then *account is the one of the app that it came to.
 * app is NULL if it is not configured.  Only a message to a number of that
 * very app, signed with a secret of that number, is heard: one tenant cannot
 * speak for another.
 */
const char *ngx_http_whatsauth_reason_unheard(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_webhook_t *webhook,
    const whatsauth_message_t *message,
    const ngx_http_whatsauth_account_t **account, ngx_log_t *log);

/* The word for a result by which the store ignored a message, or NULL. */
const char *ngx_http_whatsauth_reason(ledger_result_t result);

/*
 * Logs that a message with a code was ignored.  The line never has the code,
 * which may still be live.  Without app, key does not count.
 */
void ngx_http_whatsauth_reason_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key);


#endif /* _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_ */

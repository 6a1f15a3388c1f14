
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_


#include "kit/app.h"
#include "kit/secret.h"

#include "ledger/ledger.h"
#include "protocol/message.h"


/*
 * Why a message does nothing with a code of app (NULL: one that is not
 * configured), or NULL if the store is to decide.  Only a message to a number
 * of that very app, signed with a secret of that number, is heard: one tenant
 * cannot speak for another.
 */
const char *ngx_http_whatsauth_reason_unheard(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message,
    ngx_log_t *log);

/* The word for why the store did nothing with a message, or NULL. */
const char *ngx_http_whatsauth_reason(ledger_result_t result);

/*
 * A message with a code that does nothing leaves one line, the code never
 * does.  app may be NULL: then key is not looked at.
 */
void ngx_http_whatsauth_reason_note(ngx_log_t *log, const char *reason,
    ngx_http_whatsauth_app_t *app, uint64_t key);


#endif /* _NGX_HTTP_WHATSAUTH_REASON_H_INCLUDED_ */

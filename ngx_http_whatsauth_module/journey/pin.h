
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_PIN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_PIN_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * Sends the PIN of a record to the sender of its message, in the words of a
 * warning, once the store has granted it.  pin: the number of this sending.  If
 * it cannot be sent, the record's step says so a moment later.
 */
void ngx_http_whatsauth_pin(ngx_http_whatsauth_app_t *app,
    const ledger_record_t *record, unsigned pin);


#endif /* _NGX_HTTP_WHATSAUTH_PIN_H_INCLUDED_ */

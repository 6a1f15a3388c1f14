
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_CHAT_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_CHAT_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * A text for the chat in the language with that number, written to buf, which
 * has room for CHAT_MAX bytes.  record: the login that it is about, or NULL.
 * pin: or NULL.  Empty if the app has no login any more.
 */
whatsauth_text_t ngx_http_whatsauth_chat(const ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_chat_number_t number, unsigned language,
    const ledger_record_t *record, const whatsauth_text_t *pin, u_char *buf);


#endif /* _NGX_HTTP_WHATSAUTH_CHAT_H_INCLUDED_ */

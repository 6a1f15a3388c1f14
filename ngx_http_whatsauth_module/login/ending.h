
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ENDING_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ENDING_H_INCLUDED_


#include "login/visit.h"

#include "ledger/ledger.h"


/*
 * Ends the session of key or, with subject, all sessions of that person, and
 * calls handler when they have ended; also if there was none left.  Responds by
 * itself if the store cannot be written.  Returns as a content handler does.
 */
ngx_int_t ngx_http_whatsauth_ending(ngx_http_whatsauth_visit_t *visit,
    uint64_t key, const ledger_text_t *subject,
    ngx_http_whatsauth_visit_pt handler);


#endif /* _NGX_HTTP_WHATSAUTH_ENDING_H_INCLUDED_ */

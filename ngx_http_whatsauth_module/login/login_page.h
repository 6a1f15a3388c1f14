
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOGIN_PAGE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOGIN_PAGE_H_INCLUDED_


#include "login/visit.h"

#include "ledger/ledger.h"


/*
 * Responds with the page that shows how the login stands; record NULL: none
 * has begun.  If the visit has a refusal, the page says that, too.
 */
ngx_int_t ngx_http_whatsauth_login_page(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record);


#endif /* _NGX_HTTP_WHATSAUTH_LOGIN_PAGE_H_INCLUDED_ */

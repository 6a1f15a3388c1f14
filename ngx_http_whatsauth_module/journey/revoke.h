
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_REVOKE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_REVOKE_H_INCLUDED_


#include "kit/app.h"

#include "ledger/ledger.h"


/*
 * Fills op with the end of sessions of app: of that of key or, with subject,
 * of all of that person.  The caller may narrow it by since and until, and add
 * texts that it wants back with the result.
 */
void ngx_http_whatsauth_revoke_op(ngx_http_whatsauth_app_t *app, uint64_t key,
    const ledger_text_t *subject, ledger_op_t *op);

/*
 * The sessions that op has ended, 0 if there was none left; NGX_ERROR if the
 * store does not tell.
 */
ngx_int_t ngx_http_whatsauth_revoke_ended(const ledger_op_t *op);


#endif /* _NGX_HTTP_WHATSAUTH_REVOKE_H_INCLUDED_ */

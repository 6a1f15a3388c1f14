
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_ORPHAN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ORPHAN_H_INCLUDED_


#include "kit/conf.h"

#include "ledger/ledger.h"


/*
 * An orphan is a callback whose app, or URL, is not configured any more.  It
 * is never sent, for nobody could sign it.  It waits, since the app may come
 * back with the next configuration, and is given up once retain is over.
 * Fills outcome, error and next_at of a COMPLETE.
 */
void ngx_http_whatsauth_orphan_outcome(const ledger_record_t *record,
    const ngx_http_whatsauth_main_conf_t *mcf, ledger_op_t *op);


#endif /* _NGX_HTTP_WHATSAUTH_ORPHAN_H_INCLUDED_ */

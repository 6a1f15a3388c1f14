
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/cancel.h"


/* The site's callback, if it gets one, is due at once for any worker. */

ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_cancel(ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ngx_http_whatsauth_done_pt done, void *data)
{
    ledger_op_t  op;

    ngx_memzero(&op, sizeof(ledger_op_t));

    op.kind = LEDGER_CANCEL;
    op.text[LEDGER_APP].data = (char *) app->name.data;
    op.text[LEDGER_APP].len = app->name.len;
    op.u.browser.key = claim->key;
    op.u.browser.retain = mcf->store.retain;

    ngx_memcpy(op.u.browser.digest, claim->digest, LEDGER_DIGEST_LEN);

    return ngx_http_whatsauth_door_submit(&op, done, data);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/revoke.h"


void
ngx_http_whatsauth_revoke_op(ngx_http_whatsauth_app_t *app, uint64_t key,
    const ledger_text_t *subject, ledger_op_t *op)
{
    ngx_memzero(op, sizeof(ledger_op_t));

    op->kind = LEDGER_REVOKE;
    op->text[LEDGER_APP].data = (char *) app->name.data;
    op->text[LEDGER_APP].len = app->name.len;
    op->u.revoke.key = key;

    if (subject != NULL) {
        op->text[LEDGER_OP_SUBJECT] = *subject;
    }
}


/* A person whom the app does not know has no session left, either. */

ngx_int_t
ngx_http_whatsauth_revoke_ended(const ledger_op_t *op)
{
    switch (op->result) {

    case LEDGER_OK:
        return op->u.revoke.ended;

    case LEDGER_UNKNOWN:
        return 0;

    default:
        return NGX_ERROR;
    }
}

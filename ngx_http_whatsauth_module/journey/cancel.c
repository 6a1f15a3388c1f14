
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/cancel.h"
#include "journey/due.h"


static ngx_int_t ngx_http_whatsauth_cancel_make(void *data,
    const ledger_record_t *record, ledger_op_t *op);
static void ngx_http_whatsauth_cancel_committed(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op);
static void ngx_http_whatsauth_cancel_end(void *data,
    ngx_http_whatsauth_by_claim_end_t *end);


static const ngx_http_whatsauth_by_claim_row_t
    ngx_http_whatsauth_cancel_rows[] =
{
    { LEDGER_OK, NGX_HTTP_WHATSAUTH_NONE, NULL },
    { LEDGER_ENDED, NGX_HTTP_WHATSAUTH_NONE, NULL },
    { LEDGER_USED, NGX_HTTP_WHATSAUTH_NONE, NULL },

    { LEDGER_UNKNOWN, NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
      "the claim leads to no login" },

    { LEDGER_RESULTS_N, NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
      "the login could not be ended" }
};

static const ngx_http_whatsauth_by_claim_kind_t
    ngx_http_whatsauth_cancel_kind =
{
    ngx_http_whatsauth_cancel_rows,
    ngx_http_whatsauth_cancel_make,
    ngx_http_whatsauth_cancel_committed,
    ngx_http_whatsauth_cancel_end
};


void
ngx_http_whatsauth_cancel(ngx_http_whatsauth_cancel_t *cancel)
{
    ngx_http_whatsauth_by_claim_t  *by_claim;

    by_claim = &cancel->by_claim;

    by_claim->kind = &ngx_http_whatsauth_cancel_kind;
    by_claim->op = LEDGER_CANCEL;
    by_claim->app = cancel->app;
    by_claim->claim = &cancel->claim;
    by_claim->data = cancel;

    ngx_http_whatsauth_by_claim(by_claim);
}


void
ngx_http_whatsauth_cancel_forget(void *data)
{
    ngx_http_whatsauth_cancel_t *cancel = data;

    ngx_http_whatsauth_by_claim_forget(&cancel->by_claim);
}


static ngx_int_t
ngx_http_whatsauth_cancel_make(void *data, const ledger_record_t *record,
    ledger_op_t *op)
{
    ngx_http_whatsauth_cancel_t *cancel = data;

    op->u.browser.retain = cancel->conf->store.retain;

    return NGX_OK;
}


static void
ngx_http_whatsauth_cancel_committed(ngx_http_whatsauth_app_t *app,
    const ledger_op_t *op)
{
    if (op->result == LEDGER_OK) {
        ngx_http_whatsauth_due_left();
    }
}


static void
ngx_http_whatsauth_cancel_end(void *data,
    ngx_http_whatsauth_by_claim_end_t *end)
{
    ngx_http_whatsauth_cancel_t *cancel = data;

    cancel->done(cancel->data, end);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/claimed.h"
#include "face/cors.h"
#include "kit/conf.h"
#include "kit/ctx.h"
#include "kit/problem.h"


ngx_http_whatsauth_result_t
ngx_http_whatsauth_claimed(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_token_t *claim,
    ledger_result_t result, const ledger_record_t *record)
{
    const ledger_text_t             *name;
    ngx_http_whatsauth_app_t        *own;
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (result == LEDGER_UNKNOWN) {
        return NGX_HTTP_WHATSAUTH_INVALID_CLAIM;
    }

    if (result != LEDGER_OK) {
        return NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE;
    }

    name = &record->text[LEDGER_APP];
    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    own = ngx_http_whatsauth_conf_app(mcf, name->data, name->len);

    if (own == NULL
        || (app != NULL && app != own)
        || !ledger_claim_is(record, claim->digest,
                            ngx_http_whatsauth_door_now()))
    {
        return NGX_HTTP_WHATSAUTH_INVALID_CLAIM;
    }

    if (app == NULL) {
        ngx_http_whatsauth_ctx(r)->app = own;

        if (ngx_http_whatsauth_cors_admit(r, own) != NGX_OK) {
            return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
        }
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


ngx_int_t
ngx_http_whatsauth_claimed_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result)
{
    const char  *detail;

    if (ngx_http_whatsauth_ctx(r)->app == NULL
        && ngx_http_whatsauth_cors_admit(r, NULL) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    switch (result) {

    case NGX_HTTP_WHATSAUTH_INVALID_CLAIM:
        detail = "there is no such claim";
        break;

    case NGX_HTTP_WHATSAUTH_TOO_MANY_STREAMS:
        detail = "too many requests wait here: ask now and then";
        break;

    default:
        detail = "the claim cannot be read";
    }

    return ngx_http_whatsauth_problem(r, result, detail);
}

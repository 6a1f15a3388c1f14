
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "face/lookup.h"
#include "journey/verification_json.h"
#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"

#include "protocol/code.h"


static ngx_int_t ngx_http_whatsauth_verification(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_verification_found(ngx_http_request_t *r,
    const ledger_record_t *record);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_verification_face = {
    ngx_string("verification/"),
    NGX_HTTP_WHATSAUTH_TOKEN_SERVER,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_verification },
      { 0, NULL } }
};


/* Lets a site that missed its callback fetch the result. */

static ngx_int_t
ngx_http_whatsauth_verification(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_lookup(r, &ngx_http_whatsauth_ctx(r)->rest,
                                     ngx_http_whatsauth_verification_found);
}


/* Another app's verification is as unknown as one that never was. */

static ngx_int_t
ngx_http_whatsauth_verification_found(ngx_http_request_t *r,
    const ledger_record_t *record)
{
    char                      *json, id[WHATSAUTH_ID_LEN];
    size_t                     len;
    const ledger_text_t       *app;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);
    app = record ? &record->text[LEDGER_APP] : NULL;

    if (app == NULL
        || app->len != ctx->app->name.len
        || ngx_memcmp(app->data, ctx->app->name.data, app->len) != 0)
    {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such verification");
    }

    ctx->id = ctx->rest;
    json = ngx_http_whatsauth_verification_json(record, ctx->app, 0, id,
                                                &len);

    return ngx_http_whatsauth_response_malloced(r, NGX_HTTP_WHATSAUTH_FOUND,
                                                "application/json", json, len);
}

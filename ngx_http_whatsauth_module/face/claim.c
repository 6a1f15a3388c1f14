
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/bearer.h"
#include "face/claim_token.h"
#include "face/face.h"
#include "face/form.h"
#include "face/hold.h"
#include "face/status.h"
#include "journey/collect.h"
#include "journey/verification_json.h"
#include "kit/header.h"
#include "kit/problem.h"
#include "kit/response.h"

#include <openssl/rand.h>

#include "protocol/signature.h"


#define NGX_HTTP_WHATSAUTH_CLAIM_KEY_MAX  255


/* One collection, until it is committed. */

typedef struct {
    ngx_http_whatsauth_hold_t      hold;
    ngx_http_whatsauth_collect_t   collect;
} ngx_http_whatsauth_claim_t;


static ngx_int_t ngx_http_whatsauth_claim_status(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_claim_post(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_claim_form(ngx_http_request_t *r,
    const whatsauth_text_t *form);
static ngx_int_t ngx_http_whatsauth_claim_field(ngx_http_request_t *r,
    const whatsauth_text_t *form, whatsauth_text_t *value);
static ngx_int_t ngx_http_whatsauth_claim_key(ngx_http_request_t *r,
    u_char *key);
static void ngx_http_whatsauth_claim_done(void *data,
    ngx_http_whatsauth_collected_t *collected);
static ngx_int_t ngx_http_whatsauth_claim_collected(ngx_http_request_t *r,
    ngx_http_whatsauth_collected_t *collected);
static ngx_int_t ngx_http_whatsauth_claim_refused(ngx_http_request_t *r,
    ngx_http_whatsauth_collected_t *collected);


static const ngx_http_whatsauth_form_field_t
    ngx_http_whatsauth_claim_fields[] =
{
    { whatsauth_text("claim"), 0, NULL },
    { whatsauth_text(""), 0, NULL }
};

static const ngx_str_t  ngx_http_whatsauth_claim_key_header =
    ngx_string("Idempotency-Key");


/* The claim itself stands for its app, so the row asks for no token. */

const ngx_http_whatsauth_face_t  ngx_http_whatsauth_claim_face = {
    ngx_string("claim"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    NGX_HTTP_WHATSAUTH_FACE_CORS,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_claim_status },
      { NGX_HTTP_POST, ngx_http_whatsauth_claim_post },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_claim_status(ngx_http_request_t *r)
{
    ngx_int_t          rc;
    whatsauth_token_t  claim;

    rc = ngx_http_whatsauth_claim_bearer(r, &claim);

    return ngx_http_whatsauth_status(r, NULL, rc == NGX_OK ? &claim : NULL);
}


/* Collects, for the server that has the app's token besides the claim. */

static ngx_int_t
ngx_http_whatsauth_claim_post(ngx_http_request_t *r)
{
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);

    if (ngx_http_whatsauth_bearer(r, &ctx->app, NULL) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->app == NULL) {
        return ngx_http_whatsauth_bearer_problem(r);
    }

    return ngx_http_whatsauth_form(r, ngx_http_whatsauth_claim_form);
}


static ngx_int_t
ngx_http_whatsauth_claim_form(ngx_http_request_t *r,
    const whatsauth_text_t *form)
{
    ngx_int_t                      rc;
    whatsauth_text_t               text;
    ngx_http_whatsauth_claim_t    *claim;
    ngx_http_whatsauth_collect_t  *collect;

    claim = ngx_palloc(r->pool, sizeof(ngx_http_whatsauth_claim_t));

    if (claim == NULL || ngx_http_whatsauth_hold(&claim->hold, r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    collect = &claim->collect;
    rc = ngx_http_whatsauth_claim_field(r, form, &text);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_OK) {
        return ngx_http_whatsauth_problem(r,
                                       NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                       "claim is required, in the body and "
                                       "once");
    }

    rc = ngx_http_whatsauth_claim_key(r, collect->key);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_OK) {
        return ngx_http_whatsauth_problem(r,
                                       NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                       "Idempotency-Key has 1 to 255 bytes, "
                                       "once");
    }

    rc = ngx_http_whatsauth_claim_token(&text, &collect->claim);

    if (rc != NGX_OK) {
        return ngx_http_whatsauth_claim_problem(r, rc);
    }

    collect->app = ngx_http_whatsauth_ctx(r)->app;
    collect->done = ngx_http_whatsauth_claim_done;
    collect->data = claim;

    ngx_http_whatsauth_collect(collect);

    return ngx_http_whatsauth_hold_until(&claim->hold,
                                         ngx_http_whatsauth_collect_forget,
                                         collect);
}


/* A claim in the query would stand in logs: there it does not count. */

static ngx_int_t
ngx_http_whatsauth_claim_field(ngx_http_request_t *r,
    const whatsauth_text_t *form, whatsauth_text_t *value)
{
    const char                   *detail;
    ngx_http_whatsauth_result_t   result;

    ngx_memzero(value, sizeof(whatsauth_text_t));

    if (form->data == (char *) r->args.data) {
        return NGX_DECLINED;
    }

    result = ngx_http_whatsauth_form_fields(r->pool, form,
                                            ngx_http_whatsauth_claim_fields,
                                            value, &detail);

    if (result == NGX_HTTP_WHATSAUTH_INTERNAL_ERROR) {
        return NGX_ERROR;
    }

    return result == NGX_HTTP_WHATSAUTH_NONE && value->len ? NGX_OK
                                                           : NGX_DECLINED;
}


/* Without the header nobody can bring the same key again. */

static ngx_int_t
ngx_http_whatsauth_claim_key(ngx_http_request_t *r, u_char *key)
{
    u_char      sha256[WHATSAUTH_SHA256_LEN];
    ngx_str_t   value;
    ngx_uint_t  n;

    n = ngx_http_whatsauth_header(r, &ngx_http_whatsauth_claim_key_header,
                                  &value);

    if (n == 0) {
        return RAND_bytes(key, LEDGER_DIGEST_LEN) == 1 ? NGX_OK : NGX_ERROR;
    }

    if (n > 1 || value.len == 0
        || value.len > NGX_HTTP_WHATSAUTH_CLAIM_KEY_MAX)
    {
        return NGX_DECLINED;
    }

    if (whatsauth_sha256(value.data, value.len, sha256) != 0) {
        return NGX_ERROR;
    }

    ngx_memcpy(key, sha256, LEDGER_DIGEST_LEN);

    return NGX_OK;
}


static void
ngx_http_whatsauth_claim_done(void *data,
    ngx_http_whatsauth_collected_t *collected)
{
    ngx_http_whatsauth_claim_t *claim = data;

    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(&claim->hold);

    rc = collected->result == NGX_HTTP_WHATSAUTH_COLLECTED
         ? ngx_http_whatsauth_claim_collected(r, collected)
         : ngx_http_whatsauth_claim_refused(r, collected);

    ngx_http_whatsauth_hold_end(&claim->hold, rc);
}


static ngx_int_t
ngx_http_whatsauth_claim_collected(ngx_http_request_t *r,
    ngx_http_whatsauth_collected_t *collected)
{
    char                      *json;
    size_t                     len;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);

    ctx->id.data = ngx_pnalloc(r->pool, WHATSAUTH_ID_LEN);
    if (ctx->id.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    json = ngx_http_whatsauth_verification_json(collected->record, ctx->app,
                                                collected->collected_at,
                                                (char *) ctx->id.data, &len);
    if (json != NULL) {
        ctx->id.len = WHATSAUTH_ID_LEN;
    }

    return ngx_http_whatsauth_response_malloced(r, collected->result,
                                                "application/json", json, len);
}


static ngx_int_t
ngx_http_whatsauth_claim_refused(ngx_http_request_t *r,
    ngx_http_whatsauth_collected_t *collected)
{
    size_t   len;
    u_char  *detail;

    if (collected->error == NULL) {
        return ngx_http_whatsauth_problem(r, collected->result,
                                          collected->detail);
    }

    len = ngx_strlen(collected->detail) + sizeof(": ")
          + ngx_strlen(collected->error);

    detail = ngx_pnalloc(r->pool, len);
    if (detail == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_sprintf(detail, "%s: %s%Z", collected->detail, collected->error);

    return ngx_http_whatsauth_problem(r, collected->result,
                                      (const char *) detail);
}

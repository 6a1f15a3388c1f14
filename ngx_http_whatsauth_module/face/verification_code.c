
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/claim_token.h"
#include "face/face.h"
#include "face/form.h"
#include "face/hold.h"
#include "face/page_token.h"
#include "face/public_url.h"
#include "face/start_limit.h"
#include "journey/issue.h"
#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"

#include "protocol/verification.h"


/* One request for a code, until its record is committed. */

typedef struct {
    ngx_http_whatsauth_hold_t    hold;
    ngx_http_whatsauth_issue_t   issue;
} ngx_http_whatsauth_verification_code_t;


static ngx_int_t ngx_http_whatsauth_verification_code(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_verification_code_form(
    ngx_http_request_t *r, const whatsauth_text_t *form);
static ngx_int_t ngx_http_whatsauth_verification_code_later(
    ngx_http_request_t *r, time_t wait);
static void ngx_http_whatsauth_verification_code_done(void *data,
    ngx_http_whatsauth_issued_t *issued);
static ngx_int_t ngx_http_whatsauth_verification_code_issued(
    ngx_http_request_t *r, ngx_uint_t qr,
    ngx_http_whatsauth_issued_t *issued);
static ngx_int_t ngx_http_whatsauth_verification_code_headers(
    ngx_http_request_t *r, ngx_http_whatsauth_issued_t *issued);
static ngx_int_t ngx_http_whatsauth_verification_code_claim(
    ngx_http_request_t *r, const ngx_str_t *claim);
static ngx_int_t ngx_http_whatsauth_verification_code_qr(ngx_http_request_t *r,
    ngx_str_t *member);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_verification_code_face = {
    ngx_string("verification_code"),
    NGX_HTTP_WHATSAUTH_TOKEN_PAGE,
    NGX_HTTP_WHATSAUTH_FACE_CORS,
    { { NGX_HTTP_GET|NGX_HTTP_POST, ngx_http_whatsauth_verification_code },
      { 0, NULL } }
};


/* Refuses by the token, before the body is read, as much as possible. */

static ngx_int_t
ngx_http_whatsauth_verification_code(ngx_http_request_t *r)
{
    ngx_http_whatsauth_ctx_t                *ctx;
    ngx_http_whatsauth_result_t              result;
    ngx_http_whatsauth_parameters_t         *p;
    ngx_http_whatsauth_verification_code_t  *vc;

    vc = ngx_palloc(r->pool, sizeof(ngx_http_whatsauth_verification_code_t));
    if (vc == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = ngx_http_whatsauth_ctx(r);
    ctx->data = vc;

    p = &vc->issue.parameters;
    result = ngx_http_whatsauth_parameters_start(p, r->pool, ctx->app,
                                                 ctx->page);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_problem(r, result, p->detail);
    }

    if (!ngx_http_whatsauth_page_token_admits(r, ctx->app, ctx->page,
                                              ctx->listed))
    {
        return ngx_http_whatsauth_problem(r,
                                  NGX_HTTP_WHATSAUTH_ORIGIN_NOT_ALLOWED,
                                  "a page token needs an Origin that the app "
                                  "lists");
    }

    return ngx_http_whatsauth_form(r,
                                   ngx_http_whatsauth_verification_code_form);
}


/* A code that is refused does not count against the client's limit. */

static ngx_int_t
ngx_http_whatsauth_verification_code_form(ngx_http_request_t *r,
    const whatsauth_text_t *form)
{
    time_t                                   wait;
    ngx_http_whatsauth_ctx_t                *ctx;
    ngx_http_whatsauth_issue_t              *issue;
    ngx_http_whatsauth_result_t              result;
    ngx_http_whatsauth_verification_code_t  *vc;

    ctx = ngx_http_whatsauth_ctx(r);
    vc = ctx->data;
    issue = &vc->issue;

    result = ngx_http_whatsauth_parameters_read(&issue->parameters, form);

    if (result == NGX_HTTP_WHATSAUTH_NONE) {
        result = ngx_http_whatsauth_parameters_check(&issue->parameters);
    }

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_problem(r, result, issue->parameters.detail);
    }

    wait = ctx->page ? ngx_http_whatsauth_start_limit_wait(r, ctx->app) : 0;

    if (wait) {
        return ngx_http_whatsauth_verification_code_later(r, wait);
    }

    if (ngx_http_whatsauth_hold(&vc->hold, r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&issue->claim, sizeof(ngx_http_whatsauth_issue_claim_t));

    if (issue->parameters.claim) {
        issue->claim.kind = WHATSAUTH_TOKEN_CLAIM;
    }

    issue->log = r->connection->log;
    issue->done = ngx_http_whatsauth_verification_code_done;
    issue->data = vc;

    return ngx_http_whatsauth_hold_wait(&vc->hold,
                                        ngx_http_whatsauth_issue(issue));
}


static ngx_int_t
ngx_http_whatsauth_verification_code_later(ngx_http_request_t *r, time_t wait)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN);
    if (value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%T", wait) - value.data;

    if (ngx_http_whatsauth_response_header(r, "Retry-After", &value)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS,
                                      "this address has asked for the codes "
                                      "that start_limit allows");
}


static void
ngx_http_whatsauth_verification_code_done(void *data,
    ngx_http_whatsauth_issued_t *issued)
{
    ngx_http_whatsauth_verification_code_t *vc = data;

    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ngx_http_whatsauth_hold_request(&vc->hold);

    if (issued->result == NGX_HTTP_WHATSAUTH_ISSUED) {
        rc = ngx_http_whatsauth_verification_code_issued(r,
                                            vc->issue.parameters.qr, issued);

    } else {
        rc = ngx_http_whatsauth_problem(r, issued->result, issued->detail);
    }

    ngx_http_whatsauth_hold_end(&vc->hold, rc);
}


/*
 * Byte for byte the hosted service's body.  Nothing in it needs JSON escapes:
 * texts are percent-encoded, the rest are digits and a checked URL.
 */

static ngx_int_t
ngx_http_whatsauth_verification_code_issued(ngx_http_request_t *r,
    ngx_uint_t qr, ngx_http_whatsauth_issued_t *issued)
{
    size_t     len;
    ngx_str_t  body, member;

    ngx_str_null(&member);

    if (ngx_http_whatsauth_verification_code_headers(r, issued) != NGX_OK
        || (qr && ngx_http_whatsauth_verification_code_qr(r, &member)
                  != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    len = sizeof("{\"code\":\"\",\"link\":\"\",\"deep_link\":\"\"}")
          + WHATSAUTH_CODE_LEN + issued->link.len + member.len
          + issued->deep_link.len;

    body.data = ngx_pnalloc(r->pool, len);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_sprintf(body.data, "{\"code\":\"%*s\",\"link\":\"%V\",%V"
                                      "\"deep_link\":\"%V\"}",
                           (size_t) WHATSAUTH_CODE_LEN, issued->code,
                           &issued->link, &member, &issued->deep_link)
               - body.data;

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_ISSUED,
                                       "application/json", &body);
}


static ngx_int_t
ngx_http_whatsauth_verification_code_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_issued_t *issued)
{
    ngx_str_t                  expires_at;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);

    ctx->id.data = ngx_pnalloc(r->pool, WHATSAUTH_ID_LEN + WHATSAUTH_TIME_LEN);
    if (ctx->id.data == NULL) {
        return NGX_ERROR;
    }

    ctx->id.len = WHATSAUTH_ID_LEN;
    ngx_memcpy(ctx->id.data, issued->id, WHATSAUTH_ID_LEN);

    expires_at.data = ctx->id.data + WHATSAUTH_ID_LEN;
    expires_at.len = WHATSAUTH_TIME_LEN;
    whatsauth_time_format(issued->expires_at, (char *) expires_at.data);

    if (ngx_http_whatsauth_response_header(r, "whatsauth-id", &ctx->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (issued->claim.len
        && ngx_http_whatsauth_verification_code_claim(r, &issued->claim)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_response_header(r, "whatsauth-expires-at",
                                              &expires_at);
}


/* The prefix tells scanners of logs and repositories what they have found. */

static ngx_int_t
ngx_http_whatsauth_verification_code_claim(ngx_http_request_t *r,
    const ngx_str_t *claim)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(r->pool, sizeof(NGX_HTTP_WHATSAUTH_CLAIM_PREFIX)
                                      + claim->len);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, NGX_HTTP_WHATSAUTH_CLAIM_PREFIX "%V",
                            claim)
                - value.data;

    return ngx_http_whatsauth_response_header(r, "whatsauth-claim", &value);
}


static ngx_int_t
ngx_http_whatsauth_verification_code_qr(ngx_http_request_t *r,
    ngx_str_t *member)
{
    size_t      len;
    ngx_str_t   base, *id;

    id = &ngx_http_whatsauth_ctx(r)->id;

    if (ngx_http_whatsauth_public_url(r, &base) != NGX_OK) {
        return NGX_ERROR;
    }

    len = sizeof("\"qr\":\"qr/.png\",") + base.len + id->len;

    member->data = ngx_pnalloc(r->pool, len);
    if (member->data == NULL) {
        return NGX_ERROR;
    }

    member->len = ngx_sprintf(member->data, "\"qr\":\"%Vqr/%V.png\",", &base,
                              id)
                  - member->data;

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/bearer.h"
#include "face/claim_token.h"
#include "face/form.h"
#include "kit/body.h"
#include "kit/ctx.h"
#include "kit/header.h"
#include "login/cookie_jar.h"
#include "login/csrf.h"
#include "login/policy.h"
#include "login/refuse.h"
#include "login/same_site.h"
#include "login/visit.h"


static ngx_http_whatsauth_visit_t *ngx_http_whatsauth_visit_create(
    ngx_http_request_t *r, ngx_http_whatsauth_visit_pt handler);
static ngx_int_t ngx_http_whatsauth_visit_get(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_visit_form(ngx_http_request_t *r,
    const whatsauth_text_t *form);
static ngx_uint_t ngx_http_whatsauth_visit_admits(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_site_t site);
static ngx_int_t ngx_http_whatsauth_visit_claim(
    ngx_http_whatsauth_visit_t *visit);


ngx_int_t
ngx_http_whatsauth_visit(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler)
{
    ngx_http_whatsauth_visit_t  *visit;

    visit = ngx_http_whatsauth_visit_create(r, handler);

    return visit != NULL ? ngx_http_whatsauth_visit_get(visit)
                         : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


ngx_int_t
ngx_http_whatsauth_visit_json(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler)
{
    ngx_http_whatsauth_visit_t  *visit;

    visit = ngx_http_whatsauth_visit_create(r, handler);
    if (visit == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    visit->json = 1;

    return ngx_http_whatsauth_visit_get(visit);
}


ngx_int_t
ngx_http_whatsauth_visit_frame(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler)
{
    ngx_http_whatsauth_visit_t  *visit;

    visit = ngx_http_whatsauth_visit_create(r, handler);

    if (visit == NULL || ngx_http_whatsauth_policy(r, 1) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    visit->frame = 1;

    return ngx_http_whatsauth_visit_get(visit);
}


static ngx_int_t
ngx_http_whatsauth_visit_get(ngx_http_whatsauth_visit_t *visit)
{
    const char                   *detail;
    whatsauth_text_t              query;
    ngx_http_request_t           *r;
    ngx_http_whatsauth_ctx_t     *ctx;
    ngx_http_whatsauth_fields_t   fields;

    r = visit->request;
    ctx = ngx_http_whatsauth_ctx(r);
    visit->cookies = ngx_http_whatsauth_same_site(r, ctx->listed)
                     != NGX_HTTP_WHATSAUTH_SITE_LISTED;

    query = ngx_http_whatsauth_text(&r->args);

    if (ngx_http_whatsauth_fields(r->pool, &query, &fields, &detail)
        == NGX_HTTP_WHATSAUTH_NONE)
    {
        visit->fields = fields;
    }

    if (ngx_http_whatsauth_visit_claim(visit) != NGX_OK) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                         "the store is not open");
    }

    return visit->handler(visit);
}


ngx_int_t
ngx_http_whatsauth_visit_post(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler)
{
    if (ngx_http_whatsauth_visit_create(r, handler) == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_form(r, ngx_http_whatsauth_visit_form);
}


static ngx_http_whatsauth_visit_t *
ngx_http_whatsauth_visit_create(ngx_http_request_t *r,
    ngx_http_whatsauth_visit_pt handler)
{
    ngx_http_whatsauth_ctx_t    *ctx;
    ngx_http_whatsauth_visit_t  *visit;

    visit = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_visit_t));
    if (visit == NULL) {
        return NULL;
    }

    ctx = ngx_http_whatsauth_ctx(r);
    ctx->data = visit;

    visit->request = r;
    visit->app = ctx->app;
    visit->handler = handler;
    visit->json = ngx_http_whatsauth_header_accepts(r, "application/json")
                  ? 1 : 0;

    return visit;
}


/*
 * Without a body ngx_http_whatsauth_form() takes the query.  A PIN does not
 * belong there, and a link of another site could bring one along.
 */

static ngx_int_t
ngx_http_whatsauth_visit_form(ngx_http_request_t *r,
    const whatsauth_text_t *form)
{
    const char                   *detail;
    whatsauth_text_t              body;
    ngx_http_whatsauth_ctx_t     *ctx;
    ngx_http_whatsauth_site_t     site;
    ngx_http_whatsauth_visit_t   *visit;
    ngx_http_whatsauth_result_t   result;

    ctx = ngx_http_whatsauth_ctx(r);
    visit = ctx->data;
    body = *form;

    if (ngx_http_whatsauth_body_len(r) == 0) {
        body.len = 0;
    }

    result = ngx_http_whatsauth_fields(r->pool, &body, &visit->fields, &detail);

    site = ngx_http_whatsauth_same_site(r, ctx->listed);
    visit->cookies = site != NGX_HTTP_WHATSAUTH_SITE_LISTED
                     && !ngx_http_whatsauth_fields_on(&visit->fields.claim);

    if (ngx_http_whatsauth_visit_claim(visit) != NGX_OK) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                         "the store is not open");
    }

    visit->json |= !visit->cookies;

    if (!ngx_http_whatsauth_visit_admits(visit, site)) {
        return ngx_http_whatsauth_refuse(visit, NGX_HTTP_WHATSAUTH_CROSS_SITE,
                                         "the request comes from another "
                                         "site's page");
    }

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_refuse(visit, result, detail);
    }

    return visit->handler(visit);
}


static ngx_uint_t
ngx_http_whatsauth_visit_admits(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_site_t site)
{
    switch (site) {

    case NGX_HTTP_WHATSAUTH_SITE_OWN:
    case NGX_HTTP_WHATSAUTH_SITE_LISTED:
        return 1;

    case NGX_HTTP_WHATSAUTH_SITE_SILENT:
        return ngx_http_whatsauth_csrf_fits(visit->request, visit->app,
                                            &visit->fields.csrf);

    default:
        return 0;
    }
}


/*
 * A Bearer that is no claim does not let the cookies count: the widget would
 * go on with somebody else's login.
 */

static ngx_int_t
ngx_http_whatsauth_visit_claim(ngx_http_whatsauth_visit_t *visit)
{
    ngx_int_t         rc;
    whatsauth_text_t  token;

    if (ngx_http_whatsauth_bearer_token(visit->request, &token) == NGX_OK) {
        visit->cookies = 0;
        visit->json = 1;

        rc = ngx_http_whatsauth_claim_token(&token, &visit->claim);

    } else if (visit->cookies) {
        rc = ngx_http_whatsauth_cookie_jar_get(visit->request, visit->app,
                                              NGX_HTTP_WHATSAUTH_COOKIE_CLAIM,
                                              &visit->claim);
        visit->spoilt = rc == NGX_ABORT;

    } else {
        rc = NGX_DECLINED;
    }

    visit->claimed = rc == NGX_OK;

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "face/bearer.h"
#include "face/cors.h"
#include "face/endpoint.h"
#include "face/page_token.h"
#include "journey/callback.h"
#include "journey/issue.h"
#include "journey/link.h"
#include "kit/body.h"
#include "kit/ctx.h"
#include "kit/response.h"

#include "protocol/qr.h"


#define NGX_HTTP_WHATSAUTH_METHODS   "GET, POST, OPTIONS"
#define NGX_HTTP_WHATSAUTH_FORM      "application/x-www-form-urlencoded"

/* All parameters at their longest, percent-encoded. */
#define NGX_HTTP_WHATSAUTH_FORM_MAX  16384


static ngx_int_t ngx_http_whatsauth_issue_post(ngx_http_request_t *r);
static void ngx_http_whatsauth_issue_form(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_issue_no_form(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_issue(ngx_http_request_t *r,
    const whatsauth_text_t *form);
static ngx_int_t ngx_http_whatsauth_issue_qr_fits(
    ngx_http_whatsauth_issue_t *issue);
static ngx_int_t ngx_http_whatsauth_issue_later(ngx_http_request_t *r,
    time_t wait);
static ngx_int_t ngx_http_whatsauth_issue_submit(
    ngx_http_whatsauth_issue_t *issue);
static ngx_int_t ngx_http_whatsauth_issue_op(ngx_http_whatsauth_issue_t *issue,
    ledger_op_t *op);
static void ngx_http_whatsauth_issue_abort(void *data);
static void ngx_http_whatsauth_issue_done(void *data,
    const ledger_op_t *op);


ngx_int_t
ngx_http_whatsauth_verification_code_handler(ngx_http_request_t *r)
{
    ngx_uint_t                 page, listed;
    whatsauth_text_t           form;
    ngx_http_whatsauth_ctx_t  *ctx;

    if (r->method == NGX_HTTP_OPTIONS) {
        return ngx_http_whatsauth_preflight(r, NGX_HTTP_WHATSAUTH_METHODS);
    }

    ctx = ngx_http_whatsauth_get_ctx(r);

    page = 0;

    if (ngx_http_whatsauth_bearer(r, &ctx->app, &page) != NGX_OK
        || ngx_http_whatsauth_cors(r, ctx->app, &listed) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_POST) {
        return ngx_http_whatsauth_method_not_allowed(r,
                                                NGX_HTTP_WHATSAUTH_METHODS);
    }

    if (ctx->app == NULL) {
        return ngx_http_whatsauth_bearer_problem(r);
    }

    if (!ctx->app->enabled) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_APP_DISABLED,
                                          "the app is switched off");
    }

    if (!ngx_http_whatsauth_page_token_admits(r, ctx->app, page, listed)) {
        return ngx_http_whatsauth_problem(r,
                                  NGX_HTTP_WHATSAUTH_ORIGIN_NOT_ALLOWED,
                                  "a page token needs an Origin that the app "
                                  "lists");
    }

    ctx->page = page;

    if (r->method == NGX_HTTP_POST) {
        return ngx_http_whatsauth_issue_post(r);
    }

    form = ngx_http_whatsauth_text(&r->args);

    return ngx_http_whatsauth_issue(r, &form);
}


static ngx_int_t
ngx_http_whatsauth_issue_post(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    if (r->headers_in.content_length_n > 0
        && !ngx_http_whatsauth_body_is(r, NGX_HTTP_WHATSAUTH_FORM))
    {
        return ngx_http_whatsauth_issue_no_form(r);
    }

    if (r->headers_in.content_length_n > NGX_HTTP_WHATSAUTH_FORM_MAX) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_BODY_TOO_LARGE,
                                          "a form may have 16384 bytes");
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_whatsauth_issue_form);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


/*
 * Without a body, whatever its type, there are only defaults and the query:
 * fetch() and curl -X POST send none.
 */

static void
ngx_http_whatsauth_issue_form(ngx_http_request_t *r)
{
    size_t            len;
    ngx_int_t         rc;
    whatsauth_text_t  form;

    len = ngx_http_whatsauth_body_len(r);

    if (len == 0) {
        form = ngx_http_whatsauth_text(&r->args);
        rc = ngx_http_whatsauth_issue(r, &form);

    } else if (!ngx_http_whatsauth_body_is(r, NGX_HTTP_WHATSAUTH_FORM)) {
        rc = ngx_http_whatsauth_issue_no_form(r);

    } else if (len > NGX_HTTP_WHATSAUTH_FORM_MAX) {
        rc = ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_BODY_TOO_LARGE,
                                        "a form may have 16384 bytes");

    } else if (ngx_http_whatsauth_body(r, &form) != NGX_OK) {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;

    } else {
        rc = ngx_http_whatsauth_issue(r, &form);
    }

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
ngx_http_whatsauth_issue_no_form(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_problem(r,
                                  NGX_HTTP_WHATSAUTH_UNSUPPORTED_MEDIA_TYPE,
                                  NGX_HTTP_WHATSAUTH_FORM " is expected");
}


static ngx_int_t
ngx_http_whatsauth_issue(ngx_http_request_t *r, const whatsauth_text_t *form)
{
    time_t                        wait;
    ngx_int_t                     rc;
    const char                   *detail;
    ngx_http_whatsauth_ctx_t     *ctx;
    ngx_http_whatsauth_issue_t   *issue;
    ngx_http_whatsauth_result_t   result;

    issue = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_issue_t));
    if (issue == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = ngx_http_whatsauth_get_ctx(r);

    issue->request = r;
    issue->app = ctx->app;
    issue->parameters.page = ctx->page;

    result = ngx_http_whatsauth_parameters(r, ctx->app, form,
                                           &issue->parameters, &detail);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_problem(r, result, detail);
    }

    if (issue->parameters.qr_wanted) {
        rc = ngx_http_whatsauth_issue_qr_fits(issue);

        if (rc == NGX_DECLINED) {
            return ngx_http_whatsauth_problem(r,
                                      NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                                      "qr is not possible for a link over "
                                      "1000 bytes");
        }

        if (rc != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    wait = ctx->page ? ngx_http_whatsauth_page_token_wait(r, ctx->app) : 0;

    return wait ? ngx_http_whatsauth_issue_later(r, wait)
                : ngx_http_whatsauth_issue_submit(issue);
}


/* All codes are of one length, so any shows how long the link will be. */

static ngx_int_t
ngx_http_whatsauth_issue_qr_fits(ngx_http_whatsauth_issue_t *issue)
{
    ngx_str_t  link, deep_link;

    if (ngx_http_whatsauth_link(issue->request->pool, issue->app,
                                issue->parameters.sent_by, "0000000000",
                                &issue->parameters.link_message, &link,
                                &deep_link)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return link.len > WHATSAUTH_QR_TEXT_MAX ? NGX_DECLINED : NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_issue_later(ngx_http_request_t *r, time_t wait)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN);
    if (value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%T", wait) - value.data;

    if (ngx_http_whatsauth_add_header(r, "Retry-After", &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS,
                                      "this address has asked for the codes "
                                      "that start_limit allows");
}


static ngx_int_t
ngx_http_whatsauth_issue_submit(ngx_http_whatsauth_issue_t *issue)
{
    ledger_op_t      op;
    ngx_http_cleanup_t  *cln;
    ngx_http_request_t  *r;

    r = issue->request;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_whatsauth_issue_op(issue, &op) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    issue->wait = ngx_http_whatsauth_store_submit(&op,
                                        ngx_http_whatsauth_issue_done, issue);
    if (issue->wait == NULL) {
        return ngx_http_whatsauth_issue_answer(issue, &op);
    }

    cln->handler = ngx_http_whatsauth_issue_abort;
    cln->data = issue;

    r->main->count++;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


/* Only what differs from the app's defaults is stored. */

static ngx_int_t
ngx_http_whatsauth_issue_op(ngx_http_whatsauth_issue_t *issue,
    ledger_op_t *op)
{
    ngx_uint_t                        i;
    whatsauth_text_t                  texts[LEDGER_RECORD_TEXTS];
    ngx_http_whatsauth_parameters_t  *p;

    p = &issue->parameters;

    ngx_memzero(op, sizeof(ledger_op_t));

    texts[LEDGER_APP] = ngx_http_whatsauth_text(&issue->app->name);
    texts[LEDGER_CALLBACK_URL] = p->callback_url;
    texts[LEDGER_AUTHORIZED_NUMBERS].data = p->authorized_numbers.data;
    texts[LEDGER_AUTHORIZED_NUMBERS].len = p->authorized_numbers.len;
    texts[LEDGER_LINK_MESSAGE] = p->link_message;
    texts[LEDGER_RESPONSE_MESSAGE] = p->response_message;
    texts[LEDGER_EXPIRATION_MESSAGE] = p->expiration_message;
    texts[LEDGER_FAILURE_MESSAGE] = p->failure_message;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        op->text[i].data = texts[i].data;
        op->text[i].len = texts[i].len;
    }

    op->kind = LEDGER_ISSUE;
    op->u.issue.lifetime = p->lifetime;
    op->u.issue.live_limit = issue->app->limits.max_live;
    op->u.issue.page_limit = issue->app->limits.max_live_page;
    op->u.issue.share = p->page ? issue->app->limits.share_page
                                : issue->app->limits.share;
    op->u.issue.channel = p->sent_by;
    op->u.issue.flags = issue->app->callback.on
                        | (p->qr_wanted ? LEDGER_QR : 0)
                        | (p->page ? LEDGER_PAGE : 0);
    op->u.issue.host_lane = ngx_http_whatsauth_callback_lane(issue->app,
                                                             &p->callback);

    return ngx_http_whatsauth_link_hash(issue->app, &p->link_message,
                                        &op->u.issue.link_hash);
}


static void
ngx_http_whatsauth_issue_abort(void *data)
{
    ngx_http_whatsauth_issue_t *issue = data;

    if (issue->wait != NULL) {
        ngx_http_whatsauth_store_forget(issue->wait);
    }
}


static void
ngx_http_whatsauth_issue_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_issue_t *issue = data;

    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = issue->request;
    c = r->connection;
    issue->wait = NULL;

    ngx_http_set_log_request(c->log, r);

    ngx_http_finalize_request(r, ngx_http_whatsauth_issue_answer(issue, op));
    ngx_http_run_posted_requests(c);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_app.h"
#include "ngx_http_whatsauth_bearer.h"
#include "ngx_http_whatsauth_callback.h"
#include "ngx_http_whatsauth_response.h"
#include "ngx_http_whatsauth_store.h"

#include "protocol/form.h"
#include "protocol/message_text.h"
#include "protocol/verification.h"


/* One request for a code, while its record is being committed. */

typedef struct {
    ngx_http_request_t         *request;
    ngx_http_whatsauth_app_t   *app;
    ngx_http_whatsauth_wait_t  *wait;

    whatsauth_text_t            callback_url;    /* empty: the app's own */
    whatsauth_url_t             callback;
} ngx_http_whatsauth_issue_t;


typedef struct {
    ngx_str_t   name;
    size_t      offset;
} ngx_http_whatsauth_parameter_t;


static ngx_int_t ngx_http_whatsauth_issue_parameters(
    ngx_http_whatsauth_issue_t *issue, const char **problem);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_issue_callback(
    ngx_http_whatsauth_issue_t *issue, const char **problem);
static ngx_int_t ngx_http_whatsauth_issue_submit(
    ngx_http_whatsauth_issue_t *issue);
static void ngx_http_whatsauth_issue_abort(void *data);
static void ngx_http_whatsauth_issue_done(void *data,
    const lmdb_store_op_t *op);
static ngx_int_t ngx_http_whatsauth_issue_answer(
    ngx_http_whatsauth_issue_t *issue, const lmdb_store_op_t *op);
static ngx_int_t ngx_http_whatsauth_issue_body(
    ngx_http_whatsauth_issue_t *issue, const char *code, ngx_str_t *body);
static ngx_int_t ngx_http_whatsauth_issue_headers(
    ngx_http_whatsauth_issue_t *issue, const lmdb_store_op_t *op);


static const ngx_http_whatsauth_parameter_t
    ngx_http_whatsauth_issue_parameter_names[] =
{
    { ngx_string("callback_url"),
      offsetof(ngx_http_whatsauth_issue_t, callback_url) },

    { ngx_null_string, 0 }
};


ngx_int_t
ngx_http_whatsauth_verification_code_handler(ngx_http_request_t *r)
{
    const char                   *problem;
    ngx_http_whatsauth_ctx_t     *ctx;
    ngx_http_whatsauth_issue_t   *issue;
    ngx_http_whatsauth_result_t   result;

    if (r->method != NGX_HTTP_GET) {
        return ngx_http_whatsauth_method_not_allowed(r, "GET");
    }

    ctx = ngx_http_whatsauth_get_ctx(r);
    ctx->app = ngx_http_whatsauth_bearer(r);

    if (ctx->app == NULL) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_INVALID_TOKEN,
                          "Authorization: Bearer with an app's token is needed");
    }

    if (!ctx->app->enabled) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_APP_DISABLED,
                                          "the app is switched off");
    }

    issue = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_issue_t));
    if (issue == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    issue->request = r;
    issue->app = ctx->app;

    switch (ngx_http_whatsauth_issue_parameters(issue, &problem)) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_INVALID_PARAMETER, problem);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    result = ngx_http_whatsauth_issue_callback(issue, &problem);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_problem(r, result, problem);
    }

    return ngx_http_whatsauth_issue_submit(issue);
}


/* NGX_DECLINED: *problem says which parameter is wrong. */

static ngx_int_t
ngx_http_whatsauth_issue_parameters(ngx_http_whatsauth_issue_t *issue,
    const char **problem)
{
    char                                  *buf, *detail;
    whatsauth_form_t                       form;
    whatsauth_text_t                       args, *value;
    whatsauth_field_t                      field;
    ngx_http_request_t                    *r;
    const ngx_http_whatsauth_parameter_t  *p;

    r = issue->request;
    args = ngx_http_whatsauth_text(&r->args);

    if (args.len == 0) {
        return NGX_OK;
    }

    buf = ngx_pnalloc(r->pool, args.len);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    whatsauth_form_start(&form, &args, buf);

    while (whatsauth_form_next(&form, &field)) {

        for (p = ngx_http_whatsauth_issue_parameter_names; p->name.len; p++) {
            if (p->name.len == field.name.len
                && ngx_memcmp(p->name.data, field.name.data, p->name.len) == 0)
            {
                break;
            }
        }

        if (p->name.len == 0 || field.value.len == 0) {
            continue;
        }

        value = (whatsauth_text_t *) ((u_char *) issue + p->offset);

        if (value->len) {
            detail = ngx_pnalloc(r->pool, p->name.len
                                          + sizeof(" is given twice"));
            if (detail == NULL) {
                return NGX_ERROR;
            }

            *ngx_sprintf((u_char *) detail, "%V is given twice", &p->name)
                = '\0';
            *problem = detail;

            return NGX_DECLINED;
        }

        *value = field.value;
    }

    return NGX_OK;
}


/* Where the site is called. */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_issue_callback(ngx_http_whatsauth_issue_t *issue,
    const char **problem)
{
    u_char                    *detail;
    whatsauth_url_result_t     rc;
    ngx_http_whatsauth_app_t  *app;

    app = issue->app;

    if (issue->callback_url.len == 0) {

        if (app->callback_url.len == 0) {
            *problem = "callback_url is required";
            return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
        }

        issue->callback = app->callback;
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    rc = whatsauth_url_parse(&issue->callback_url, &issue->callback);

    if (rc != WHATSAUTH_URL_OK) {
        detail = ngx_pnalloc(issue->request->pool, 256);
        if (detail == NULL) {
            *problem = "";
            return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
        }

        *ngx_snprintf(detail, 255, "callback_url %s",
                      whatsauth_url_strresult(rc)) = '\0';
        *problem = (const char *) detail;

        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    if (ngx_http_whatsauth_app_trusts(app, &issue->callback)
        != NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED)
    {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    *problem = "callback_url is not among the app's authorized callbacks";

    return NGX_HTTP_WHATSAUTH_CALLBACK_NOT_AUTHORIZED;
}


static ngx_int_t
ngx_http_whatsauth_issue_submit(ngx_http_whatsauth_issue_t *issue)
{
    lmdb_store_op_t            op;
    ngx_http_cleanup_t        *cln;
    ngx_http_request_t        *r;
    ngx_http_whatsauth_app_t  *app;

    r = issue->request;
    app = issue->app;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&op, sizeof(lmdb_store_op_t));

    op.kind = LMDB_STORE_ISSUE;
    op.text[LMDB_STORE_APP].data = app->name.data;
    op.text[LMDB_STORE_APP].len = app->name.len;
    op.text[LMDB_STORE_CALLBACK_URL].data = issue->callback_url.data;
    op.text[LMDB_STORE_CALLBACK_URL].len = issue->callback_url.len;
    op.u.issue.lifetime = app->expires;
    op.u.issue.channel = LMDB_STORE_CHANNEL_WHATSAPP;
    op.u.issue.live_limit = app->max_live;
    op.u.issue.flags = app->callback_on;
    op.u.issue.host_lane = ngx_http_whatsauth_callback_lane(&issue->callback);

    issue->wait = ngx_http_whatsauth_store_submit(&op,
                                        ngx_http_whatsauth_issue_done, issue);
    if (issue->wait == NULL) {
        return ngx_http_whatsauth_problem(r,
                                        NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                        "the code could not be stored");
    }

    cln->handler = ngx_http_whatsauth_issue_abort;
    cln->data = issue;

    r->main->count++;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
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
ngx_http_whatsauth_issue_done(void *data, const lmdb_store_op_t *op)
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


static ngx_int_t
ngx_http_whatsauth_issue_answer(ngx_http_whatsauth_issue_t *issue,
    const lmdb_store_op_t *op)
{
    char                 code[WHATSAUTH_CODE_LEN];
    ngx_str_t            body;
    ngx_http_request_t  *r;

    r = issue->request;

    switch (op->result) {

    case LMDB_STORE_OK:
        break;

    case LMDB_STORE_TOO_LARGE:
        return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                              "the texts of one code exceed 1900 bytes");

    case LMDB_STORE_LIVE_LIMIT:
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_TOO_MANY_CODES,
                              "the app has max_live waiting codes");

    default:
        return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                              "the code could not be stored");
    }

    if (whatsauth_code_encode(ngx_http_whatsauth_store_codec(),
                              op->u.issue.key, code) != 0
        || ngx_http_whatsauth_issue_headers(issue, op) != NGX_OK
        || ngx_http_whatsauth_issue_body(issue, code, &body) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_answer(r, NGX_HTTP_WHATSAUTH_ISSUED,
                                     "application/json", &body);
}


static ngx_int_t
ngx_http_whatsauth_issue_headers(ngx_http_whatsauth_issue_t *issue,
    const lmdb_store_op_t *op)
{
    u_char                    *p;
    ngx_str_t                  expires_at;
    ngx_http_request_t        *r;
    ngx_http_whatsauth_ctx_t  *ctx;

    r = issue->request;
    ctx = ngx_http_whatsauth_get_ctx(r);

    p = ngx_pnalloc(r->pool, WHATSAUTH_ID_LEN + WHATSAUTH_TIME_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (whatsauth_id_encode(ngx_http_whatsauth_store_codec(), op->u.issue.key,
                            (char *) p) != 0)
    {
        return NGX_ERROR;
    }

    ctx->id.data = p;
    ctx->id.len = WHATSAUTH_ID_LEN;

    expires_at.data = p + WHATSAUTH_ID_LEN;
    expires_at.len = WHATSAUTH_TIME_LEN;
    whatsauth_time_format(op->u.issue.expires_at, (char *) expires_at.data);

    if (ngx_http_whatsauth_add_header(r, "whatsauth-id", &ctx->id) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_add_header(r, "whatsauth-expires-at",
                                         &expires_at);
}


/*
 * Byte for byte the hosted service's answer.  Nothing in it needs JSON
 * escapes: the text is percent-encoded, the rest hexadecimal digits.
 */

static ngx_int_t
ngx_http_whatsauth_issue_body(ngx_http_whatsauth_issue_t *issue,
    const char *code, ngx_str_t *body)
{
    u_char              *p;
    size_t               len;
    ngx_str_t            text, shown, *phone;
    ngx_pool_t          *pool;
    whatsauth_text_t     message;

    pool = issue->request->pool;
    phone = &issue->app->phone;

    message = ngx_http_whatsauth_text(&issue->app->link_message);

    shown.data = (u_char *) code;
    shown.len = WHATSAUTH_CODE_LEN;

    text.len = whatsauth_message_build(code, &message, 1, NULL, 0);
    text.data = ngx_pnalloc(pool, text.len);

    len = sizeof("{\"code\":\"\",\"link\":\"https://wa.me/?text=\","
                 "\"deep_link\":\"whatsapp://send?text=&phone=\"}")
          + WHATSAUTH_CODE_LEN + 2 * text.len + 2 * phone->len;

    p = ngx_pnalloc(pool, len);

    if (text.data == NULL || p == NULL) {
        return NGX_ERROR;
    }

    whatsauth_message_build(code, &message, 1, (char *) text.data, text.len);

    body->data = p;
    body->len = ngx_sprintf(p, "{\"code\":\"%V\","
                               "\"link\":\"https://wa.me/%V?text=%V\","
                               "\"deep_link\":\"whatsapp://send?text=%V"
                               "&phone=%V\"}",
                            &shown, phone, &text, &text, phone)
                - p;

    return NGX_OK;
}

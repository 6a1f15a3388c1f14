
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/issue.h"
#include "journey/link.h"
#include "kit/conf.h"
#include "kit/ctx.h"
#include "kit/response.h"
#include "kit/trouble.h"

#include "protocol/verification.h"


static ngx_int_t ngx_http_whatsauth_issue_headers(
    ngx_http_whatsauth_issue_t *issue, const ledger_op_t *op);
static ngx_int_t ngx_http_whatsauth_issue_body(
    ngx_http_whatsauth_issue_t *issue, const char *code, ngx_str_t *body);
static ngx_int_t ngx_http_whatsauth_issue_qr_member(
    ngx_http_whatsauth_issue_t *issue, ngx_str_t *member);
static ngx_int_t ngx_http_whatsauth_issue_public(ngx_http_request_t *r,
    ngx_str_t *base);


ngx_int_t
ngx_http_whatsauth_issue_answer(ngx_http_whatsauth_issue_t *issue,
    const ledger_op_t *op)
{
    char                 code[WHATSAUTH_CODE_LEN];
    ngx_str_t            body;
    ngx_http_request_t  *r;

    r = issue->request;

    switch (op->result) {

    case LEDGER_OK:
        break;

    case LEDGER_TOO_LARGE:
        return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
                              "the texts of one code exceed 1900 bytes");

    case LEDGER_LIVE_LIMIT:
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_TOO_MANY_CODES,
                              issue->parameters.page
                              ? "the app's pages have their max_live of "
                                "waiting codes"
                              : "the app has max_live waiting codes");

    case LEDGER_SHARE_LIMIT:

        /* What a stranger at a page uses up is no trouble of the app. */

        if (issue->parameters.page) {
            return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED,
                              "the app has used what pages may use of its "
                              "share of the store");
        }

        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_STORE_SHARE,
                                   issue->app, NULL, r->connection->log,
                                   "no code: the app has used its share of "
                                   "the store");

        return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED,
                              "the app has used its share of the store");

    default:
        return ngx_http_whatsauth_problem(r,
                              NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                              "the code could not be stored");
    }

    ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_STORE_SHARE,
                                    issue->app, NULL);

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
    const ledger_op_t *op)
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
 * escapes: texts are percent-encoded, the rest are digits and a checked URL.
 */

static ngx_int_t
ngx_http_whatsauth_issue_body(ngx_http_whatsauth_issue_t *issue,
    const char *code, ngx_str_t *body)
{
    u_char      *p;
    size_t       len;
    ngx_str_t    link, deep_link, qr, shown;
    ngx_pool_t  *pool;

    pool = issue->request->pool;

    if (ngx_http_whatsauth_link(pool, issue->app, issue->parameters.sent_by,
                                code, &issue->parameters.link_message, &link,
                                &deep_link)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&qr);

    if (issue->parameters.qr_wanted
        && ngx_http_whatsauth_issue_qr_member(issue, &qr) != NGX_OK)
    {
        return NGX_ERROR;
    }

    shown.data = (u_char *) code;
    shown.len = WHATSAUTH_CODE_LEN;

    len = sizeof("{\"code\":\"\",\"link\":\"\",\"deep_link\":\"\"}")
          + WHATSAUTH_CODE_LEN + link.len + qr.len + deep_link.len;

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = ngx_sprintf(p, "{\"code\":\"%V\",\"link\":\"%V\",%V"
                               "\"deep_link\":\"%V\"}",
                            &shown, &link, &qr, &deep_link)
                - p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_issue_qr_member(ngx_http_whatsauth_issue_t *issue,
    ngx_str_t *member)
{
    size_t                     len;
    ngx_str_t                  base;
    ngx_http_request_t        *r;
    ngx_http_whatsauth_ctx_t  *ctx;

    r = issue->request;
    ctx = ngx_http_whatsauth_get_ctx(r);

    if (ngx_http_whatsauth_issue_public(r, &base) != NGX_OK) {
        return NGX_ERROR;
    }

    len = sizeof("\"qr\":\"qr/.png\",") + base.len + ctx->id.len;

    member->data = ngx_pnalloc(r->pool, len);
    if (member->data == NULL) {
        return NGX_ERROR;
    }

    member->len = ngx_sprintf(member->data, "\"qr\":\"%Vqr/%V.png\",", &base,
                              &ctx->id)
                  - member->data;

    return NGX_OK;
}


/*
 * The API's prefix as the world sees it: the URL of this very request up to
 * its last slash.  What could not stand in a URL is escaped, and a Host that
 * could not is not echoed.
 */

static ngx_int_t
ngx_http_whatsauth_issue_public(ngx_http_request_t *r, ngx_str_t *base)
{
    size_t                           i, escapes;
    u_char                           ch, *p;
    ngx_str_t                        host, path, url;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    url = mcf->public_url;

    path = r->uri;

    while (path.len && path.data[path.len - 1] != '/') {
        path.len--;
    }

    escapes = ngx_escape_uri(NULL, path.data, path.len, NGX_ESCAPE_URI);

    ngx_str_set(&host, "localhost");

    if (r->headers_in.host != NULL) {
        host = r->headers_in.host->value;
    }

    for (i = 0; i < host.len; i++) {
        ch = host.data[i];

        if (!isalnum(ch) && ch != '.' && ch != '-' && ch != ':' && ch != '['
            && ch != ']' && ch != '_')
        {
            ngx_str_set(&host, "localhost");
            break;
        }
    }

    base->data = ngx_pnalloc(r->pool, sizeof("https://") + url.len + host.len
                                      + path.len + 2 * escapes);
    if (base->data == NULL) {
        return NGX_ERROR;
    }

    if (url.len) {
        p = ngx_cpymem(base->data, url.data, url.len);

    } else {
        p = ngx_sprintf(base->data, "%s://%V",
                        r->connection->ssl ? "https" : "http", &host);
    }

    p = (u_char *) ngx_escape_uri(p, path.data, path.len, NGX_ESCAPE_URI);
    base->len = p - base->data;

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/issue.h"
#include "journey/lane.h"
#include "journey/link.h"
#include "kit/trouble.h"


typedef struct {
    ledger_result_t               stored;
    ngx_http_whatsauth_result_t   result;
    const char                   *detail;
    const char                   *detail_page;   /* if a page asked */
} ngx_http_whatsauth_issue_refusal_t;


static void ngx_http_whatsauth_issue_refuse(ngx_http_whatsauth_issue_t *issue,
    ngx_http_whatsauth_result_t result, const char *detail);
static ngx_int_t ngx_http_whatsauth_issue_op(ngx_http_whatsauth_issue_t *issue,
    ledger_op_t *op);
static void ngx_http_whatsauth_issue_texts(
    ngx_http_whatsauth_parameters_t *p, ledger_op_t *op);
static ngx_int_t ngx_http_whatsauth_issue_claim(
    ngx_http_whatsauth_issue_t *issue, ledger_op_t *op);
static void ngx_http_whatsauth_issue_done(void *data, const ledger_op_t *op);
static void ngx_http_whatsauth_issue_not_stored(
    ngx_http_whatsauth_issue_t *issue, ledger_result_t stored);
static ngx_int_t ngx_http_whatsauth_issue_made(
    ngx_http_whatsauth_issue_t *issue, const ledger_op_t *op,
    ngx_http_whatsauth_issued_t *issued);
static ngx_int_t ngx_http_whatsauth_issue_token(
    ngx_http_whatsauth_issue_t *issue, uint64_t key, ngx_str_t *text);


/* The last row stands for all other results. */

static const ngx_http_whatsauth_issue_refusal_t
    ngx_http_whatsauth_issue_refusals[] =
{
    { LEDGER_TOO_LARGE, NGX_HTTP_WHATSAUTH_INVALID_PARAMETER,
      "the texts of one code exceed 1900 bytes",
      "the texts of one code exceed 1900 bytes" },

    { LEDGER_LIVE_LIMIT, NGX_HTTP_WHATSAUTH_TOO_MANY_CODES,
      "the app has max_live waiting codes",
      "the app's pages have their max_live of waiting codes" },

    { LEDGER_SHARE_LIMIT, NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED,
      "the app has used its share of the store",
      "the app has used what pages may use of its share of the store" },

    { LEDGER_RESULTS_N, NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
      "the code could not be stored",
      "the code could not be stored" }
};


ngx_http_whatsauth_wait_t *
ngx_http_whatsauth_issue(ngx_http_whatsauth_issue_t *issue)
{
    ledger_op_t                       op;
    ngx_http_whatsauth_result_t       result;
    ngx_http_whatsauth_parameters_t  *p;

    p = &issue->parameters;

    if (!p->checked) {
        result = ngx_http_whatsauth_parameters_check(p);

        if (result != NGX_HTTP_WHATSAUTH_NONE) {
            ngx_http_whatsauth_issue_refuse(issue, result, p->detail);
            return NULL;
        }
    }

    if (ngx_http_whatsauth_issue_op(issue, &op) != NGX_OK) {
        ngx_http_whatsauth_issue_refuse(issue,
                                        NGX_HTTP_WHATSAUTH_INTERNAL_ERROR,
                                        "the code could not be made");
        return NULL;
    }

    return ngx_http_whatsauth_door_submit(&op, ngx_http_whatsauth_issue_done,
                                          issue);
}


static void
ngx_http_whatsauth_issue_refuse(ngx_http_whatsauth_issue_t *issue,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    ngx_http_whatsauth_issued_t  issued;

    ngx_memzero(&issued, sizeof(ngx_http_whatsauth_issued_t));

    issued.result = result;
    issued.detail = detail;

    issue->done(issue->data, &issued);
}


static ngx_int_t
ngx_http_whatsauth_issue_op(ngx_http_whatsauth_issue_t *issue,
    ledger_op_t *op)
{
    ngx_http_whatsauth_app_t         *app;
    ngx_http_whatsauth_parameters_t  *p;

    p = &issue->parameters;
    app = p->app;

    ngx_memzero(op, sizeof(ledger_op_t));

    op->kind = LEDGER_ISSUE;
    op->u.issue.lifetime = p->lifetime;
    op->u.issue.live_limit = app->limits.max_live;
    op->u.issue.page_limit = app->limits.max_live_page;
    op->u.issue.share = p->page ? app->limits.share_page : app->limits.share;
    op->u.issue.channel = p->channel;
    op->u.issue.flags = (p->callback.host.len ? app->callback.on : 0)
                        | (p->qr ? LEDGER_QR : 0)
                        | (p->page ? LEDGER_PAGE : 0);
    op->u.issue.host_lane = ngx_http_whatsauth_lane(app, &p->callback);

    ngx_http_whatsauth_issue_texts(p, op);

    if (issue->claim.kind
        && ngx_http_whatsauth_issue_claim(issue, op) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_link_hash(app, &p->given.link_message,
                                        &op->u.issue.link_hash);
}


/* Only what differs from the app's defaults is stored. */

static void
ngx_http_whatsauth_issue_texts(ngx_http_whatsauth_parameters_t *p,
    ledger_op_t *op)
{
    ngx_uint_t        i;
    whatsauth_text_t  texts[LEDGER_RECORD_TEXTS];

    texts[LEDGER_APP] = ngx_http_whatsauth_text(&p->app->name);
    texts[LEDGER_CALLBACK_URL] = p->given.callback_url;
    texts[LEDGER_AUTHORIZED_NUMBERS].data = p->given.authorized_numbers.data;
    texts[LEDGER_AUTHORIZED_NUMBERS].len = p->given.authorized_numbers.len;
    texts[LEDGER_LINK_MESSAGE] = p->given.link_message;
    texts[LEDGER_RESPONSE_MESSAGE] = p->given.response_message;
    texts[LEDGER_EXPIRATION_MESSAGE] = p->given.expiration_message;
    texts[LEDGER_FAILURE_MESSAGE] = p->given.failure_message;

    for (i = 0; i < LEDGER_RECORD_TEXTS; i++) {
        op->text[i].data = texts[i].data;
        op->text[i].len = texts[i].len;
    }
}


/* The secret is drawn before the record has a key, and stored as its digest. */

static ngx_int_t
ngx_http_whatsauth_issue_claim(ngx_http_whatsauth_issue_t *issue,
    ledger_op_t *op)
{
    ngx_http_whatsauth_issue_claim_t  *claim;

    claim = &issue->claim;
    issue->token.kind = claim->kind;

    if (whatsauth_token_random(&issue->token) != 0) {
        return NGX_ERROR;
    }

    op->u.issue.flags |= LEDGER_CLAIMED;
    op->u.issue.claim_flags = claim->pin;
    op->u.issue.language = claim->language;
    ngx_memcpy(op->u.issue.digest, issue->token.digest, LEDGER_DIGEST_LEN);

    if (claim->kind == WHATSAUTH_TOKEN_PAGE_CLAIM) {
        op->u.issue.claim_flags |= LEDGER_CLAIM_PAGE;
    }

    if (claim->known != NULL) {
        op->u.issue.claim_flags |= LEDGER_CLAIM_MARKED;
        ngx_memcpy(op->u.issue.known, claim->known, LEDGER_DIGEST_LEN);
    }

    op->text[LEDGER_PLACE].data = claim->place.data;
    op->text[LEDGER_PLACE].len = claim->place.len;
    op->text[LEDGER_DEVICE].data = claim->device.data;
    op->text[LEDGER_DEVICE].len = claim->device.len;

    return NGX_OK;
}


static void
ngx_http_whatsauth_issue_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_issue_t *issue = data;

    ngx_http_whatsauth_issued_t  issued;

    if (op->result != LEDGER_OK) {
        ngx_http_whatsauth_issue_not_stored(issue, op->result);
        return;
    }

    ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_STORE_SHARE,
                                    issue->parameters.app, NULL);

    if (ngx_http_whatsauth_issue_made(issue, op, &issued) != NGX_OK) {
        ngx_http_whatsauth_issue_refuse(issue,
                                        NGX_HTTP_WHATSAUTH_INTERNAL_ERROR,
                                        "the code could not be shown");
        return;
    }

    issue->done(issue->data, &issued);
}


/* Strangers can use up what pages may use: no reason to alarm the operator. */

static void
ngx_http_whatsauth_issue_not_stored(ngx_http_whatsauth_issue_t *issue,
    ledger_result_t stored)
{
    ngx_uint_t                                 page;
    const ngx_http_whatsauth_issue_refusal_t  *refusal;

    page = issue->parameters.page;
    refusal = ngx_http_whatsauth_issue_refusals;

    while (refusal->stored != stored && refusal->stored != LEDGER_RESULTS_N) {
        refusal++;
    }

    if (stored == LEDGER_SHARE_LIMIT && !page) {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_STORE_SHARE,
                                   issue->parameters.app, NULL, issue->log,
                                   "no code: the app has used its share of "
                                   "the store");
    }

    ngx_http_whatsauth_issue_refuse(issue, refusal->result,
                                    page ? refusal->detail_page
                                         : refusal->detail);
}


static ngx_int_t
ngx_http_whatsauth_issue_made(ngx_http_whatsauth_issue_t *issue,
    const ledger_op_t *op, ngx_http_whatsauth_issued_t *issued)
{
    whatsauth_codec_t                *codec;
    ngx_http_whatsauth_parameters_t  *p;

    p = &issue->parameters;
    codec = ngx_http_whatsauth_door_codec();

    issued->result = NGX_HTTP_WHATSAUTH_ISSUED;
    issued->detail = NULL;
    issued->expires_at = op->u.issue.expires_at;

    if (whatsauth_code_encode(codec, op->u.issue.key, issued->code) != 0
        || whatsauth_id_encode(codec, op->u.issue.key, issued->id) != 0)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&issued->claim);

    if (issue->claim.kind
        && ngx_http_whatsauth_issue_token(issue, op->u.issue.key,
                                          &issued->claim)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_link(p->pool, p->app, p->channel, issued->code,
                                   &p->given.link_message, &issued->link,
                                   &issued->deep_link);
}


static ngx_int_t
ngx_http_whatsauth_issue_token(ngx_http_whatsauth_issue_t *issue,
    uint64_t key, ngx_str_t *text)
{
    text->len = WHATSAUTH_TOKEN_LEN;
    text->data = ngx_pnalloc(issue->parameters.pool, WHATSAUTH_TOKEN_LEN);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    issue->token.key = key;

    return whatsauth_token_format(ngx_http_whatsauth_door_codec(),
                                  &issue->token, (char *) text->data)
           == 0 ? NGX_OK : NGX_ERROR;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"
#include "kit/trouble.h"
#include "provider/meta.h"

#include "protocol/form.h"


#define NGX_HTTP_WHATSAUTH_META_CHALLENGE_MAX  128


typedef struct {
    whatsauth_text_t  mode;
    whatsauth_text_t  verify_token;
    whatsauth_text_t  challenge;
} ngx_http_whatsauth_meta_handshake_t;


static ngx_int_t ngx_http_whatsauth_meta_handshake_read(ngx_http_request_t *r,
    ngx_http_whatsauth_meta_handshake_t *handshake);
static ngx_int_t ngx_http_whatsauth_meta_handshake_app(ngx_http_request_t *r,
    const whatsauth_text_t *token, ngx_http_whatsauth_app_t **app);
static ngx_uint_t ngx_http_whatsauth_meta_handshake_knows(
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_digest_t *digest);
static ngx_uint_t ngx_http_whatsauth_meta_handshake_challenge(
    const whatsauth_text_t *challenge);


ngx_int_t
ngx_http_whatsauth_meta_handshake(ngx_http_request_t *r)
{
    ngx_str_t                             body;
    ngx_http_whatsauth_ctx_t             *ctx;
    ngx_http_whatsauth_meta_handshake_t   handshake;

    ngx_memzero(&handshake, sizeof(ngx_http_whatsauth_meta_handshake_t));

    ctx = ngx_http_whatsauth_ctx(r);

    if (ngx_http_whatsauth_meta_handshake_read(r, &handshake) != NGX_OK
        || ngx_http_whatsauth_meta_handshake_app(r, &handshake.verify_token,
                                                 &ctx->app)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->app == NULL && handshake.verify_token.len) {
        ngx_http_whatsauth_trouble(NGX_HTTP_WHATSAUTH_TROUBLE_HANDSHAKE, NULL,
                                   NULL, r->connection->log,
                                   "handshake refused: the token is none of "
                                   "the verify tokens");

    } else if (ctx->app != NULL) {
        ngx_http_whatsauth_trouble_over(NGX_HTTP_WHATSAUTH_TROUBLE_HANDSHAKE,
                                        NULL, NULL);
    }

    if (ctx->app == NULL
        || handshake.mode.len != sizeof("subscribe") - 1
        || ngx_memcmp(handshake.mode.data, "subscribe", handshake.mode.len)
           != 0
        || !ngx_http_whatsauth_meta_handshake_challenge(&handshake.challenge))
    {
        return ngx_http_whatsauth_problem(r,
                                  NGX_HTTP_WHATSAUTH_INVALID_VERIFY_TOKEN,
                                  "hub.mode=subscribe with an app's "
                                  "hub.verify_token and a hub.challenge "
                                  "is expected");
    }

    if (ngx_http_whatsauth_response_literal(r, "X-Content-Type-Options",
                                            "nosniff")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = (u_char *) handshake.challenge.data;
    body.len = handshake.challenge.len;

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_SUBSCRIBED,
                                       "text/plain", &body);
}


static ngx_int_t
ngx_http_whatsauth_meta_handshake_read(ngx_http_request_t *r,
    ngx_http_whatsauth_meta_handshake_t *handshake)
{
    char               *buf;
    whatsauth_text_t    args;
    whatsauth_form_t    form;
    whatsauth_field_t   field;

    static const whatsauth_text_t  mode = whatsauth_text("hub.mode");
    static const whatsauth_text_t  token = whatsauth_text("hub.verify_token");
    static const whatsauth_text_t  challenge = whatsauth_text("hub.challenge");

    args = ngx_http_whatsauth_text(&r->args);

    buf = ngx_pnalloc(r->pool, args.len + 1);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    whatsauth_form_start(&form, &args, buf);

    while (whatsauth_form_next(&form, &field)) {

        if (whatsauth_text_equal(&field.name, &mode)) {
            handshake->mode = field.value;

        } else if (whatsauth_text_equal(&field.name, &token)) {
            handshake->verify_token = field.value;

        } else if (whatsauth_text_equal(&field.name, &challenge)) {
            handshake->challenge = field.value;
        }
    }

    return NGX_OK;
}


/* Compares every token of every app: the time says nothing about them. */

static ngx_int_t
ngx_http_whatsauth_meta_handshake_app(ngx_http_request_t *r,
    const whatsauth_text_t *token, ngx_http_whatsauth_app_t **app)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_digest_t       digest;
    ngx_http_whatsauth_main_conf_t   *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    apps = mcf->apps.elts;
    *app = NULL;

    if (whatsauth_sha256(token->data, token->len, digest.sha256) != 0) {
        return NGX_ERROR;
    }

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_meta_handshake_knows(apps[i], &digest)) {
            *app = apps[i];
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_meta_handshake_knows(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_digest_t *digest)
{
    ngx_uint_t                   i, knows, bears;
    ngx_http_whatsauth_meta_t  **accounts;

    accounts = app->accounts.elts;
    bears = ngx_http_whatsauth_secret_among(&app->access.tokens, digest);
    knows = 0;

    for (i = 0; i < app->accounts.nelts; i++) {

        if (accounts[i]->account.provider != &ngx_http_whatsauth_meta) {
            continue;
        }

        knows |= bears & accounts[i]->verify_by_token;
        knows |= ngx_http_whatsauth_secret_among(&accounts[i]->verify_tokens,
                                                 digest);
    }

    return knows;
}


/* Anybody can have it echoed: it must be nothing that a browser could run. */

static ngx_uint_t
ngx_http_whatsauth_meta_handshake_challenge(const whatsauth_text_t *challenge)
{
    size_t  i;
    u_char  ch;

    if (challenge->len == 0
        || challenge->len > NGX_HTTP_WHATSAUTH_META_CHALLENGE_MAX)
    {
        return 0;
    }

    for (i = 0; i < challenge->len; i++) {
        ch = (u_char) challenge->data[i];

        if (!isalnum(ch) && ch != '_' && ch != '-') {
            return 0;
        }
    }

    return 1;
}

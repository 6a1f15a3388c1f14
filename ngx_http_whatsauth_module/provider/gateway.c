
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/header.h"
#include "provider/gateway.h"


static ngx_uint_t ngx_http_whatsauth_gateway_recognise(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf);
static ngx_int_t ngx_http_whatsauth_gateway_signature(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook);
static ngx_http_whatsauth_secret_t *ngx_http_whatsauth_gateway_signed_by(
    ngx_http_request_t *r, ngx_http_whatsauth_webhook_t *webhook,
    ngx_http_whatsauth_secret_mask_t among);
static void ngx_http_whatsauth_gateway_read(
    ngx_http_whatsauth_webhook_t *webhook);
static ngx_uint_t ngx_http_whatsauth_gateway_hears(
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message);
static ngx_int_t ngx_http_whatsauth_gateway_reply(ngx_pool_t *pool,
    const ngx_http_whatsauth_account_t *account, const ngx_str_t *route,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_call_t *call);


static const ngx_http_whatsauth_provider_code_t
    ngx_http_whatsauth_gateway_codes[] =
{
    { 0, 0 }
};


const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_gateway = {
    LEDGER_PROVIDER_GATEWAY,

    sizeof(ngx_http_whatsauth_gateway_t),
    ngx_http_whatsauth_gateway_options,
    ngx_http_whatsauth_gateway_complete,
    ngx_http_whatsauth_gateway_check,
    NULL,                                  /* needs public URL */

    "application/json",
    WHATSAUTH_GATEWAY_BODY_MAX,
    ngx_null_string,                       /* header */
    NULL,                                  /* parse */
    "the body of a gateway may have 1048576 bytes",
    "the header with the gateway's signature is missing or malformed",
    "the gateway's signature is not by a known secret",
    "the gateway's signature is not by a secret of the app that the URL names",
    NULL,                                  /* bad target */
    NULL,                                  /* bad reading */
    "text/plain",
    ngx_string(""),
    NULL,                                  /* id field */
    NULL,                                  /* handshake */
    ngx_http_whatsauth_gateway_recognise,
    NULL,                                  /* is target */
    ngx_http_whatsauth_gateway_signature,
    NULL,                                  /* prepare */
    ngx_http_whatsauth_provider_verify_sha256,
    ngx_http_whatsauth_gateway_read,
    whatsauth_gateway_free,
    ngx_http_whatsauth_gateway_hears,

    NULL,                                  /* questions */
    NULL,                                  /* ask needs */
    ngx_http_whatsauth_gateway_reply,
    ngx_http_whatsauth_gateway_codes
};


static ngx_uint_t
ngx_http_whatsauth_gateway_recognise(ngx_http_request_t *r,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_str_t                     value;
    ngx_uint_t                    i;
    ngx_array_t                  *known;
    ngx_http_whatsauth_secret_t  *secrets;

    known = &mcf->secrets[LEDGER_PROVIDER_GATEWAY].all;
    secrets = known->elts;

    for (i = 0; i < known->nelts; i++) {
        if (ngx_http_whatsauth_header(r, &secrets[i].header, &value) != 0) {
            return 1;
        }
    }

    return 0;
}


/*
 * Takes the header of a candidate or else of any secret, so that the response
 * does not tell which apps have a gateway.  Then only secrets of gateways that
 * sign in this header, and in this form, remain candidates.
 */

static ngx_int_t
ngx_http_whatsauth_gateway_signature(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_secret_t  *secrets, *one;

    one = ngx_http_whatsauth_gateway_signed_by(r, webhook,
                                               webhook->candidates);
    if (one == NULL) {
        one = ngx_http_whatsauth_gateway_signed_by(r, webhook,
                                    (ngx_http_whatsauth_secret_mask_t) -1);
    }

    if (one == NULL) {
        return NGX_DECLINED;
    }

    secrets = webhook->secrets->elts;

    for (i = 0; i < webhook->secrets->nelts; i++) {

        if (secrets[i].prefix.len != one->prefix.len
            || ngx_strncmp(secrets[i].prefix.data, one->prefix.data,
                           one->prefix.len) != 0
            || !ngx_http_whatsauth_header_is(&secrets[i].header, &one->header))
        {
            webhook->candidates &=
                                ~((ngx_http_whatsauth_secret_mask_t) 1 << i);
        }
    }

    return NGX_OK;
}


/*
 * The first secret among some whose header stands once and holds a signature
 * in its form, or NULL; reads the signature.
 */

static ngx_http_whatsauth_secret_t *
ngx_http_whatsauth_gateway_signed_by(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook,
    ngx_http_whatsauth_secret_mask_t among)
{
    ngx_str_t                     value;
    ngx_uint_t                    i;
    whatsauth_text_t              text, prefix;
    ngx_http_whatsauth_secret_t  *secrets;

    secrets = webhook->secrets->elts;

    for (i = 0; i < webhook->secrets->nelts; i++) {

        if (!(among >> i & 1)
            || ngx_http_whatsauth_header(r, &secrets[i].header, &value) != 1)
        {
            continue;
        }

        text = ngx_http_whatsauth_text(&value);
        prefix = ngx_http_whatsauth_text(&secrets[i].prefix);

        if (whatsauth_hex_signature_parse(&text, &prefix, webhook->mac) == 0) {
            return &secrets[i];
        }
    }

    return NULL;
}


static void
ngx_http_whatsauth_gateway_read(ngx_http_whatsauth_webhook_t *webhook)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_secret_t  *secrets;

    secrets = webhook->secrets->elts;

    for (i = 0; !(webhook->verified >> i & 1); i++) { /* void */ }

    webhook->result = whatsauth_gateway_read(secrets[i].format,
                                             (const char *) webhook->body,
                                             webhook->len, &webhook->batch,
                                             webhook->reason);
}


/* The secret has verified the account, and "to" may tell the number. */

static ngx_uint_t
ngx_http_whatsauth_gateway_hears(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message)
{
    const ngx_http_whatsauth_gateway_t *gateway =
        (const ngx_http_whatsauth_gateway_t *) account;

    if (gateway->format.to.len == 0) {
        return 1;
    }

    return ngx_http_whatsauth_provider_is_phone(app, &message->to);
}


static ngx_int_t
ngx_http_whatsauth_gateway_reply(ngx_pool_t *pool,
    const ngx_http_whatsauth_account_t *account, const ngx_str_t *route,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_call_t *call)
{
    const ngx_http_whatsauth_gateway_t *gateway =
        (const ngx_http_whatsauth_gateway_t *) account;

    u_char                 *p;
    whatsauth_text_t        template;
    const whatsauth_url_t  *url;

    url = &account->api;

    p = ngx_pnalloc(pool, url->path.len + url->query.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    call->url = *url;
    call->url.path.len = 0;
    call->type = "application/json";

    call->path.data = p;
    p = ngx_cpymem(p, url->path.data, url->path.len);

    if (url->path.len == 0) {
        *p++ = '/';
    }

    p = ngx_cpymem(p, url->query.data, url->query.len);
    call->path.len = p - call->path.data;

    template = ngx_http_whatsauth_text(&gateway->reply_body);
    call->body = whatsauth_gateway_reply(&template, reply, &call->len);

    return call->body == NULL ? NGX_ERROR : NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "provider/account.h"
#include "provider/meta.h"

#include "protocol/meta.h"


static ngx_int_t ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_header_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account);
static ngx_int_t ngx_http_whatsauth_meta_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account);
static void ngx_http_whatsauth_meta_read(
    ngx_http_whatsauth_webhook_t *webhook);
static ngx_uint_t ngx_http_whatsauth_meta_hears(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message);
static ngx_int_t ngx_http_whatsauth_meta_reply(ngx_pool_t *pool,
    const ngx_http_whatsauth_account_t *account, const ngx_str_t *route,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_call_t *call);


static const ngx_http_whatsauth_option_t  ngx_http_whatsauth_meta_options[] = {

    { ngx_string("app_secret"), 0, ngx_http_whatsauth_meta_app_secret,
      0, NULL, NULL },

    { ngx_string("header_secret"), 0, ngx_http_whatsauth_meta_header_secret,
      0, NULL, NULL },

    { ngx_string("verify_token"), 0, ngx_http_whatsauth_meta_verify_token,
      offsetof(ngx_http_whatsauth_meta_t, verify_tokens), NULL, NULL },

    { ngx_string("phone_number_id"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_meta_phone_number_id, 0, "another number", NULL },

    { ngx_string("access_token"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_options_secret,
      offsetof(ngx_http_whatsauth_meta_t, access_token), NULL, NULL },

    { ngx_string("api"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_options_api,
      offsetof(ngx_http_whatsauth_account_t, api), NULL, NULL },

    { ngx_null_string, 0, NULL, 0, NULL, NULL }
};


/* Meta shows the first in its reference, and its API also takes the other. */

static const char *const  ngx_http_whatsauth_meta_questions[] = {
    WHATSAUTH_REPLY_REQUEST_CONTACT_INFO,
    WHATSAUTH_REPLY_CONTACT_REQUEST,
    NULL
};


static const ngx_http_whatsauth_provider_code_t
    ngx_http_whatsauth_meta_codes[] =
{
    /* an invalid parameter */
    { 100, NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN
           |NGX_HTTP_WHATSAUTH_REFUSED_UNKNOWN },

    /* the access token */
    { 190, NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN },

    /* too many messages, in all and to one user */
    { 130429, NGX_HTTP_WHATSAUTH_REFUSED_BUSY },
    { 131056, NGX_HTTP_WHATSAUTH_REFUSED_BUSY },

    { 0, 0 }
};


const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_meta = {
    LEDGER_PROVIDER_META,

    sizeof(ngx_http_whatsauth_meta_t),
    ngx_http_whatsauth_meta_options,
    ngx_http_whatsauth_meta_complete,
    ngx_http_whatsauth_meta_check,
    NULL,                                  /* needs public URL */

    "application/json",
    WHATSAUTH_META_BODY_MAX,
    ngx_string("X-Hub-Signature-256"),
    whatsauth_hub_signature_parse,
    "a body may have 3145728 bytes",
    "X-Hub-Signature-256 is missing or malformed",
    "X-Hub-Signature-256 is not by a known secret",
    "X-Hub-Signature-256 is not by a secret of the app that the URL names",
    NULL,                                  /* bad target */
    NULL,                                  /* bad reading */
    "text/plain",
    ngx_string(""),
    "phone_number_id",
    ngx_http_whatsauth_meta_handshake,
    NULL,                                  /* recognise */
    NULL,                                  /* is target */
    NULL,                                  /* signature */
    NULL,                                  /* prepare */
    ngx_http_whatsauth_provider_verify_sha256,
    ngx_http_whatsauth_meta_read,
    whatsauth_meta_free,
    ngx_http_whatsauth_meta_hears,

    ngx_http_whatsauth_meta_questions,
    "an \"access_token\" of \"meta\"",
    ngx_http_whatsauth_meta_reply,
    ngx_http_whatsauth_meta_codes
};


static ngx_int_t
ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    return ngx_http_whatsauth_account_secret(cf, option, value, object,
                                             ngx_http_whatsauth_secret_bit)
           == NULL ? NGX_ERROR : NGX_OK;
}


/* Of a vendor that posts as Meta does, and proves itself by a header. */

static ngx_int_t
ngx_http_whatsauth_meta_header_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_secret_t  *secret;

    secret = ngx_http_whatsauth_account_secret(cf, option, value, object,
                                              ngx_http_whatsauth_secret_header);

    return secret == NULL
           ? NGX_ERROR
           : ngx_http_whatsauth_account_check_header(cf, &secret->header, 1);
}


/*
 * Meta's handshake comes without access rules, so by default it does not tell
 * whether a guessed API token is one.
 */

static ngx_int_t
ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_meta_t *meta = object;

    if (ngx_strcmp(value->data, "token") == 0) {
        meta->verify_by_token = 1;
        return NGX_OK;
    }

    if (meta->verify_tokens.elts == NULL
        && ngx_array_init(&meta->verify_tokens, cf->pool, 1,
                          sizeof(ngx_http_whatsauth_digest_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_options_digest(cf, option, value, object);
}


static ngx_int_t
ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_account_t *account = object;

    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < '0' || value->data[i] > '9') {
            break;
        }
    }

    if (i < value->len || value->len == 0 || value->len > 32) {
        /* The access_token may stand in its place: it is not shown. */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid phone_number_id in \"meta\" directive: 1 "
                           "to 32 digits are expected");
        return NGX_ERROR;
    }

    account->id = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_meta_complete(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_account_t *account)
{
    ngx_http_whatsauth_meta_t *meta = (ngx_http_whatsauth_meta_t *) account;

    ngx_str_t  api;

    ngx_str_set(&api, "https://graph.facebook.com/v26.0");

    if (account->api.host.len == 0
        && ngx_http_whatsauth_argument_url(cf, &api, &account->api) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (account->secret_mask == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"app_secret\" or \"header_secret\" in "
                           "\"meta\" directive");
        return NGX_ERROR;
    }

    account->replies = meta->access_token.len != 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_meta_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_account_t *account)
{
    return ngx_http_whatsauth_account_check_owner(cf, account,
                                                  "phone_number_id",
                                                  "secrets");
}


static void
ngx_http_whatsauth_meta_read(ngx_http_whatsauth_webhook_t *webhook)
{
    webhook->result = whatsauth_meta_read((const char *) webhook->body,
                                          webhook->len, &webhook->batch,
                                          webhook->reason);
}


/* A directive without a phone_number_id stands for the app's phone. */

static ngx_uint_t
ngx_http_whatsauth_meta_hears(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message)
{
    if (account->id.len) {
        return account->id.len == message->account.len
               && ngx_memcmp(account->id.data, message->account.data,
                             account->id.len) == 0;
    }

    return ngx_http_whatsauth_provider_is_phone(app, &message->to);
}


static ngx_int_t
ngx_http_whatsauth_meta_reply(ngx_pool_t *pool,
    const ngx_http_whatsauth_account_t *account, const ngx_str_t *route,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_call_t *call)
{
    const ngx_http_whatsauth_meta_t *meta =
        (const ngx_http_whatsauth_meta_t *) account;

    u_char  *path, *authorization;

    path = ngx_pnalloc(pool, sizeof("//messages") + route->len);
    authorization = ngx_pnalloc(pool,
                                sizeof("Bearer ") + meta->access_token.len);

    if (path == NULL || authorization == NULL) {
        return NGX_ERROR;
    }

    call->url = account->api;
    call->type = "application/json";

    call->path.data = path;
    call->path.len = ngx_sprintf(path, "/%V/messages", route) - path;

    call->authorization.data = authorization;
    call->authorization.len = ngx_sprintf(authorization, "Bearer %V",
                                          &meta->access_token)
                              - authorization;

    call->body = question == NULL
                 ? whatsauth_reply_meta_text(reply, &call->len)
                 : whatsauth_reply_meta_contact_request(reply, question,
                                                        &call->len);

    return call->body == NULL ? NGX_ERROR : NGX_OK;
}

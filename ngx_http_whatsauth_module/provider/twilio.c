
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/twilio.h"

#include "protocol/twilio.h"


static ngx_uint_t ngx_http_whatsauth_twilio_is_target(ngx_http_request_t *r);
static void ngx_http_whatsauth_twilio_prepare(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook);
static ngx_int_t ngx_http_whatsauth_twilio_verify(
    ngx_http_whatsauth_webhook_t *webhook);
static int ngx_http_whatsauth_twilio_made_by(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac);
static void ngx_http_whatsauth_twilio_read(
    ngx_http_whatsauth_webhook_t *webhook);
static ngx_uint_t ngx_http_whatsauth_twilio_hears(
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message);
static ngx_int_t ngx_http_whatsauth_twilio_reply(ngx_pool_t *pool,
    const ngx_http_whatsauth_account_t *account, const ngx_str_t *route,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_call_t *call);
static ngx_int_t ngx_http_whatsauth_twilio_authorization(ngx_pool_t *pool,
    const ngx_http_whatsauth_twilio_t *twilio, ngx_str_t *authorization);


static const ngx_http_whatsauth_provider_code_t
    ngx_http_whatsauth_twilio_codes[] =
{
    /* the auth token */
    { 20003, NGX_HTTP_WHATSAUTH_REFUSED_FORBIDDEN },

    { 0, 0 }
};


const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_twilio = {
    LEDGER_PROVIDER_TWILIO,

    sizeof(ngx_http_whatsauth_twilio_t),
    ngx_http_whatsauth_twilio_options,
    ngx_http_whatsauth_twilio_complete,
    ngx_http_whatsauth_twilio_check,
    "the URL that Twilio calls",           /* needs public URL */

    "application/x-www-form-urlencoded",
    WHATSAUTH_TWILIO_BODY_MAX,
    ngx_string("X-Twilio-Signature"),
    whatsauth_twilio_signature_parse,
    "a form may have 65536 bytes",
    "X-Twilio-Signature is missing or malformed",
    "X-Twilio-Signature is not by a known auth token for this URL",
    "X-Twilio-Signature is not by an auth token, for this URL, of the app "
    "that it names",
    "the URL at Twilio must be exactly that of this endpoint, with no "
    "arguments but app, api_token and auth_token",
    "X-Twilio-Signature proves nothing: the signed text could be cut into "
    "other fields",
    "text/xml",
    ngx_string("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"),
    "AccountSid",
    NULL,                                  /* handshake */
    NULL,                                  /* recognise */
    ngx_http_whatsauth_twilio_is_target,
    NULL,                                  /* signature */
    ngx_http_whatsauth_twilio_prepare,
    ngx_http_whatsauth_twilio_verify,
    ngx_http_whatsauth_twilio_read,
    whatsauth_twilio_free,
    ngx_http_whatsauth_twilio_hears,

    NULL,                                  /* questions */
    NULL,                                  /* ask needs */
    ngx_http_whatsauth_twilio_reply,
    ngx_http_whatsauth_twilio_codes
};


/*
 * The path must be on the wire what nginx made of it: one that it normalised,
 * or that a rewrite changed, holds text that a sender may have chosen.
 */

static ngx_uint_t
ngx_http_whatsauth_twilio_is_target(ngx_http_request_t *r)
{
    whatsauth_text_t  target, path;

    target = ngx_http_whatsauth_text(&r->unparsed_uri);
    path = ngx_http_whatsauth_text(&r->uri);

    return whatsauth_twilio_is_target(&target, &path);
}


/*
 * The URL that Twilio called.  Only the operator can tell its scheme and
 * host: the Host header and X-Forwarded headers are anybody's.
 */

static void
ngx_http_whatsauth_twilio_prepare(ngx_http_request_t *r,
    ngx_http_whatsauth_webhook_t *webhook)
{
    u_char                            *p;
    ngx_str_t                          host;
    ngx_http_whatsauth_main_conf_t    *mcf;
    ngx_http_whatsauth_webhook_url_t  *url;

    static const whatsauth_text_t  schemes[] = {
        whatsauth_text("http"), whatsauth_text("https")
    };

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    url = &webhook->url;
    host = mcf->public_url;

    /* Without it there is no auth token either that could verify anything. */

    if (host.len) {
        p = ngx_strlchr(host.data, host.data + host.len, '/');
        url->scheme = schemes[p - host.data == sizeof("https:") - 1];

        p += sizeof("//") - 1;
        host.len -= p - host.data;
        host.data = p;

        url->host = ngx_http_whatsauth_text(&host);
    }

    url->target = ngx_http_whatsauth_text(&r->unparsed_uri);

    /* The decoded password follows the user and its colon. */

    if (ngx_http_auth_basic_user(r) == NGX_OK) {
        url->userinfo.data = (const char *) r->headers_in.user.data;
        url->userinfo.len = r->headers_in.user.len + 1
                            + r->headers_in.passwd.len;
    }
}


static ngx_int_t
ngx_http_whatsauth_twilio_verify(ngx_http_whatsauth_webhook_t *webhook)
{
    ngx_int_t                   rc;
    whatsauth_twilio_signed_t   content;
    whatsauth_twilio_request_t  request;

    request.scheme = webhook->url.scheme;
    request.host = webhook->url.host;
    request.userinfo = webhook->url.userinfo;
    request.target = webhook->url.target;
    request.body.data = (const char *) webhook->body;
    request.body.len = webhook->len;

    if (whatsauth_twilio_signed(&request, &content) != 0) {
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_provider_try(webhook,
                                         ngx_http_whatsauth_twilio_made_by,
                                         &content);

    if (webhook->verified
        && !whatsauth_twilio_is_one_reading(&content, webhook->reason))
    {
        webhook->verified = 0;
        webhook->bad_reading = 1;
    }

    whatsauth_twilio_signed_free(&content);

    return rc;
}


static int
ngx_http_whatsauth_twilio_made_by(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac)
{
    return whatsauth_twilio_verify(content, secret, mac);
}


static void
ngx_http_whatsauth_twilio_read(ngx_http_whatsauth_webhook_t *webhook)
{
    webhook->result = whatsauth_twilio_read((const char *) webhook->body,
                                            webhook->len, &webhook->batch,
                                            webhook->reason);
}


/* An account may have many numbers: the app's own one for the channel. */

static ngx_uint_t
ngx_http_whatsauth_twilio_hears(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_account_t *account,
    const whatsauth_message_t *message)
{
    ngx_str_t  phone;

    if (account->id.len != message->account.len
        || ngx_memcmp(account->id.data, message->account.data,
                      account->id.len) != 0)
    {
        return 0;
    }

    phone = message->channel == WHATSAUTH_CHANNEL_SMS ? app->phone.sms
                                                      : app->phone.whatsapp;

    /* A short code has no plus. */

    if (phone.len != 0 && phone.data[0] == '+') {
        phone.data++;
        phone.len--;
    }

    return phone.len != 0 && phone.len == message->to.len
           && ngx_memcmp(phone.data, message->to.data, phone.len) == 0;
}


static ngx_int_t
ngx_http_whatsauth_twilio_reply(ngx_pool_t *pool,
    const ngx_http_whatsauth_account_t *account, const ngx_str_t *route,
    const whatsauth_reply_t *reply, const char *question,
    ngx_http_whatsauth_call_t *call)
{
    const ngx_http_whatsauth_twilio_t *twilio =
        (const ngx_http_whatsauth_twilio_t *) account;

    u_char  *path;

    path = ngx_pnalloc(pool, sizeof("/2010-04-01/Accounts//Messages.json")
                             + account->id.len);

    if (path == NULL
        || ngx_http_whatsauth_twilio_authorization(pool, twilio,
                                                   &call->authorization)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    call->url = account->api;
    call->type = "application/x-www-form-urlencoded";

    call->path.data = path;
    call->path.len = ngx_sprintf(path,
                                 "/2010-04-01/Accounts/%V/Messages.json",
                                 &account->id)
                     - path;

    call->body = whatsauth_reply_twilio_text(reply, &call->len);

    return call->body == NULL ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_twilio_authorization(ngx_pool_t *pool,
    const ngx_http_whatsauth_twilio_t *twilio, ngx_str_t *authorization)
{
    ngx_str_t  user, encoded;

    user.len = twilio->account.id.len + 1 + twilio->auth_token.len;
    user.data = ngx_pnalloc(pool, user.len);
    authorization->data = ngx_pnalloc(pool, sizeof("Basic ")
                                      + ngx_base64_encoded_length(user.len));

    if (user.data == NULL || authorization->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(user.data, "%V:%V", &twilio->account.id,
                       &twilio->auth_token);

    encoded.data = ngx_cpymem(authorization->data, "Basic ",
                              sizeof("Basic ") - 1);
    ngx_encode_base64(&encoded, &user);
    authorization->len = sizeof("Basic ") - 1 + encoded.len;

    return NGX_OK;
}

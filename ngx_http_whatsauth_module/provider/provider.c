
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/body.h"
#include "kit/header.h"
#include "provider/meta.h"
#include "provider/provider.h"
#include "provider/twilio.h"

#include "protocol/meta.h"


/* 1 if a secret made the signature of a body or what stands for it, 0 if not,
   or -1 if that could not be computed. */
typedef int (*ngx_http_whatsauth_made_by_pt)(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac);


static ngx_http_whatsauth_secret_mask_t
    ngx_http_whatsauth_provider_meta_secrets(ngx_http_whatsauth_app_t *app);
static ngx_http_whatsauth_secret_mask_t ngx_http_whatsauth_provider_auth_tokens(
    ngx_http_whatsauth_app_t *app);
static ngx_uint_t ngx_http_whatsauth_provider_signing(
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_secret_mask_t mask);
static ngx_uint_t ngx_http_whatsauth_provider_twilio_target(
    ngx_http_request_t *r);
static void ngx_http_whatsauth_provider_twilio_url(ngx_http_request_t *r,
    ngx_http_whatsauth_inspection_t *inspection);
static ngx_int_t ngx_http_whatsauth_provider_verify_meta(
    ngx_http_whatsauth_inspection_t *inspection);
static ngx_int_t ngx_http_whatsauth_provider_verify_twilio(
    ngx_http_whatsauth_inspection_t *inspection);
static int ngx_http_whatsauth_provider_made_by_app_secret(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac);
static int ngx_http_whatsauth_provider_made_by_auth_token(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac);
static ngx_uint_t ngx_http_whatsauth_provider_hears_meta(
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_text_t *number_id, const whatsauth_text_t *display_number);


static const ngx_http_whatsauth_provider_t  ngx_http_whatsauth_providers[] = {

    { "application/json", WHATSAUTH_META_BODY_MAX,
      "a body may have 3145728 bytes",
      ngx_string("X-Hub-Signature-256"),
      "X-Hub-Signature-256 is missing or malformed",
      "X-Hub-Signature-256 is not by a known secret",
      "X-Hub-Signature-256 is not by a secret of the app that the URL names",
      NULL, NULL,
      "text/plain", ngx_string(""),
      offsetof(ngx_http_whatsauth_main_conf_t, secrets),
      offsetof(ngx_http_whatsauth_main_conf_t, app_secrets_most),
      ngx_http_whatsauth_provider_meta_secrets,
      whatsauth_hub_signature_parse,
      NULL,
      NULL,
      ngx_http_whatsauth_provider_verify_meta,
      whatsauth_meta_read,
      whatsauth_meta_free,
      NGX_HTTP_WHATSAUTH_TROUBLE_META_SIGNATURE, "phone_number_id" },

    { "application/x-www-form-urlencoded", WHATSAUTH_TWILIO_BODY_MAX,
      "a form may have 65536 bytes",
      ngx_string("X-Twilio-Signature"),
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
      offsetof(ngx_http_whatsauth_main_conf_t, auth_tokens),
      offsetof(ngx_http_whatsauth_main_conf_t, app_auth_tokens_most),
      ngx_http_whatsauth_provider_auth_tokens,
      whatsauth_twilio_signature_parse,
      ngx_http_whatsauth_provider_twilio_target,
      ngx_http_whatsauth_provider_twilio_url,
      ngx_http_whatsauth_provider_verify_twilio,
      whatsauth_twilio_read,
      whatsauth_twilio_free,
      NGX_HTTP_WHATSAUTH_TROUBLE_TWILIO_SIGNATURE, "AccountSid" },

    { NULL, 0, NULL, ngx_null_string, NULL, NULL, NULL, NULL, NULL, NULL,
      ngx_null_string, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL }
};


const ngx_http_whatsauth_provider_t *
ngx_http_whatsauth_provider(ngx_http_request_t *r)
{
    const ngx_http_whatsauth_provider_t  *provider;

    for (provider = ngx_http_whatsauth_providers; provider->type; provider++) {
        if (ngx_http_whatsauth_body_is(r, provider->type)) {
            return provider;
        }
    }

    return NULL;
}


ngx_array_t *
ngx_http_whatsauth_provider_secrets(
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    return (ngx_array_t *) ((u_char *) mcf + provider->secrets);
}


ngx_uint_t
ngx_http_whatsauth_provider_tries(
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    return *(ngx_uint_t *) ((u_char *) mcf + provider->most);
}


void
ngx_http_whatsauth_provider_count(ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                            i, *most;
    ngx_http_whatsauth_app_t            **apps;
    const ngx_http_whatsauth_provider_t  *provider;

    apps = mcf->apps.elts;

    for (provider = ngx_http_whatsauth_providers; provider->type; provider++) {
        most = (ngx_uint_t *) ((u_char *) mcf + provider->most);

        for (i = 0; i < mcf->apps.nelts; i++) {
            *most = ngx_max(*most,
                            ngx_http_whatsauth_provider_signing(provider, mcf,
                                            provider->app_secrets(apps[i])));
        }
    }
}


static ngx_uint_t
ngx_http_whatsauth_provider_signing(
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_secret_mask_t mask)
{
    ngx_uint_t                    i, n;
    ngx_array_t                  *known;
    ngx_http_whatsauth_secret_t  *secrets;

    known = ngx_http_whatsauth_provider_secrets(provider, mcf);
    secrets = known->elts;
    n = 0;

    for (i = 0; i < known->nelts; i++) {
        n += (mask >> i & 1) && secrets[i].header.len == 0;
    }

    return n;
}


/*
 * A header that comes twice fits none: which of the two is meant?  Those that
 * are no candidates are compared all the same, for the time that it takes.
 */

ngx_http_whatsauth_secret_mask_t
ngx_http_whatsauth_provider_headers(ngx_http_request_t *r,
    const ngx_http_whatsauth_provider_t *provider,
    ngx_http_whatsauth_secret_mask_t candidates)
{
    ngx_str_t                        value;
    ngx_uint_t                       i;
    ngx_array_t                     *known;
    ngx_http_whatsauth_digest_t      digest;
    ngx_http_whatsauth_secret_t     *secrets;
    ngx_http_whatsauth_secret_mask_t     bit, fits;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    known = ngx_http_whatsauth_provider_secrets(provider, mcf);
    secrets = known->elts;
    fits = 0;

    for (i = 0; i < known->nelts; i++) {
        bit = (ngx_http_whatsauth_secret_mask_t) 1 << i;

        if (secrets[i].header.len
            && ngx_http_whatsauth_header(r, &secrets[i].header, &value) == 1
            && whatsauth_sha256(value.data, value.len, digest.sha256) == 0
            && whatsauth_digest_equal(digest.sha256, secrets[i].value.data))
        {
            fits |= bit;
        }
    }

    return fits & candidates;
}


static ngx_http_whatsauth_secret_mask_t
ngx_http_whatsauth_provider_meta_secrets(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                     i;
    ngx_http_whatsauth_meta_t     *meta;
    ngx_http_whatsauth_secret_mask_t   secrets;

    meta = app->meta.elts;
    secrets = 0;

    for (i = 0; i < app->meta.nelts; i++) {
        secrets |= meta[i].secrets;
    }

    return secrets;
}


static ngx_http_whatsauth_secret_mask_t
ngx_http_whatsauth_provider_auth_tokens(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                     i;
    ngx_http_whatsauth_secret_mask_t   secrets;
    ngx_http_whatsauth_twilio_t   *twilio;

    twilio = app->twilio.elts;
    secrets = 0;

    for (i = 0; i < app->twilio.nelts; i++) {
        secrets |= twilio[i].auth_tokens;
    }

    return secrets;
}


/*
 * The path must be on the wire what nginx made of it: one that it normalised,
 * or that a rewrite changed, holds text that a sender may have chosen.
 */

static ngx_uint_t
ngx_http_whatsauth_provider_twilio_target(ngx_http_request_t *r)
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
ngx_http_whatsauth_provider_twilio_url(ngx_http_request_t *r,
    ngx_http_whatsauth_inspection_t *inspection)
{
    u_char                          *p;
    ngx_str_t                        host;
    whatsauth_twilio_request_t      *url;
    ngx_http_whatsauth_main_conf_t  *mcf;

    static const whatsauth_text_t  schemes[] = {
        whatsauth_text("http"), whatsauth_text("https")
    };

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    url = &inspection->url;
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


/*
 * Every candidate is tried, and a secret of nobody in the place of those that
 * another app has more: the time tells neither which it was nor whether the
 * app that the URL names exists.
 */

static ngx_int_t
ngx_http_whatsauth_provider_try(ngx_http_whatsauth_inspection_t *inspection,
    ngx_http_whatsauth_made_by_pt made_by, const void *content)
{
    int                            made;
    ngx_int_t                      rc;
    ngx_uint_t                     i, tried;
    whatsauth_text_t               secret;
    ngx_http_whatsauth_secret_t   *secrets;
    ngx_http_whatsauth_secret_mask_t   bit;

    static const whatsauth_text_t  nobodys =
                          whatsauth_text("the-secret-of-no-app-is-this-one");

    secrets = inspection->secrets->elts;
    rc = NGX_OK;
    tried = 0;

    for (i = 0; i < inspection->secrets->nelts; i++) {
        bit = (ngx_http_whatsauth_secret_mask_t) 1 << i;

        if (!(inspection->candidates & bit) || secrets[i].header.len) {
            continue;
        }

        tried++;
        secret = ngx_http_whatsauth_text(&secrets[i].value);

        made = made_by(content, &secret, inspection->mac);

        if (made == 1) {
            inspection->verified |= bit;

        } else if (made == -1) {
            rc = NGX_ERROR;
        }
    }

    if (inspection->verified == 0) {
        for ( /* void */ ; tried < inspection->tries; tried++) {
            (void) made_by(content, &nobodys, inspection->mac);
        }
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_provider_verify_meta(
    ngx_http_whatsauth_inspection_t *inspection)
{
    ngx_str_t  body;

    body.data = inspection->body;
    body.len = inspection->len;

    return ngx_http_whatsauth_provider_try(inspection,
                               ngx_http_whatsauth_provider_made_by_app_secret,
                               &body);
}


static int
ngx_http_whatsauth_provider_made_by_app_secret(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac)
{
    const ngx_str_t *body = content;

    uint8_t  made[WHATSAUTH_SHA256_LEN];

    if (whatsauth_hmac_sha256(secret, body->data, body->len, made) != 0) {
        return -1;
    }

    return whatsauth_digest_equal(made, mac);
}


static ngx_int_t
ngx_http_whatsauth_provider_verify_twilio(
    ngx_http_whatsauth_inspection_t *inspection)
{
    ngx_int_t                  rc;
    whatsauth_twilio_signed_t  content;

    inspection->url.body.data = (const char *) inspection->body;
    inspection->url.body.len = inspection->len;

    if (whatsauth_twilio_signed(&inspection->url, &content) != 0) {
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_provider_try(inspection,
                               ngx_http_whatsauth_provider_made_by_auth_token,
                               &content);

    if (inspection->verified
        && !whatsauth_twilio_is_one_reading(&content, inspection->reason))
    {
        inspection->verified = 0;
        inspection->bad_reading = 1;
    }

    whatsauth_twilio_signed_free(&content);

    return rc;
}


static int
ngx_http_whatsauth_provider_made_by_auth_token(const void *content,
    const whatsauth_text_t *secret, const uint8_t *mac)
{
    return whatsauth_twilio_verify(content, secret, mac);
}


ngx_uint_t
ngx_http_whatsauth_provider_hears(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message)
{
    /* Every message of Twilio has an account, and none of Meta. */

    return message->account_sid.len
           ? ngx_http_whatsauth_twilio_hears(app, verified, message)
           : ngx_http_whatsauth_provider_hears_meta(app, verified,
                                               &message->number_id,
                                               &message->display_number);
}


static ngx_uint_t
ngx_http_whatsauth_provider_hears_meta(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_text_t *number_id, const whatsauth_text_t *display_number)
{
    ngx_uint_t                  i;
    ngx_str_t                   digits;
    ngx_http_whatsauth_meta_t  *meta;

    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {

        if ((meta[i].secrets & verified) == 0) {
            continue;
        }

        if (meta[i].phone_number_id.len) {

            if (meta[i].phone_number_id.len == number_id->len
                && ngx_memcmp(meta[i].phone_number_id.data, number_id->data,
                              number_id->len) == 0)
            {
                return 1;
            }

            continue;
        }

        digits.len = app->phone.whatsapp.len - 1;
        digits.data = app->phone.whatsapp.data + 1;

        if (digits.len == display_number->len
            && ngx_memcmp(digits.data, display_number->data, digits.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}

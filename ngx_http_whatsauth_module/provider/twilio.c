
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/keys.h"
#include "kit/secret.h"
#include "provider/twilio.h"

#include "protocol/twilio_fields.h"


static ngx_int_t ngx_http_whatsauth_twilio_account_sid(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_twilio_auth_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_twilio_check_app(ngx_conf_t *cf,
    ngx_http_whatsauth_twilio_t *twilio, ngx_http_whatsauth_app_t *app);


static const ngx_http_whatsauth_key_t  ngx_http_whatsauth_twilio_keys[] = {

    { ngx_string("account_sid"),
      NGX_HTTP_WHATSAUTH_KEY_ONCE|NGX_HTTP_WHATSAUTH_KEY_REQUIRED,
      ngx_http_whatsauth_twilio_account_sid, 0, "another account" },

    { ngx_string("auth_token"), NGX_HTTP_WHATSAUTH_KEY_REQUIRED,
      ngx_http_whatsauth_twilio_auth_token, 0, NULL },

    { ngx_string("api"), NGX_HTTP_WHATSAUTH_KEY_ONCE,
      ngx_http_whatsauth_keys_api,
      offsetof(ngx_http_whatsauth_twilio_t, api), NULL },

    { ngx_null_string, 0, NULL, 0, NULL }
};


char *
ngx_http_whatsauth_twilio(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t                     api;
    ngx_http_whatsauth_twilio_t  *twilio;

    twilio = ngx_array_push(&app->twilio);
    if (twilio == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(twilio, sizeof(ngx_http_whatsauth_twilio_t));

    if (ngx_http_whatsauth_keys(cf, 1, ngx_http_whatsauth_twilio_keys, twilio,
                                NULL)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_str_set(&api, "https://api.twilio.com");

    if (twilio->api.host.len == 0
        && ngx_http_whatsauth_argument_url(cf, &api, &twilio->api) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_uint_t
ngx_http_whatsauth_twilio_parameter(ngx_str_t *name)
{
    return ngx_http_whatsauth_keys_have(ngx_http_whatsauth_twilio_keys, name);
}


/*
 * It becomes part of a path, and is compared with the AccountSid of messages,
 * which has this very form: another, such as an API key, would match none.
 */

static ngx_int_t
ngx_http_whatsauth_twilio_account_sid(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_twilio_t *twilio = object;

    whatsauth_text_t  sid;

    sid = ngx_http_whatsauth_text(value);

    if (!whatsauth_twilio_is_account_sid(&sid)) {
        /* The auth_token may stand in its place: it is not shown. */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid account_sid in \"twilio\" directive: "
                           "\"AC\" and 32 hexadecimal digits are expected, "
                           "the Account SID of the console and no API key");
        return NGX_ERROR;
    }

    twilio->account_sid = *value;

    return NGX_OK;
}


/* Replies are sent with the first one. */

static ngx_int_t
ngx_http_whatsauth_twilio_auth_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_twilio_t *twilio = object;

    ngx_str_t                        place;
    ngx_http_whatsauth_secret_t     *token;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_keys_place(cf, key, &place) != NGX_OK) {
        return NGX_ERROR;
    }

    token = ngx_http_whatsauth_secret_bit(cf, &place, value, &mcf->auth_tokens,
                                          &twilio->auth_tokens);
    if (token == NULL) {
        return NGX_ERROR;
    }

    if (twilio->auth_token.len == 0) {
        twilio->auth_token = token->value;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_twilio_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                        i, j;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_twilio_t      *twilio;
    ngx_http_whatsauth_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    apps = mcf->apps.elts;
    twilio = app->twilio.elts;

    for (i = 0; i < app->twilio.nelts; i++) {

        if (ngx_http_whatsauth_twilio_account(app, twilio[i].account_sid.data,
                                              twilio[i].account_sid.len)
            != &twilio[i])
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate account_sid \"%V\" in whatsauth_app "
                               "\"%V\"", &twilio[i].account_sid, &app->name);
            return NGX_ERROR;
        }

        for (j = 0; j < mcf->apps.nelts; j++) {

            if (ngx_http_whatsauth_twilio_check_app(cf, &twilio[i], apps[j])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* Twilio signs a URL, and a Host that clients choose would be theirs. */

ngx_int_t
ngx_http_whatsauth_twilio_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_app_t  **apps;

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts && mcf->public_url.len == 0; i++) {

        if (apps[i]->twilio.nelts) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"twilio\" in whatsauth_app \"%V\" needs "
                               "\"whatsauth_public_url\", the URL that Twilio "
                               "calls", &apps[i]->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_twilio_check_app(ngx_conf_t *cf,
    ngx_http_whatsauth_twilio_t *twilio, ngx_http_whatsauth_app_t *app)
{
    ngx_http_whatsauth_twilio_t  *other;

    other = ngx_http_whatsauth_twilio_account(app, twilio->account_sid.data,
                                              twilio->account_sid.len);

    if (other != NULL && other->auth_tokens != twilio->auth_tokens) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "account_sid \"%V\" has other auth tokens in "
                           "whatsauth_app \"%V\"", &twilio->account_sid,
                           &app->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_http_whatsauth_twilio_t *
ngx_http_whatsauth_twilio_account(ngx_http_whatsauth_app_t *app,
    const void *sid, size_t len)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_twilio_t  *twilio;

    twilio = app->twilio.elts;

    for (i = 0; i < app->twilio.nelts; i++) {
        if (twilio[i].account_sid.len == len
            && ngx_memcmp(twilio[i].account_sid.data, sid, len) == 0)
        {
            return &twilio[i];
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_whatsauth_twilio_hears(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_secret_mask_t verified,
    const whatsauth_message_t *message)
{
    ngx_str_t                     phone;
    ngx_http_whatsauth_twilio_t  *twilio;

    twilio = ngx_http_whatsauth_twilio_account(app, message->account_sid.data,
                                               message->account_sid.len);

    if (twilio == NULL || (twilio->auth_tokens & verified) == 0) {
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

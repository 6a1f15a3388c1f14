
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/arguments.h"
#include "kit/secret.h"
#include "provider/twilio.h"

#include "protocol/twilio_fields.h"


static ngx_int_t ngx_http_whatsauth_twilio_account_sid(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_twilio_auth_token(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_twilio_api(ngx_conf_t *cf, void *object,
    ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_twilio_check_app(ngx_conf_t *cf,
    ngx_http_whatsauth_twilio_t *twilio, ngx_http_whatsauth_app_t *app);


static const ngx_http_whatsauth_key_t  ngx_http_whatsauth_twilio_keys[] = {

    { ngx_string("account_sid="), ngx_http_whatsauth_twilio_account_sid },

    { ngx_string("auth_token="), ngx_http_whatsauth_twilio_auth_token },

    { ngx_string("api="), ngx_http_whatsauth_twilio_api },

    { ngx_null_string, NULL }
};


char *
ngx_http_whatsauth_twilio(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    const char                   *lacks;
    ngx_str_t                     api;
    ngx_http_whatsauth_twilio_t  *twilio;

    twilio = ngx_array_push(&app->twilio);
    if (twilio == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(twilio, sizeof(ngx_http_whatsauth_twilio_t));

    if (ngx_http_whatsauth_arguments(cf, ngx_http_whatsauth_twilio_keys,
                                     twilio)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    lacks = twilio->account_sid.len == 0 ? "account_sid"
            : twilio->auth_tokens == 0 ? "auth_token"
            : NULL;

    if (lacks != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"%s\" in \"twilio\" directive", lacks);
        return NGX_CONF_ERROR;
    }

    if (twilio->api.host.len == 0) {
        ngx_str_set(&api, "https://api.twilio.com");

        if (ngx_http_whatsauth_argument_api(cf, &api, &twilio->api)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


ngx_uint_t
ngx_http_whatsauth_twilio_parameter(ngx_str_t *name)
{
    return ngx_http_whatsauth_argument_known(ngx_http_whatsauth_twilio_keys,
                                             name);
}


/*
 * It becomes part of a path, and is compared with the AccountSid of messages,
 * which has this very form: another, such as an API key, would match none.
 */

static ngx_int_t
ngx_http_whatsauth_twilio_account_sid(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_twilio_t *twilio = object;

    whatsauth_text_t  sid;

    if (twilio->account_sid.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"account_sid\" is duplicate: repeat the "
                           "\"twilio\" directive for another account");
        return NGX_ERROR;
    }

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
ngx_http_whatsauth_twilio_auth_token(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_twilio_t *twilio = object;

    ngx_str_t                        name;
    ngx_http_whatsauth_secret_t     *token;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    ngx_str_set(&name, "twilio auth_token");

    token = ngx_http_whatsauth_secret_bit(cf, &name, value, &mcf->auth_tokens,
                                          &twilio->auth_tokens);
    if (token == NULL) {
        return NGX_ERROR;
    }

    if (twilio->auth_token.len == 0) {
        twilio->auth_token = token->value;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_twilio_api(ngx_conf_t *cf, void *object, ngx_str_t *value)
{
    ngx_http_whatsauth_twilio_t *twilio = object;

    return ngx_http_whatsauth_argument_api(cf, value, &twilio->api);
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

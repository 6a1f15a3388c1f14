
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "provider/twilio.h"

#include "protocol/twilio_fields.h"


static ngx_int_t ngx_http_whatsauth_twilio_directive_account_sid(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_twilio_directive_auth_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);


const ngx_http_whatsauth_option_t  ngx_http_whatsauth_twilio_options[] = {

    { ngx_string("account_sid"),
      NGX_HTTP_WHATSAUTH_OPTION_ONCE|NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_twilio_directive_account_sid, 0, "another account",
      NULL },

    { ngx_string("auth_token"), NGX_HTTP_WHATSAUTH_OPTION_REQUIRED,
      ngx_http_whatsauth_twilio_directive_auth_token, 0, NULL, NULL },

    { ngx_string("api"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_options_api,
      offsetof(ngx_http_whatsauth_account_t, api), NULL, NULL },

    { ngx_null_string, 0, NULL, 0, NULL, NULL }
};


/*
 * It becomes part of a path, and is compared with the AccountSid of messages,
 * which has this very form: another, such as an API key, would match none.
 */

static ngx_int_t
ngx_http_whatsauth_twilio_directive_account_sid(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_account_t *account = object;

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

    account->id = *value;

    return NGX_OK;
}


/* The first one also signs in to the API. */

static ngx_int_t
ngx_http_whatsauth_twilio_directive_auth_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_twilio_t *twilio = object;

    ngx_http_whatsauth_secret_t  *token;

    token = ngx_http_whatsauth_account_secret(cf, option, value, object,
                                              ngx_http_whatsauth_secret_bit);
    if (token == NULL) {
        return NGX_ERROR;
    }

    if (twilio->auth_token.len == 0) {
        twilio->auth_token = token->value;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_twilio_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_account_t *account)
{
    ngx_str_t  api;

    account->replies = 1;

    if (account->api.host.len) {
        return NGX_OK;
    }

    ngx_str_set(&api, "https://api.twilio.com");

    return ngx_http_whatsauth_argument_url(cf, &api, &account->api);
}


ngx_int_t
ngx_http_whatsauth_twilio_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_account_t *account)
{
    if (ngx_http_whatsauth_account_by_id(app, account->provider,
                                         account->id.data, account->id.len)
        != account)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate account_sid \"%V\" in whatsauth_app "
                           "\"%V\"", &account->id, &app->name);
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_account_check_owner(cf, account, "account_sid",
                                                  "auth tokens");
}

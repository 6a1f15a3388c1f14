
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/secret.h"
#include "kit/secret_source.h"
#include "setup/app_callback.h"

#include "ledger/ledger.h"
#include "protocol/webhook_signature.h"


char *
ngx_http_whatsauth_app_callback_url(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t  *value;

    value = cf->args->elts;
    app->callback.url = value[1];

    if (ngx_http_whatsauth_argument_url(cf, &value[1], &app->callback.parsed)
        != NGX_OK
        || ngx_http_whatsauth_argument_http(cf, &app->callback.parsed)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_app_authorized_callbacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t        *value;
    ngx_uint_t        i;
    whatsauth_url_t  *url;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "public") == 0) {
            app->callback.to_public = 1;
            continue;
        }

        url = ngx_array_push(&app->callback.authorized);
        if (url == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_http_whatsauth_argument_url(cf, &value[i], url) != NGX_OK
            || ngx_http_whatsauth_argument_http(cf, url) != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }

        if (url->query.len) {
            (void) ngx_http_whatsauth_argument_url_invalid(cf, &value[i],
                                                           "has a query");
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_app_callback_secret(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t                *value, secret, place;
    const char               *wrong;
    whatsauth_text_t          text;
    whatsauth_webhook_key_t  *key;

    value = cf->args->elts;

    if (app->callback.no_secret
        || (app->callback.keys.nelts
            && ngx_strcmp(value[1].data, "none") == 0))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"callback_secret none\" beside another "
                           "\"callback_secret\" directive");
        return NGX_CONF_ERROR;
    }

    if (ngx_strcmp(value[1].data, "none") == 0) {
        app->callback.no_secret = 1;
        return NGX_CONF_OK;
    }

    if (ngx_http_whatsauth_secret(cf, &value[0], &value[1], &secret)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    key = ngx_array_push(&app->callback.keys);
    if (key == NULL) {
        return NGX_CONF_ERROR;
    }

    text = ngx_http_whatsauth_text(&secret);
    wrong = whatsauth_webhook_key_parse(&text, key);

    if (wrong != NULL) {
        if (ngx_http_whatsauth_secret_place(cf, &value[0], &value[1], &place)
            == NGX_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the secret in %V %s: echo \"whsec_$(openssl "
                               "rand -base64 32)\" makes one", &place, wrong);
        }

        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


void
ngx_http_whatsauth_app_callback_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    if (app->callback.keys.nelts || app->callback.no_secret
        || (app->callback.url.len == 0 && app->callback.authorized.nelts == 0
            && !app->callback.to_public))
    {
        return;
    }

    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "no \"callback_secret\" in whatsauth_app \"%V\": who "
                       "knows the URL of callbacks can log in as anybody; "
                       "\"callback_secret none;\" says that it is meant so",
                       &app->name);
}


char *
ngx_http_whatsauth_app_callback_retry(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_int_t    ms;
    ngx_str_t   *value;
    ngx_uint_t   i;
    ngx_msec_t  *wait;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        ms = ngx_http_whatsauth_argument_time(cf, &value[i]);

        if (ms == NGX_ERROR || ms < 100 || ms > 24 * 60 * 60 * 1000) {
            return ngx_http_whatsauth_argument_invalid(cf, "time", &value[i],
                                                       ": from 100ms to 1d");
        }

        wait = ngx_array_push(&app->callback.retry);
        if (wait == NULL) {
            return NGX_CONF_ERROR;
        }

        *wait = ms;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_app_callback_on(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t        *value;
    ngx_uint_t        i, flag;
    ngx_conf_enum_t  *status;

    static ngx_conf_enum_t  statuses[] = {
        { ngx_string("validated"), LEDGER_ON_VALIDATED },
        { ngx_string("failed"), LEDGER_ON_FAILED },
        { ngx_string("expired"), LEDGER_ON_EXPIRED },
        { ngx_null_string, 0 }
    };

    value = cf->args->elts;
    app->callback.on = 0;

    for (i = 1; i < cf->args->nelts; i++) {

        for (status = statuses; status->name.len; status++) {
            if (ngx_strcmp(value[i].data, status->name.data) == 0) {
                break;
            }
        }

        flag = status->value;

        if (flag == 0 || (app->callback.on & flag)) {
            return ngx_http_whatsauth_argument_invalid(cf, "or repeated status",
                                                       &value[i],
                                        ": \"validated\", \"failed\" and "
                                        "\"expired\" are expected, each once");
        }

        app->callback.on |= flag;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_app_callback_success(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "strict") == 0) {
        app->callback.strict = 1;

    } else if (ngx_strcmp(value[1].data, "any") != 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                         ", it must be \"any\" or \"strict\"");
    }

    return NGX_CONF_OK;
}

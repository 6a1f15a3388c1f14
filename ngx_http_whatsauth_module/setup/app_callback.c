
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/secret.h"
#include "kit/secret_source.h"
#include "setup/app_block.h"
#include "setup/slot.h"

#include "ledger/ledger.h"
#include "protocol/webhook_signature.h"


#define NGX_HTTP_WHATSAUTH_APP_CALLBACK_WAITS  32


static ngx_int_t ngx_http_whatsauth_app_callback_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_callback_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_callback_retry_default(
    ngx_array_t *retry);
static char *ngx_http_whatsauth_app_callback_url(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_callback_authorized(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_callback_secret(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_int_t ngx_http_whatsauth_app_callback_sign(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_callback_retry(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_callback_on(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


static ngx_http_whatsauth_span_t  ngx_http_whatsauth_app_callback_wait = {
    100, 24 * 60 * 60 * 1000, "from 100ms to 1d"
};


static ngx_conf_enum_t  ngx_http_whatsauth_app_callback_statuses[] = {
    { ngx_string("validated"), LEDGER_ON_VALIDATED },
    { ngx_string("failed"), LEDGER_ON_FAILED },
    { ngx_string("expired"), LEDGER_ON_EXPIRED },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_whatsauth_app_callback_successes[] = {
    { ngx_string("any"), 0 },
    { ngx_string("strict"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_whatsauth_app_callback_commands[] = {

    { ngx_string("callback_url"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_callback_url,
      0,
      0,
      NULL },

    { ngx_string("authorized_callbacks"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_app_callback_authorized,
      0,
      0,
      NULL },

    { ngx_string("callback_secret"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_callback_secret,
      0,
      0,
      NULL },

    { ngx_string("callback_retry"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_app_callback_retry,
      0,
      0,
      NULL },

    { ngx_string("callback_on"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE123,
      ngx_http_whatsauth_app_callback_on,
      0,
      0,
      NULL },

    { ngx_string("callback_success"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, callback.strict),
      &ngx_http_whatsauth_app_callback_successes },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_callback = {
    ngx_http_whatsauth_app_callback_commands,
    ngx_http_whatsauth_app_callback_create,
    ngx_http_whatsauth_app_callback_init
};


static ngx_int_t
ngx_http_whatsauth_app_callback_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->callback.strict = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&app->callback.authorized, cf->pool, 2,
                       sizeof(whatsauth_url_t)) != NGX_OK
        || ngx_array_init(&app->callback.retry, cf->pool, 8,
                          sizeof(ngx_msec_t)) != NGX_OK
        || ngx_array_init(&app->callback.secrets, cf->pool, 1,
                          sizeof(whatsauth_webhook_key_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_callback_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_http_whatsauth_app_callback_t  *callback;

    callback = &app->callback;

    if (callback->url.len == 0 && callback->authorized.nelts == 0
        && !callback->to_public && app->login.on != 1)
    {
        return ngx_http_whatsauth_app_block_lacks(cf, app,
                            "\"callback_url\" or \"authorized_callbacks\"");
    }

    ngx_conf_init_uint_value(callback->strict, 0);

    if (callback->on == 0) {
        callback->on = LEDGER_ON_VALIDATED|LEDGER_ON_FAILED|LEDGER_ON_EXPIRED;
    }

    if (callback->secrets.nelts == 0 && !callback->no_secret
        && (callback->url.len || callback->authorized.nelts
            || callback->to_public))
    {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "no \"callback_secret\" in whatsauth_app \"%V\": "
                           "anyone who knows the callback URL can log in as "
                           "anybody; \"callback_secret none;\" accepts that",
                           &app->name);
    }

    return ngx_http_whatsauth_app_callback_retry_default(&callback->retry);
}


static ngx_int_t
ngx_http_whatsauth_app_callback_retry_default(ngx_array_t *retry)
{
    ngx_msec_t  *wait;

    static const ngx_msec_t  waits[] = { 2000, 5000, 15000, 30000, 60000 };

    if (retry->nelts) {
        return NGX_OK;
    }

    wait = ngx_array_push_n(retry, sizeof(waits) / sizeof(waits[0]));
    if (wait == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(wait, waits, sizeof(waits));

    return NGX_OK;
}


static char *
ngx_http_whatsauth_app_callback_url(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t  *value;

    if (app->callback.url.data != NULL) {
        return "is duplicate";
    }

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


static char *
ngx_http_whatsauth_app_callback_authorized(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

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


static char *
ngx_http_whatsauth_app_callback_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t   *value;
    ngx_uint_t   none;

    value = cf->args->elts;
    none = ngx_strcmp(value[1].data, "none") == 0;

    if (app->callback.no_secret || (none && app->callback.secrets.nelts)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"callback_secret none\" beside another "
                           "\"callback_secret\" directive");
        return NGX_CONF_ERROR;
    }

    if (none) {
        app->callback.no_secret = 1;
        return NGX_CONF_OK;
    }

    return ngx_http_whatsauth_app_callback_sign(cf, app) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_app_callback_sign(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_str_t                *value, secret, source;
    const char               *wrong;
    whatsauth_text_t          text;
    whatsauth_webhook_key_t  *key;

    value = cf->args->elts;

    if (ngx_http_whatsauth_secret(cf, &value[0], &value[1], &secret)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    key = ngx_array_push(&app->callback.secrets);
    if (key == NULL) {
        return NGX_ERROR;
    }

    text = ngx_http_whatsauth_text(&secret);
    wrong = whatsauth_webhook_key_parse(&text, key);

    if (wrong == NULL) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_secret_source_name(cf, &value[0], &value[1],
                                              &source)
        == NGX_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret in %V %s: echo \"whsec_$(openssl "
                           "rand -base64 32)\" makes one", &source, wrong);
    }

    return NGX_ERROR;
}


static char *
ngx_http_whatsauth_app_callback_retry(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;
    ngx_msec_t  *wait;

    if (app->callback.retry.nelts) {
        return "is duplicate";
    }

    if (cf->args->nelts > 1 + NGX_HTTP_WHATSAUTH_APP_CALLBACK_WAITS) {
        return ngx_http_whatsauth_argument_count(cf);
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        wait = ngx_array_push(&app->callback.retry);
        if (wait == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_http_whatsauth_argument_span(cf, &value[i],
                                 &ngx_http_whatsauth_app_callback_wait, wait)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_callback_on(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t        *value;
    ngx_uint_t        i;
    ngx_conf_enum_t  *status;

    if (app->callback.on) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        status = ngx_http_whatsauth_app_callback_statuses;

        while (status->name.len
               && ngx_strcmp(value[i].data, status->name.data) != 0)
        {
            status++;
        }

        if (status->name.len == 0 || (app->callback.on & status->value)) {
            return ngx_http_whatsauth_argument_invalid(cf, "or repeated status",
                                                       &value[i],
                                        ": \"validated\", \"failed\" and "
                                        "\"expired\" are expected, each once");
        }

        app->callback.on |= status->value;
    }

    return NGX_CONF_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/page_token.h"
#include "journey/parameters.h"
#include "journey/hidden_number.h"
#include "journey/link.h"
#include "kit/argument.h"
#include "kit/secret.h"
#include "provider/meta.h"
#include "provider/twilio.h"
#include "setup/app_callback.h"
#include "setup/app_directives.h"
#include "setup/app_phone.h"
#include "setup/share.h"


/* Keeps every code inside the window in which it decodes to its own key. */
#define NGX_HTTP_WHATSAUTH_EXPIRES_MAX  (6 * 24 * 60 * 60 * 1000)


static char *ngx_http_whatsauth_app_token(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_flag(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_expires(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_authorized_origins(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_link_message(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_prefilled(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_message(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_text_problem(ngx_conf_t *cf,
    const char *problem);
static char *ngx_http_whatsauth_app_reply_limit(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_hidden_number(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_meta(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);
static char *ngx_http_whatsauth_app_twilio(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset);


const ngx_http_whatsauth_app_directive_t  ngx_http_whatsauth_app_directives[]
    =
{
    { ngx_string("token"), 1, 1, 1, ngx_http_whatsauth_app_token, 0 },

    { ngx_string("page_token"), 1, 1, 1, ngx_http_whatsauth_page_token, 0 },

    { ngx_string("start_limit"), 1, 2, 0, ngx_http_whatsauth_start_limit, 0 },

    { ngx_string("phone"), 1, 1, 0, ngx_http_whatsauth_app_phone, 0 },

    { ngx_string("sms_phone"), 1, 1, 0, ngx_http_whatsauth_app_sms_phone, 0 },

    { ngx_string("enabled"), 1, 1, 0, ngx_http_whatsauth_app_flag,
      offsetof(ngx_http_whatsauth_app_t, enabled) },

    { ngx_string("expires"), 1, 1, 0, ngx_http_whatsauth_app_expires,
      offsetof(ngx_http_whatsauth_app_t, code.expires) },

    { ngx_string("expires_max"), 1, 1, 0, ngx_http_whatsauth_app_expires,
      offsetof(ngx_http_whatsauth_app_t, code.expires_max) },

    { ngx_string("authorized_origins"), 1, 64, 1,
      ngx_http_whatsauth_app_authorized_origins, 0 },

    { ngx_string("authorized_numbers"), 1, 20, 0,
      ngx_http_whatsauth_app_authorized_numbers, 0 },

    { ngx_string("sandbox"), 1, 1, 0, ngx_http_whatsauth_app_flag,
      offsetof(ngx_http_whatsauth_app_t, reply.sandbox) },

    { ngx_string("sms"), 1, 1, 0, ngx_http_whatsauth_app_flag,
      offsetof(ngx_http_whatsauth_app_t, phone.sms_on) },

    { ngx_string("sms_reply"), 1, 1, 0, ngx_http_whatsauth_app_flag,
      offsetof(ngx_http_whatsauth_app_t, reply.by_sms) },

    { ngx_string("hidden_number"), 1, 1, 0,
      ngx_http_whatsauth_app_hidden_number, 0 },

    { ngx_string("reply_limit"), 2, 2, 0,
      ngx_http_whatsauth_app_reply_limit, 0 },

    { ngx_string("link_message"), 1, 1, 0,
      ngx_http_whatsauth_app_link_message, 0 },

    { ngx_string("message"), 1, 1, 0, ngx_http_whatsauth_app_prefilled, 0 },

    { ngx_string("response_message"), 1, 1, 0,
      ngx_http_whatsauth_app_message,
      offsetof(ngx_http_whatsauth_app_t, texts.response) },

    { ngx_string("expiration_message"), 1, 1, 0,
      ngx_http_whatsauth_app_message,
      offsetof(ngx_http_whatsauth_app_t, texts.expiration) },

    { ngx_string("failure_message"), 1, 1, 0,
      ngx_http_whatsauth_app_message,
      offsetof(ngx_http_whatsauth_app_t, texts.failure) },

    { ngx_string("callback_url"), 1, 1, 0,
      ngx_http_whatsauth_app_callback_url, 0 },

    { ngx_string("authorized_callbacks"), 1, 64, 1,
      ngx_http_whatsauth_app_authorized_callbacks, 0 },

    { ngx_string("callback_secret"), 1, 1, 1,
      ngx_http_whatsauth_app_callback_secret, 0 },

    { ngx_string("callback_retry"), 1, 32, 0,
      ngx_http_whatsauth_app_callback_retry, 0 },

    { ngx_string("callback_on"), 1, 3, 0,
      ngx_http_whatsauth_app_callback_on, 0 },

    { ngx_string("callback_success"), 1, 1, 0,
      ngx_http_whatsauth_app_callback_success, 0 },

    { ngx_string("max_live"), 1, 2, 0, ngx_http_whatsauth_max_live, 0 },

    { ngx_string("store_share"), 1, 1, 0, ngx_http_whatsauth_store_share, 0 },

    { ngx_string("meta"), 1, 64, 1, ngx_http_whatsauth_app_meta, 0 },

    { ngx_string("twilio"), 1, 64, 1, ngx_http_whatsauth_app_twilio, 0 },

    { ngx_null_string, 0, 0, 0, NULL, 0 }
};


static char *
ngx_http_whatsauth_app_token(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_http_whatsauth_secret_digest(cf, &value[0], &value[1],
                                         &app->access.tokens) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_authorized_origins(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t        *value;
    ngx_uint_t        i;
    whatsauth_url_t  *origin;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        origin = ngx_array_push(&app->access.origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_http_whatsauth_argument_origin(cf, &value[i], origin)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_link_message(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t         *value;
    const char        *problem;
    whatsauth_text_t   text;

    value = cf->args->elts;
    text = ngx_http_whatsauth_text(&value[1]);
    problem = ngx_http_whatsauth_parameters_link_message_problem(&text);

    if (problem != NULL) {
        return ngx_http_whatsauth_app_text_problem(cf, problem);
    }

    return ngx_http_whatsauth_link_default(cf->pool, app, &text) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* Whether a message may say something else beside its code. */

static char *
ngx_http_whatsauth_app_prefilled(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "any") == 0) {
        app->code.message_any = 1;

    } else if (ngx_strcmp(value[1].data, "prefilled") != 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                      ", it must be \"prefilled\" or \"any\"");
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_message(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_str_t         *value;
    const char        *problem;
    whatsauth_text_t   text;

    value = cf->args->elts;
    text = ngx_http_whatsauth_text(&value[1]);
    problem = ngx_http_whatsauth_parameters_message_problem(&text);

    if (problem != NULL) {
        return ngx_http_whatsauth_app_text_problem(cf, problem);
    }

    *(ngx_str_t *) ((u_char *) app + offset) = value[1];

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_text_problem(ngx_conf_t *cf, const char *problem)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "the text in \"%V\" directive %s", &value[0], problem);

    return NGX_CONF_ERROR;
}


/* For one sender and for the whole app: `3/h 1000/h`. */

static char *
ngx_http_whatsauth_app_reply_limit(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    ngx_int_t    n;
    ngx_str_t   *value;
    ngx_uint_t   i, *limit;

    value = cf->args->elts;

    for (i = 1; i <= 2; i++) {

        n = NGX_ERROR;

        if (value[i].len > 2
            && ngx_strncmp(value[i].data + value[i].len - 2, "/h", 2) == 0)
        {
            n = ngx_atoi(value[i].data, value[i].len - 2);
        }

        if (n < 1 || n > 65535) {
            return ngx_http_whatsauth_argument_invalid(cf, "rate", &value[i],
                                                      ": from 1/h to 65535/h");
        }

        limit = (i == 1) ? &app->reply.limit_sender : &app->reply.limit_app;
        *limit = n;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_expires(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_int_t   ms;
    ngx_str_t  *value;

    value = cf->args->elts;
    ms = ngx_http_whatsauth_argument_time(cf, &value[1]);

    if (ms == NGX_ERROR || ms < 1000 || ms > NGX_HTTP_WHATSAUTH_EXPIRES_MAX) {
        return ngx_http_whatsauth_argument_invalid(cf, "time", &value[1],
                                                   ": from 1s to 6d");
    }

    *(ngx_msec_t *) ((u_char *) app + offset) = ms;

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_flag(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_str_t   *value;
    ngx_flag_t  *flag;

    value = cf->args->elts;
    flag = (ngx_flag_t *) ((u_char *) app + offset);

    if (ngx_strcmp(value[1].data, "on") == 0) {
        *flag = 1;

    } else if (ngx_strcmp(value[1].data, "off") == 0) {
        *flag = 0;

    } else {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                             ", it must be \"on\" or \"off\"");
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_hidden_number(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, size_t offset)
{
    return ngx_http_whatsauth_hidden_number(cf, app);
}


static char *
ngx_http_whatsauth_app_meta(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    return ngx_http_whatsauth_meta(cf, app);
}


static char *
ngx_http_whatsauth_app_twilio(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    return ngx_http_whatsauth_twilio(cf, app);
}

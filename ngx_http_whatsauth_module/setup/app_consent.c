
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/account.h"
#include "setup/app_block.h"
#include "setup/slot.h"


static ngx_int_t ngx_http_whatsauth_app_consent_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_consent_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static const char *ngx_http_whatsauth_app_consent_lacks(
    ngx_http_whatsauth_app_t *app);


static ngx_conf_enum_t  ngx_http_whatsauth_app_consent_confirm[] = {
    { ngx_string("off"), NGX_HTTP_WHATSAUTH_CONFIRM_OFF },
    { ngx_string("unknown"), NGX_HTTP_WHATSAUTH_CONFIRM_UNKNOWN },
    { ngx_string("always"), NGX_HTTP_WHATSAUTH_CONFIRM_ALWAYS },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_whatsauth_app_consent_commands[] = {

    { ngx_string("confirm"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, consent.confirm),
      &ngx_http_whatsauth_app_consent_confirm },

    { ngx_string("ask_number"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, consent.ask_number),
      &ngx_http_whatsauth_slot_switch },

    { ngx_string("place"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_set_complex_value_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, consent.place),
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_consent = {
    ngx_http_whatsauth_app_consent_commands,
    ngx_http_whatsauth_app_consent_create,
    ngx_http_whatsauth_app_consent_init
};


static ngx_int_t
ngx_http_whatsauth_app_consent_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->consent.confirm = NGX_CONF_UNSET_UINT;
    app->consent.ask_number = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_consent_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    const char  *lacks;

    lacks = ngx_http_whatsauth_app_consent_lacks(app);

    ngx_conf_init_uint_value(app->consent.ask_number, 0);
    ngx_conf_init_uint_value(app->consent.confirm,
                             lacks == NULL && app->login.on
                             ? NGX_HTTP_WHATSAUTH_CONFIRM_UNKNOWN
                             : NGX_HTTP_WHATSAUTH_CONFIRM_OFF);

    if (app->consent.confirm != NGX_HTTP_WHATSAUTH_CONFIRM_OFF
        && lacks != NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"confirm\" in whatsauth_app \"%V\" has no way "
                           "to send PINs: %s", &app->name, lacks);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Why the app can send no PIN, or NULL. */

static const char *
ngx_http_whatsauth_app_consent_lacks(ngx_http_whatsauth_app_t *app)
{
    if (app->reply.sandbox) {
        return "it has \"sandbox on\"";
    }

    if (!ngx_http_whatsauth_account_replies(app)) {
        return "one of its accounts cannot reply to users";
    }

    return NULL;
}

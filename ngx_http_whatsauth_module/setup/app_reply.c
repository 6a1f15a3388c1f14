
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "setup/app_block.h"
#include "setup/slot.h"


static ngx_int_t ngx_http_whatsauth_app_reply_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_reply_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_reply_limit(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


static ngx_command_t  ngx_http_whatsauth_app_reply_commands[] = {

    { ngx_string("sandbox"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, reply.sandbox),
      &ngx_http_whatsauth_slot_switch },

    { ngx_string("sms_reply"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, reply.by_sms),
      &ngx_http_whatsauth_slot_switch },

    { ngx_string("reply_limit"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE2,
      ngx_http_whatsauth_app_reply_limit,
      0,
      0,
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_reply = {
    ngx_http_whatsauth_app_reply_commands,
    ngx_http_whatsauth_app_reply_create,
    ngx_http_whatsauth_app_reply_init
};


static ngx_int_t
ngx_http_whatsauth_app_reply_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->reply.sandbox = NGX_CONF_UNSET_UINT;
    app->reply.by_sms = NGX_CONF_UNSET_UINT;
    app->reply.limit_sender = NGX_CONF_UNSET_UINT;
    app->reply.limit_app = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_reply_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_conf_init_uint_value(app->reply.sandbox, 0);
    ngx_conf_init_uint_value(app->reply.by_sms, 0);
    ngx_conf_init_uint_value(app->reply.limit_sender, 3);
    ngx_conf_init_uint_value(app->reply.limit_app, 1000);

    return NGX_OK;
}


/* `3/h 1000/h`: for one sender, and for the whole app. */

static char *
ngx_http_whatsauth_app_reply_limit(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t  *value;

    if (app->reply.limit_sender != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_whatsauth_argument_rate(cf, &value[1], "/h",
                                         &app->reply.limit_sender)
        != NGX_OK
        || ngx_http_whatsauth_argument_rate(cf, &value[2], "/h",
                                            &app->reply.limit_app)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "kit/conf.h"
#include "setup/app_block.h"
#include "setup/slot.h"


static ngx_int_t ngx_http_whatsauth_app_code_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_code_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);


/* A code decodes to the key nearest to now; after 6.2 days that is another. */

static ngx_http_whatsauth_span_t  ngx_http_whatsauth_app_code_span = {
    1000, 6 * 24 * 60 * 60 * 1000, "from 1s to 6d"
};


static ngx_conf_enum_t  ngx_http_whatsauth_app_code_messages[] = {
    { ngx_string("prefilled"), 0 },
    { ngx_string("any"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_whatsauth_app_code_commands[] = {

    { ngx_string("expires"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_time,
      0,
      offsetof(ngx_http_whatsauth_app_t, code.expires),
      &ngx_http_whatsauth_app_code_span },

    { ngx_string("expires_max"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_time,
      0,
      offsetof(ngx_http_whatsauth_app_t, code.expires_max),
      &ngx_http_whatsauth_app_code_span },

    { ngx_string("message"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, code.message_any),
      &ngx_http_whatsauth_app_code_messages },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_code = {
    ngx_http_whatsauth_app_code_commands,
    ngx_http_whatsauth_app_code_create,
    ngx_http_whatsauth_app_code_init
};


static ngx_int_t
ngx_http_whatsauth_app_code_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->code.expires = NGX_CONF_UNSET_MSEC;
    app->code.expires_max = NGX_CONF_UNSET_MSEC;
    app->code.message_any = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


/* If one of the two times is given, the default of the other gives way. */

static ngx_int_t
ngx_http_whatsauth_app_code_init(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_http_whatsauth_app_code_t  *code;

    code = &app->code;

    ngx_conf_init_uint_value(code->message_any, 0);

    if (code->expires_max == NGX_CONF_UNSET_MSEC) {
        code->expires_max = 24 * 60 * 60 * 1000;

        if (code->expires != NGX_CONF_UNSET_MSEC) {
            code->expires_max = ngx_max(code->expires, code->expires_max);
        }
    }

    ngx_conf_init_msec_value(code->expires,
                             ngx_min(5 * 60 * 1000, code->expires_max));

    if (code->expires > code->expires_max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"expires\" is longer than \"expires_max\" in "
                           "whatsauth_app \"%V\"", &app->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "provider/meta.h"
#include "provider/twilio.h"
#include "setup/app_block.h"


static ngx_int_t ngx_http_whatsauth_app_provider_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_provider_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);


static ngx_command_t  ngx_http_whatsauth_app_provider_commands[] = {

    { ngx_string("meta"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_meta,
      0,
      0,
      NULL },

    { ngx_string("twilio"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_twilio,
      0,
      0,
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_provider = {
    ngx_http_whatsauth_app_provider_commands,
    ngx_http_whatsauth_app_provider_create,
    ngx_http_whatsauth_app_provider_init
};


static ngx_int_t
ngx_http_whatsauth_app_provider_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    if (ngx_array_init(&app->meta, cf->pool, 1,
                       sizeof(ngx_http_whatsauth_meta_t)) != NGX_OK
        || ngx_array_init(&app->twilio, cf->pool, 1,
                          sizeof(ngx_http_whatsauth_twilio_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_provider_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    if (app->meta.nelts + app->twilio.nelts == 0) {
        return ngx_http_whatsauth_app_block_lacks(cf, app,
                                                  "\"meta\" or \"twilio\"");
    }

    if (ngx_http_whatsauth_meta_check(cf, app) != NGX_OK
        || ngx_http_whatsauth_twilio_check(cf, app) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}

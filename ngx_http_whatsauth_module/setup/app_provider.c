
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "provider/account.h"
#include "setup/app_block.h"


static ngx_int_t ngx_http_whatsauth_app_provider_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_provider_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);


static ngx_command_t  ngx_http_whatsauth_app_provider_commands[] = {

    { ngx_string("meta"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_account,
      0,
      0,
      NULL },

    { ngx_string("twilio"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_account,
      0,
      0,
      NULL },

    { ngx_string("gateway"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_account,
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
    return ngx_array_init(&app->accounts, cf->pool, 2,
                          sizeof(ngx_http_whatsauth_account_t *));
}


static ngx_int_t
ngx_http_whatsauth_app_provider_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    u_char  names[NGX_HTTP_WHATSAUTH_ACCOUNT_NAMES_MAX];

    if (app->accounts.nelts == 0) {
        return ngx_http_whatsauth_app_block_lacks(cf, app,
                                     ngx_http_whatsauth_account_names(names));
    }

    return ngx_http_whatsauth_account_check(cf, app);
}

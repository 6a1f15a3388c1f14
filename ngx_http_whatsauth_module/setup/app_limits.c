
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "kit/conf.h"
#include "setup/app_block.h"
#include "setup/app_limits.h"
#include "setup/slot.h"


/* The store counts in ten-thousandths. */
#define NGX_HTTP_WHATSAUTH_APP_LIMITS_PERCENT  100
#define NGX_HTTP_WHATSAUTH_APP_LIMITS_ALL      10000


static ngx_int_t ngx_http_whatsauth_app_limits_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_limits_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_limits_share(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_limits_start(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);


static ngx_http_whatsauth_slot_part_t  ngx_http_whatsauth_app_limits_page = {
    ngx_string("page"),
    offsetof(ngx_http_whatsauth_app_t, limits.max_live_page),
    ": page= and a number up to %ui is expected"
};


static ngx_command_t  ngx_http_whatsauth_app_limits_commands[] = {

    { ngx_string("max_live"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE12,
      ngx_http_whatsauth_slot_number,
      0,
      offsetof(ngx_http_whatsauth_app_t, limits.max_live),
      &ngx_http_whatsauth_app_limits_page },

    { ngx_string("store_share"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_limits_share,
      0,
      0,
      NULL },

    { ngx_string("start_limit"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE12,
      ngx_http_whatsauth_app_limits_start,
      0,
      0,
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_limits = {
    ngx_http_whatsauth_app_limits_commands,
    ngx_http_whatsauth_app_limits_create,
    ngx_http_whatsauth_app_limits_init
};


static ngx_int_t
ngx_http_whatsauth_app_limits_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->limits.max_live = NGX_CONF_UNSET_UINT;
    app->limits.max_live_page = NGX_CONF_UNSET_UINT;
    app->limits.share = NGX_CONF_UNSET_UINT;
    app->limits.start_minute = NGX_CONF_UNSET_UINT;
    app->limits.start_hour = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_limits_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_conf_init_uint_value(app->limits.max_live, 100000);
    ngx_conf_init_uint_value(app->limits.max_live_page,
                             ngx_max(app->limits.max_live / 2, 1));
    ngx_conf_init_uint_value(app->limits.start_minute, 60);
    ngx_conf_init_uint_value(app->limits.start_hour, 600);

    return NGX_OK;
}


static char *
ngx_http_whatsauth_app_limits_share(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (app->limits.share != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = NGX_ERROR;

    if (value[1].len > 1 && value[1].data[value[1].len - 1] == '%') {
        n = ngx_atoi(value[1].data, value[1].len - 1);
    }

    if (n < 1 || n > 100) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                                             ", it must be from 1%% to 100%%");
    }

    app->limits.share = n * NGX_HTTP_WHATSAUTH_APP_LIMITS_PERCENT;

    return NGX_CONF_OK;
}


/* `60/m 600/h`, for each client address; or `off`. */

static char *
ngx_http_whatsauth_app_limits_start(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t  *value;

    if (app->limits.start_minute != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 3) {

        if (ngx_http_whatsauth_argument_rate(cf, &value[1], "/m",
                                             &app->limits.start_minute)
            != NGX_OK
            || ngx_http_whatsauth_argument_rate(cf, &value[2], "/h",
                                                &app->limits.start_hour)
               != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "off") != 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                ": \"off\", or codes in a minute and in an hour as in \"60/m "
                "600/h\" are expected");
    }

    app->limits.start_minute = 0;
    app->limits.start_hour = 0;

    return NGX_CONF_OK;
}


/*
 * Each of n apps may have 2/(n + 1) of the store.  If one app fills its share,
 * the others still find half of theirs on average: no app can stop the others,
 * and a few busy apps need no directive.
 */

void
ngx_http_whatsauth_app_limits_complete(ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                         i, share;
    ngx_http_whatsauth_app_t         **apps;
    ngx_http_whatsauth_app_limits_t   *limits;

    apps = mcf->apps.elts;
    share = 2 * NGX_HTTP_WHATSAUTH_APP_LIMITS_ALL / (mcf->apps.nelts + 1);

    for (i = 0; i < mcf->apps.nelts; i++) {

        limits = &apps[i]->limits;

        ngx_conf_init_uint_value(limits->share, ngx_max(share, 1));

        /* Pages let any client choose how many bytes a code takes. */

        limits->share_page = ngx_max(1, limits->share * limits->max_live_page
                                        / limits->max_live);
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/conf.h"
#include "setup/app_block.h"
#include "setup/slot.h"


static ngx_int_t ngx_http_whatsauth_app_session_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_session_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_session_directive(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_session_option(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_str_t *argument);


/* Browsers keep no cookie for longer than 400 days (RFC 6265bis, 5.5). */

static const ngx_http_whatsauth_span_t  ngx_http_whatsauth_app_session_span = {
    60 * 1000, (ngx_msec_t) 400 * 24 * 60 * 60 * 1000, "from 1m to 400d"
};


static ngx_command_t  ngx_http_whatsauth_app_session_commands[] = {

    { ngx_string("session"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE123,
      ngx_http_whatsauth_app_session_directive,
      0,
      0,
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_session = {
    ngx_http_whatsauth_app_session_commands,
    ngx_http_whatsauth_app_session_create,
    ngx_http_whatsauth_app_session_init
};


static ngx_int_t
ngx_http_whatsauth_app_session_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->session.absolute = NGX_CONF_UNSET_MSEC;
    app->session.idle = NGX_CONF_UNSET_MSEC;
    app->session.persist = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_session_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_conf_init_msec_value(app->session.absolute, 12 * 60 * 60 * 1000);
    ngx_conf_init_msec_value(app->session.idle,
                             ngx_min(60 * 60 * 1000, app->session.absolute));
    ngx_conf_init_uint_value(app->session.persist, 0);

    return NGX_OK;
}


/* `12h idle=1h persist=on` */

static char *
ngx_http_whatsauth_app_session_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (app->session.absolute != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_whatsauth_argument_span(cf, &value[1],
                                         &ngx_http_whatsauth_app_session_span,
                                         &app->session.absolute)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_whatsauth_app_session_option(cf, app, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_session_option(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_str_t *argument)
{
    ngx_int_t  ms;
    ngx_str_t  value;

    static const ngx_str_t  idle = ngx_string("idle");
    static const ngx_str_t  persist = ngx_string("persist");

    if (ngx_http_whatsauth_argument_after(argument, &idle, &value)
        && app->session.idle == NGX_CONF_UNSET_MSEC)
    {
        ms = ngx_http_whatsauth_argument_time(cf, &value);

        if (ms >= 60 * 1000 && (ngx_msec_t) ms <= app->session.absolute) {
            app->session.idle = ms;
            return NGX_CONF_OK;
        }
    }

    if (ngx_http_whatsauth_argument_after(argument, &persist, &value)
        && app->session.persist == NGX_CONF_UNSET_UINT
        && (ngx_strcmp(value.data, "on") == 0
            || ngx_strcmp(value.data, "off") == 0))
    {
        app->session.persist = value.data[1] == 'n';
        return NGX_CONF_OK;
    }

    return ngx_http_whatsauth_argument_invalid(cf, "parameter", argument,
                       ": \"idle=\" and a time from 1m to that of the session, "
                       "or \"persist=on\" are expected, each once");
}

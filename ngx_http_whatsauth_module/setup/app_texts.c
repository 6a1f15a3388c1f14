
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "journey/link.h"
#include "journey/parameters.h"
#include "kit/conf.h"
#include "setup/app_block.h"


static ngx_int_t ngx_http_whatsauth_app_texts_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_texts_link(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_whatsauth_app_texts_reply(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_whatsauth_app_texts_wrong(ngx_conf_t *cf,
    const char *problem);


static ngx_conf_post_t  ngx_http_whatsauth_app_texts_post = {
    ngx_http_whatsauth_app_texts_reply
};


static ngx_command_t  ngx_http_whatsauth_app_texts_commands[] = {

    { ngx_string("link_message"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_app_texts_link,
      0,
      0,
      NULL },

    { ngx_string("response_message"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, texts.response),
      &ngx_http_whatsauth_app_texts_post },

    { ngx_string("expiration_message"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, texts.expiration),
      &ngx_http_whatsauth_app_texts_post },

    { ngx_string("failure_message"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, texts.failure),
      &ngx_http_whatsauth_app_texts_post },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_texts = {
    ngx_http_whatsauth_app_texts_commands,
    NULL,
    ngx_http_whatsauth_app_texts_init
};


static ngx_int_t
ngx_http_whatsauth_app_texts_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    static const whatsauth_text_t  text =
        whatsauth_text("Just tap the \"send\" button.");

    if (app->texts.link.data != NULL) {
        return NGX_OK;
    }

    return ngx_http_whatsauth_link_default(cf->pool, app, &text);
}


static char *
ngx_http_whatsauth_app_texts_link(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t         *value;
    const char        *problem;
    whatsauth_text_t   text;

    if (app->texts.link.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    text = ngx_http_whatsauth_text(&value[1]);
    problem = ngx_http_whatsauth_parameters_link_message_problem(&text);

    if (problem != NULL) {
        return ngx_http_whatsauth_app_texts_wrong(cf, problem);
    }

    return ngx_http_whatsauth_link_default(cf->pool, app, &text) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_whatsauth_app_texts_reply(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *reply = data;

    const char        *problem;
    whatsauth_text_t   text;

    text = ngx_http_whatsauth_text(reply);
    problem = ngx_http_whatsauth_parameters_reply_text_problem(&text);

    return problem == NULL ? NGX_CONF_OK
                           : ngx_http_whatsauth_app_texts_wrong(cf, problem);
}


static char *
ngx_http_whatsauth_app_texts_wrong(ngx_conf_t *cf, const char *problem)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "the text in \"%V\" directive %s", &value[0], problem);

    return NGX_CONF_ERROR;
}

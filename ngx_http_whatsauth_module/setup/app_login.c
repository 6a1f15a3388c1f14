
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/conf.h"
#include "login/language.h"
#include "setup/app_block.h"
#include "setup/slot.h"


/* Bytes of a title: it stands in the head of the page and over its text. */
#define NGX_HTTP_WHATSAUTH_APP_LOGIN_TITLE_MAX  128


static ngx_int_t ngx_http_whatsauth_app_login_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_login_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_login_name(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_login_title(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_http_whatsauth_app_login_file(ngx_conf_t *cf, void *post,
    void *data);


static ngx_conf_post_t  ngx_http_whatsauth_app_login_title_post = {
    ngx_http_whatsauth_app_login_title
};

static ngx_conf_post_t  ngx_http_whatsauth_app_login_file_post = {
    ngx_http_whatsauth_app_login_file
};


static ngx_command_t  ngx_http_whatsauth_app_login_commands[] = {

    { ngx_string("login"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.on),
      &ngx_http_whatsauth_slot_switch },

    { ngx_string("autostart"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.autostart),
      &ngx_http_whatsauth_slot_switch },

    { ngx_string("login_title"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.title),
      &ngx_http_whatsauth_app_login_title_post },

    { ngx_string("login_logo"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.logo),
      &ngx_http_whatsauth_app_login_file_post },

    { ngx_string("login_style"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.style),
      &ngx_http_whatsauth_app_login_file_post },

    { ngx_string("login_texts"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.texts),
      &ngx_http_whatsauth_app_login_file_post },

    { ngx_string("login_language"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_whatsauth_app_t, login.language),
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_login = {
    ngx_http_whatsauth_app_login_commands,
    ngx_http_whatsauth_app_login_create,
    ngx_http_whatsauth_app_login_init
};


static ngx_int_t
ngx_http_whatsauth_app_login_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->login.on = NGX_CONF_UNSET_UINT;
    app->login.autostart = NGX_CONF_UNSET_UINT;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_login_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    whatsauth_text_t  text;

    ngx_conf_init_uint_value(app->login.on, 0);
    ngx_conf_init_uint_value(app->login.autostart, 0);

    if (app->login.title.len == 0) {
        app->login.title = app->name;
    }

    if (app->login.language.len == 0) {
        ngx_str_set(&app->login.language, "en");
    }

    text = ngx_http_whatsauth_text(&app->login.language);

    if (ngx_http_whatsauth_language_by_code(&text)
        == WHATSAUTH_LANGUAGES_N)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "whatsauth_app \"%V\" has a \"login_language\" "
                           "that the login page does not know", &app->name);
        return NGX_ERROR;
    }

    return app->login.on ? ngx_http_whatsauth_app_login_name(cf, app) : NGX_OK;
}


/*
 * The cookie of app "shop" is "wa-shop", and that of its claim
 * "wa-claim-shop", which would be the session of an app "claim-shop".  No gate
 * can name an app "off".
 */

static ngx_int_t
ngx_http_whatsauth_app_login_name(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    if (ngx_strcmp(app->name.data, "off") == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "whatsauth_app \"off\" has \"login on\", so it "
                           "needs another name: \"whatsauth_gate off\" means "
                           "no gate");
        return NGX_ERROR;
    }

    if (ngx_strncmp(app->name.data, "claim-", 6) != 0
        && ngx_strncmp(app->name.data, "known-", 6) != 0)
    {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "whatsauth_app \"%V\" has \"login on\", so its name "
                       "cannot begin with \"claim-\" or \"known-\": another "
                       "app's cookie has that name", &app->name);

    return NGX_ERROR;
}


static char *
ngx_http_whatsauth_app_login_title(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *title = data;

    size_t            i;
    whatsauth_text_t  text;

    text = ngx_http_whatsauth_text(title);

    for (i = 0; i < title->len && title->data[i] >= 0x20; i++) { /* void */ }

    if (title->len == 0 || title->len > NGX_HTTP_WHATSAUTH_APP_LOGIN_TITLE_MAX
        || i < title->len || !whatsauth_text_is_utf8(&text))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the text in \"login_title\" directive must be 1 "
                           "to %d bytes of UTF-8 without control characters",
                           NGX_HTTP_WHATSAUTH_APP_LOGIN_TITLE_MAX);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_app_login_file(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *file = data;

    if (file->len == 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "file", file,
                                       ": the name of a file is expected");
    }

    return ngx_conf_full_name(cf->cycle, file, 1) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}

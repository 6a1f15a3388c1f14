
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/shown.h"
#include "provider/account.h"
#include "setup/app_block.h"


#define NGX_HTTP_WHATSAUTH_NAME_MAX  64


static ngx_http_whatsauth_app_t *ngx_http_whatsauth_app_block_create(
    ngx_conf_t *cf, ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name);
static ngx_int_t ngx_http_whatsauth_app_block_name(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name);
static char *ngx_http_whatsauth_app_block_directive(ngx_conf_t *cf,
    ngx_command_t *dummy, void *conf);
static ngx_command_t *ngx_http_whatsauth_app_block_command(ngx_conf_t *cf,
    ngx_str_t *name);
static ngx_uint_t ngx_http_whatsauth_app_block_takes(const ngx_command_t *cmd,
    ngx_uint_t n);
static void ngx_http_whatsauth_app_block_unknown(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_str_t ngx_http_whatsauth_app_block_word(ngx_str_t *value);


static ngx_command_t  ngx_http_whatsauth_app_block_include[] = {

    { ngx_string("include"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_conf_include,
      0,
      0,
      NULL },

      ngx_null_command
};


static const ngx_http_whatsauth_app_subject_t
    ngx_http_whatsauth_app_block_base =
{
    ngx_http_whatsauth_app_block_include, NULL, NULL
};


/* The order is that in which mistakes are reported. */

static const ngx_http_whatsauth_app_subject_t
    *ngx_http_whatsauth_app_block_subjects[] =
{
    &ngx_http_whatsauth_app_block_base,
    &ngx_http_whatsauth_app_callback,
    &ngx_http_whatsauth_app_access,
    &ngx_http_whatsauth_app_phone,
    &ngx_http_whatsauth_app_provider,
    &ngx_http_whatsauth_app_code,
    &ngx_http_whatsauth_app_sender,
    &ngx_http_whatsauth_app_texts,
    &ngx_http_whatsauth_app_limits,
    &ngx_http_whatsauth_app_reply,
    &ngx_http_whatsauth_app_login,
    &ngx_http_whatsauth_app_session,
    &ngx_http_whatsauth_app_consent,
    NULL
};


char *
ngx_http_whatsauth_app_block(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                                     *rv;
    ngx_str_t                                *value;
    ngx_conf_t                                save;
    ngx_http_whatsauth_app_t                 *app;
    const ngx_http_whatsauth_app_subject_t  **subject;

    value = cf->args->elts;

    app = ngx_http_whatsauth_app_block_create(cf, conf, &value[1]);
    if (app == NULL) {
        return NGX_CONF_ERROR;
    }

    save = *cf;
    cf->handler = ngx_http_whatsauth_app_block_directive;
    cf->handler_conf = (void *) app;
    cf->cmd_type = NGX_HTTP_WHATSAUTH_APP_CONF;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    for (subject = ngx_http_whatsauth_app_block_subjects; *subject; subject++)
    {
        if ((*subject)->init != NULL && (*subject)->init(cf, app) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_http_whatsauth_app_t *
ngx_http_whatsauth_app_block_create(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name)
{
    ngx_http_whatsauth_app_t                 *app, **slot;
    const ngx_http_whatsauth_app_subject_t  **subject;

    if (ngx_http_whatsauth_app_block_name(cf, mcf, name) != NGX_OK) {
        return NULL;
    }

    slot = ngx_array_push(&mcf->apps);
    app = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_app_t));

    if (slot == NULL || app == NULL) {
        return NULL;
    }

    *slot = app;
    app->name = *name;

    for (subject = ngx_http_whatsauth_app_block_subjects; *subject; subject++)
    {
        if ((*subject)->create != NULL
            && (*subject)->create(cf, app) != NGX_OK)
        {
            return NULL;
        }
    }

    return app;
}


static ngx_int_t
ngx_http_whatsauth_app_block_name(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (!isalnum(name->data[i]) && name->data[i] != '_'
            && name->data[i] != '-' && name->data[i] != '.')
        {
            break;
        }
    }

    if (i < name->len || name->len == 0
        || name->len > NGX_HTTP_WHATSAUTH_NAME_MAX)
    {
        (void) ngx_http_whatsauth_argument_invalid(cf, "app name", name,
                                             ": 1 to %d letters, digits, "
                                             "\"_\", \"-\" and \".\"",
                                             NGX_HTTP_WHATSAUTH_NAME_MAX);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_conf_app(mcf, name->data, name->len) != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate whatsauth_app \"%V\"", name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Does for the block what ngx_conf_handler() does for modules.  The latter
 * prints the whole word if it does not know it, and here that may be a secret.
 */

static char *
ngx_http_whatsauth_app_block_directive(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf)
{
    char           *rv;
    ngx_str_t      *value;
    ngx_command_t  *cmd;

    value = cf->args->elts;
    cmd = ngx_http_whatsauth_app_block_command(cf, &value[0]);

    if (cmd == NULL) {
        ngx_http_whatsauth_app_block_unknown(cf, conf);
        return NGX_CONF_ERROR;
    }

    if (!ngx_http_whatsauth_app_block_takes(cmd, cf->args->nelts - 1)) {
        return ngx_http_whatsauth_argument_count(cf);
    }

    rv = cmd->set(cf, cmd, conf);

    if (rv == NGX_CONF_OK || rv == NGX_CONF_ERROR) {
        return rv;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" directive %s", &cmd->name,
                       rv);

    return NGX_CONF_ERROR;
}


static ngx_command_t *
ngx_http_whatsauth_app_block_command(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_command_t                            *cmd;
    const ngx_http_whatsauth_app_subject_t  **subject;

    for (subject = ngx_http_whatsauth_app_block_subjects; *subject; subject++)
    {
        for (cmd = (*subject)->commands; cmd->name.len; cmd++) {
            if ((cmd->type & cf->cmd_type)
                && cmd->name.len == name->len
                && ngx_strcmp(cmd->name.data, name->data) == 0)
            {
                return cmd;
            }
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_whatsauth_app_block_takes(const ngx_command_t *cmd, ngx_uint_t n)
{
    if (cmd->type & NGX_CONF_1MORE) {
        return n >= 1;
    }

    /* NGX_CONF_TAKE1 and the following are bits in this order. */

    return n < NGX_CONF_MAX_ARGS && (cmd->type & (NGX_CONF_NOARGS << n)) != 0;
}


static void
ngx_http_whatsauth_app_block_unknown(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_str_t   *value, name;
    const char  *provider;

    value = cf->args->elts;
    name = ngx_http_whatsauth_app_block_word(&value[0]);
    provider = ngx_http_whatsauth_account_directive(&name);

    if (name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive in whatsauth_app \"%V\"",
                           &app->name);

    } else if (provider == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive \"%V\" in whatsauth_app \"%V\"",
                           &name, &app->name);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown directive \"%V\" in whatsauth_app \"%V\": "
                           "it is a parameter of \"%s\"", &name, &app->name,
                           provider);
    }
}


/*
 * The name of a directive that is unknown, or an empty text if it does not
 * look like a name: in "token=..." a secret follows the name, and after a
 * broken line a secret may stand in its place.
 */

static ngx_str_t
ngx_http_whatsauth_app_block_word(ngx_str_t *value)
{
    size_t     i;
    ngx_str_t  name;

    name = ngx_http_whatsauth_shown_name(value);

    if (name.len) {
        return name;
    }

    for (i = 0; i < value->len; i++) {
        if (!isalpha(value->data[i]) && value->data[i] != '_') {
            return name;
        }
    }

    return *value;
}


ngx_int_t
ngx_http_whatsauth_app_block_lacks(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const char *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "no %s in whatsauth_app \"%V\"",
                       what, &app->name);

    return NGX_ERROR;
}

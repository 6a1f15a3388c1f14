
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#include "kit/conf.h"
#include "kit/secret.h"
#include "setup/app_block.h"
#include "setup/slot.h"


static ngx_int_t ngx_http_whatsauth_app_access_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static ngx_int_t ngx_http_whatsauth_app_access_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app);
static char *ngx_http_whatsauth_app_access_origins(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_uint_t ngx_http_whatsauth_app_access_shared(
    ngx_http_whatsauth_app_access_t *a, ngx_http_whatsauth_app_access_t *b);
static ngx_uint_t ngx_http_whatsauth_app_access_common(ngx_array_t *digests,
    ngx_array_t *others);


static ngx_command_t  ngx_http_whatsauth_app_access_commands[] = {

    { ngx_string("enabled"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_word,
      0,
      offsetof(ngx_http_whatsauth_app_t, enabled),
      &ngx_http_whatsauth_slot_switch },

    { ngx_string("token"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_digest,
      0,
      offsetof(ngx_http_whatsauth_app_t, access.tokens),
      NULL },

    { ngx_string("page_token"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_TAKE1,
      ngx_http_whatsauth_slot_digest,
      0,
      offsetof(ngx_http_whatsauth_app_t, access.page_tokens),
      NULL },

    { ngx_string("authorized_origins"),
      NGX_HTTP_WHATSAUTH_APP_CONF|NGX_CONF_1MORE,
      ngx_http_whatsauth_app_access_origins,
      0,
      0,
      NULL },

      ngx_null_command
};


const ngx_http_whatsauth_app_subject_t  ngx_http_whatsauth_app_access = {
    ngx_http_whatsauth_app_access_commands,
    ngx_http_whatsauth_app_access_create,
    ngx_http_whatsauth_app_access_init
};


static ngx_int_t
ngx_http_whatsauth_app_access_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    app->enabled = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&app->access.tokens, cf->pool, 2,
                       sizeof(ngx_http_whatsauth_digest_t)) != NGX_OK
        || ngx_array_init(&app->access.page_tokens, cf->pool, 1,
                          sizeof(ngx_http_whatsauth_digest_t)) != NGX_OK
        || ngx_array_init(&app->access.origins, cf->pool, 1,
                          sizeof(whatsauth_url_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static char *
ngx_http_whatsauth_app_access_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

    ngx_str_t        *value;
    ngx_uint_t        i;
    whatsauth_url_t  *origin;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        origin = ngx_array_push(&app->access.origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_http_whatsauth_argument_origin(cf, &value[i], origin)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_app_access_init(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_main_conf_t   *mcf;

    ngx_conf_init_uint_value(app->enabled, 1);

    if (app->access.tokens.nelts == 0) {
        return ngx_http_whatsauth_app_block_lacks(cf, app, "\"token\"");
    }

    if (app->access.page_tokens.nelts && app->access.origins.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"page_token\" without \"authorized_origins\" in "
                           "whatsauth_app \"%V\"", &app->name);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_app_access_common(&app->access.page_tokens,
                                             &app->access.tokens))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"page_token\" and \"token\" are the same in "
                           "whatsauth_app \"%V\"", &app->name);
        return NGX_ERROR;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {

        if (apps[i] != app
            && ngx_http_whatsauth_app_access_shared(&app->access,
                                                    &apps[i]->access))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "whatsauth_app \"%V\" has the same token "
                               "as whatsauth_app \"%V\"", &app->name,
                               &apps[i]->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_app_access_shared(ngx_http_whatsauth_app_access_t *a,
    ngx_http_whatsauth_app_access_t *b)
{
    return ngx_http_whatsauth_app_access_common(&a->tokens, &b->tokens)
           || ngx_http_whatsauth_app_access_common(&a->tokens, &b->page_tokens)
           || ngx_http_whatsauth_app_access_common(&a->page_tokens, &b->tokens)
           || ngx_http_whatsauth_app_access_common(&a->page_tokens,
                                                   &b->page_tokens);
}


static ngx_uint_t
ngx_http_whatsauth_app_access_common(ngx_array_t *digests, ngx_array_t *others)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_digest_t  *digest;

    digest = digests->elts;

    for (i = 0; i < digests->nelts; i++) {
        if (ngx_http_whatsauth_secret_among(others, &digest[i])) {
            return 1;
        }
    }

    return 0;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/arguments.h"
#include "kit/conf.h"
#include "kit/secret.h"
#include "provider/meta.h"


static ngx_int_t ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_header_secret(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_access_token(ngx_conf_t *cf,
    void *object, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_api(ngx_conf_t *cf, void *object,
    ngx_str_t *value);


static const ngx_http_whatsauth_key_t  ngx_http_whatsauth_meta_keys[] = {

    { ngx_string("app_secret="), ngx_http_whatsauth_meta_app_secret },

    { ngx_string("header_secret="), ngx_http_whatsauth_meta_header_secret },

    { ngx_string("verify_token="), ngx_http_whatsauth_meta_verify_token },

    { ngx_string("phone_number_id="),
      ngx_http_whatsauth_meta_phone_number_id },

    { ngx_string("access_token="), ngx_http_whatsauth_meta_access_token },

    { ngx_string("api="), ngx_http_whatsauth_meta_api },

    { ngx_null_string, NULL }
};


char *
ngx_http_whatsauth_meta(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_str_t                   api;
    ngx_http_whatsauth_meta_t  *meta;

    meta = ngx_array_push(&app->meta);
    if (meta == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(meta, sizeof(ngx_http_whatsauth_meta_t));

    if (ngx_array_init(&meta->verify_tokens, cf->pool, 1,
                       sizeof(ngx_http_whatsauth_digest_t)) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_whatsauth_arguments(cf, ngx_http_whatsauth_meta_keys, meta)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_str_set(&api, "https://graph.facebook.com/v26.0");

    if (meta->api.host.len == 0
        && ngx_http_whatsauth_argument_api(cf, &api, &meta->api) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (meta->secrets == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"app_secret\" or \"header_secret\" in "
                           "\"meta\" directive");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_uint_t
ngx_http_whatsauth_meta_parameter(ngx_str_t *name)
{
    return ngx_http_whatsauth_argument_known(ngx_http_whatsauth_meta_keys,
                                             name);
}


static ngx_int_t
ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_meta_t *meta = object;

    ngx_str_t                        name;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    ngx_str_set(&name, "meta app_secret");

    return ngx_http_whatsauth_secret_bit(cf, &name, value, &mcf->secrets,
                                         &meta->secrets)
           == NULL ? NGX_ERROR : NGX_OK;
}


/* Of a gateway that posts as Meta does, and proves itself by a header. */

static ngx_int_t
ngx_http_whatsauth_meta_header_secret(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_meta_t *meta = object;

    ngx_str_t                        name;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    ngx_str_set(&name, "meta header_secret");

    return ngx_http_whatsauth_secret_header(cf, &name, value, &mcf->secrets,
                                            &meta->secrets)
           == NULL ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_meta_t *meta = object;

    ngx_str_t  name;

    /*
     * Meta's handshake comes without access rules, so by default it does not
     * tell whether a guessed API token is one.
     */

    if (ngx_strcmp(value->data, "token") == 0) {
        meta->verify_by_token = 1;
        return NGX_OK;
    }

    ngx_str_set(&name, "meta verify_token");

    return ngx_http_whatsauth_secret_digest(cf, &name, value,
                                            &meta->verify_tokens);
}


static ngx_int_t
ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_meta_t *meta = object;

    size_t  i;

    if (meta->phone_number_id.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"phone_number_id\" is duplicate: repeat "
                           "the \"meta\" directive for another number");
        return NGX_ERROR;
    }

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < '0' || value->data[i] > '9') {
            break;
        }
    }

    if (i < value->len || value->len == 0 || value->len > 32) {
        /* The access_token may stand in its place: it is not shown. */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid phone_number_id in \"meta\" directive: 1 "
                           "to 32 digits are expected");
        return NGX_ERROR;
    }

    meta->phone_number_id = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_meta_access_token(ngx_conf_t *cf, void *object,
    ngx_str_t *value)
{
    ngx_http_whatsauth_meta_t *meta = object;

    ngx_str_t  name;

    if (meta->access_token.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"access_token\" is duplicate");
        return NGX_ERROR;
    }

    ngx_str_set(&name, "meta access_token");

    return ngx_http_whatsauth_secret(cf, &name, value, &meta->access_token);
}


static ngx_int_t
ngx_http_whatsauth_meta_api(ngx_conf_t *cf, void *object, ngx_str_t *value)
{
    ngx_http_whatsauth_meta_t *meta = object;

    return ngx_http_whatsauth_argument_api(cf, value, &meta->api);
}


ngx_int_t
ngx_http_whatsauth_meta_check(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                        i, j, k;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_meta_t        *mine, *other;
    ngx_http_whatsauth_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    apps = mcf->apps.elts;
    mine = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {

        if (mine[i].phone_number_id.len == 0) {
            continue;
        }

        for (j = 0; j < mcf->apps.nelts; j++) {
            other = apps[j]->meta.elts;

            for (k = 0; k < apps[j]->meta.nelts; k++) {

                if (other[k].phone_number_id.len
                    == mine[i].phone_number_id.len
                    && ngx_strncmp(other[k].phone_number_id.data,
                                   mine[i].phone_number_id.data,
                                   mine[i].phone_number_id.len) == 0
                    && other[k].secrets != mine[i].secrets)
                {
                    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                       "phone_number_id \"%V\" has other "
                                       "secrets in whatsauth_app \"%V\"",
                                       &mine[i].phone_number_id,
                                       &apps[j]->name);
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/keys.h"
#include "kit/conf.h"
#include "kit/secret.h"
#include "provider/meta.h"


static ngx_int_t ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_header_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);


static const ngx_http_whatsauth_key_t  ngx_http_whatsauth_meta_keys[] = {

    { ngx_string("app_secret"), 0, ngx_http_whatsauth_meta_app_secret,
      0, NULL },

    { ngx_string("header_secret"), 0, ngx_http_whatsauth_meta_header_secret,
      0, NULL },

    { ngx_string("verify_token"), 0, ngx_http_whatsauth_meta_verify_token,
      offsetof(ngx_http_whatsauth_meta_t, verify_tokens), NULL },

    { ngx_string("phone_number_id"), NGX_HTTP_WHATSAUTH_KEY_ONCE,
      ngx_http_whatsauth_meta_phone_number_id, 0, "another number" },

    { ngx_string("access_token"), NGX_HTTP_WHATSAUTH_KEY_ONCE,
      ngx_http_whatsauth_keys_secret,
      offsetof(ngx_http_whatsauth_meta_t, access_token), NULL },

    { ngx_string("api"), NGX_HTTP_WHATSAUTH_KEY_ONCE,
      ngx_http_whatsauth_keys_api,
      offsetof(ngx_http_whatsauth_meta_t, api), NULL },

    { ngx_null_string, 0, NULL, 0, NULL }
};


char *
ngx_http_whatsauth_meta(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_app_t *app = conf;

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

    if (ngx_http_whatsauth_keys(cf, 1, ngx_http_whatsauth_meta_keys, meta,
                                NULL)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_str_set(&api, "https://graph.facebook.com/v26.0");

    if (meta->api.host.len == 0
        && ngx_http_whatsauth_argument_url(cf, &api, &meta->api) != NGX_OK)
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
    return ngx_http_whatsauth_keys_have(ngx_http_whatsauth_meta_keys, name);
}


static ngx_int_t
ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_meta_t *meta = object;

    ngx_str_t                        place;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_keys_place(cf, key, &place) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_bit(cf, &place, value, &mcf->secrets,
                                         &meta->secrets)
           == NULL ? NGX_ERROR : NGX_OK;
}


/* Of a gateway that posts as Meta does, and proves itself by a header. */

static ngx_int_t
ngx_http_whatsauth_meta_header_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_meta_t *meta = object;

    ngx_str_t                        place;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (ngx_http_whatsauth_keys_place(cf, key, &place) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_header(cf, &place, value, &mcf->secrets,
                                            &meta->secrets)
           == NULL ? NGX_ERROR : NGX_OK;
}


/*
 * Meta's handshake comes without access rules, so by default it does not tell
 * whether a guessed API token is one.
 */

static ngx_int_t
ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_meta_t *meta = object;

    if (ngx_strcmp(value->data, "token") == 0) {
        meta->verify_by_token = 1;
        return NGX_OK;
    }

    return ngx_http_whatsauth_keys_digest(cf, key, value, object);
}


static ngx_int_t
ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_meta_t *meta = object;

    size_t  i;

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


ngx_uint_t
ngx_http_whatsauth_meta_replies(ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_meta_t  *meta;

    meta = app->meta.elts;

    for (i = 0; i < app->meta.nelts; i++) {
        if (meta[i].access_token.len) {
            return 1;
        }
    }

    return 0;
}

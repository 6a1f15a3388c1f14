
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_meta.h"
#include "ngx_http_whatsauth_secret.h"


typedef ngx_int_t (*ngx_http_whatsauth_meta_set_pt)(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value);

typedef struct {
    ngx_str_t                       name;
    ngx_http_whatsauth_meta_set_pt  set;
} ngx_http_whatsauth_meta_key_t;


static ngx_int_t ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value);


static ngx_http_whatsauth_meta_key_t  ngx_http_whatsauth_meta_keys[] = {

    { ngx_string("app_secret="), ngx_http_whatsauth_meta_app_secret },

    { ngx_string("verify_token="), ngx_http_whatsauth_meta_verify_token },

    { ngx_string("phone_number_id="),
      ngx_http_whatsauth_meta_phone_number_id },

    { ngx_null_string, NULL }
};


char *
ngx_http_whatsauth_meta(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app)
{
    ngx_str_t                      *value, arg;
    ngx_uint_t                      i;
    ngx_http_whatsauth_meta_t      *meta;
    ngx_http_whatsauth_meta_key_t  *key;

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

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        for (key = ngx_http_whatsauth_meta_keys; key->name.len; key++) {
            if (ngx_strncmp(value[i].data, key->name.data, key->name.len)
                == 0)
            {
                break;
            }
        }

        if (key->name.len == 0) {
            /* The value may be a secret: it is not repeated in the log. */
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown parameter %ui in \"meta\" directive",
                               i);
            return NGX_CONF_ERROR;
        }

        arg.data = value[i].data + key->name.len;
        arg.len = value[i].len - key->name.len;

        if (key->set(cf, meta, &arg) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (meta->secrets == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"app_secret\" in \"meta\" directive");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* Gives each distinct secret of all apps one bit. */

static ngx_int_t
ngx_http_whatsauth_meta_app_secret(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value)
{
    ngx_str_t                        secret, *known, name;
    ngx_uint_t                       i;
    ngx_http_whatsauth_main_conf_t  *mcf;

    ngx_str_set(&name, "meta app_secret");

    if (ngx_http_whatsauth_secret(cf, &name, value, &secret) != NGX_OK) {
        return NGX_ERROR;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    known = mcf->secrets.elts;

    for (i = 0; i < mcf->secrets.nelts; i++) {
        if (known[i].len == secret.len
            && ngx_memcmp(known[i].data, secret.data, secret.len) == 0)
        {
            break;
        }
    }

    if (i == mcf->secrets.nelts) {

        if (i == NGX_HTTP_WHATSAUTH_SECRETS_MAX) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "more than %d distinct provider secrets",
                               NGX_HTTP_WHATSAUTH_SECRETS_MAX);
            return NGX_ERROR;
        }

        known = ngx_array_push(&mcf->secrets);
        if (known == NULL) {
            return NGX_ERROR;
        }

        *known = secret;
    }

    meta->secrets |= (ngx_http_whatsauth_secrets_t) 1 << i;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_meta_verify_token(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value)
{
    ngx_str_t  name;

    ngx_str_set(&name, "meta verify_token");

    return ngx_http_whatsauth_secret_digest(cf, &name, value,
                                            &meta->verify_tokens);
}


static ngx_int_t
ngx_http_whatsauth_meta_phone_number_id(ngx_conf_t *cf,
    ngx_http_whatsauth_meta_t *meta, ngx_str_t *value)
{
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
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid phone_number_id \"%V\"", value);
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


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/keys.h"
#include "kit/secret.h"
#include "kit/shown.h"


static const ngx_http_whatsauth_key_t *ngx_http_whatsauth_keys_find(
    const ngx_http_whatsauth_key_t *keys, ngx_str_t *argument,
    ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_keys_unknown(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected);
static ngx_int_t ngx_http_whatsauth_keys_duplicate(ngx_conf_t *cf,
    ngx_uint_t n, const ngx_http_whatsauth_key_t *key, const char *expected);
static ngx_int_t ngx_http_whatsauth_keys_wrong(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected);
static ngx_int_t ngx_http_whatsauth_keys_required(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *keys, uint64_t seen);


ngx_int_t
ngx_http_whatsauth_keys(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_http_whatsauth_key_t *keys, void *object, const char *expected)
{
    uint64_t                         bit, seen;
    ngx_int_t                        rc;
    ngx_str_t                       *argument, value;
    ngx_uint_t                       n;
    const ngx_http_whatsauth_key_t  *key;

    argument = cf->args->elts;
    seen = 0;

    for (n = first; n < cf->args->nelts; n++) {

        key = ngx_http_whatsauth_keys_find(keys, &argument[n], &value);

        if (key == NULL) {
            return ngx_http_whatsauth_keys_unknown(cf, n, expected);
        }

        bit = (uint64_t) 1 << (key - keys);

        if ((key->flags & NGX_HTTP_WHATSAUTH_KEY_ONCE) && (seen & bit)) {
            return ngx_http_whatsauth_keys_duplicate(cf, n, key, expected);
        }

        seen |= bit;

        rc = key->set(cf, key, &value, object);

        if (rc == NGX_DECLINED) {
            return ngx_http_whatsauth_keys_wrong(cf, n, expected);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_whatsauth_keys_required(cf, keys, seen);
}


static const ngx_http_whatsauth_key_t *
ngx_http_whatsauth_keys_find(const ngx_http_whatsauth_key_t *keys,
    ngx_str_t *argument, ngx_str_t *value)
{
    for ( /* void */ ; keys->name.len; keys++) {
        if (ngx_http_whatsauth_argument_after(argument, &keys->name, value)) {
            return keys;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_whatsauth_keys_unknown(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected)
{
    ngx_str_t  *argument, name;

    if (expected != NULL) {
        return ngx_http_whatsauth_keys_wrong(cf, n, expected);
    }

    argument = cf->args->elts;
    name = ngx_http_whatsauth_shown_name(&argument[n]);

    if (name.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter \"%V\" in \"%V\" directive",
                           &name, &argument[0]);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter %ui in \"%V\" directive: "
                           "\"name=value\" is expected", n, &argument[0]);
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_keys_duplicate(ngx_conf_t *cf, ngx_uint_t n,
    const ngx_http_whatsauth_key_t *key, const char *expected)
{
    ngx_str_t  *directive;

    if (expected != NULL) {
        return ngx_http_whatsauth_keys_wrong(cf, n, expected);
    }

    directive = cf->args->elts;

    if (key->another == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is duplicate",
                           &key->name);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is duplicate: repeat the \"%V\" directive "
                           "for %s", &key->name, directive, key->another);
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_keys_wrong(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected)
{
    ngx_str_t  *argument;

    argument = cf->args->elts;

    (void) ngx_http_whatsauth_argument_invalid(cf, "parameter", &argument[n],
                                               "%s", expected ? expected : "");

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_keys_required(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *keys, uint64_t seen)
{
    ngx_str_t   *directive;
    ngx_uint_t   i;

    directive = cf->args->elts;

    for (i = 0; keys[i].name.len; i++) {

        if ((keys[i].flags & NGX_HTTP_WHATSAUTH_KEY_REQUIRED)
            && (seen & ((uint64_t) 1 << i)) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "no \"%V\" in \"%V\" directive", &keys[i].name,
                               directive);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_keys_have(const ngx_http_whatsauth_key_t *keys,
    const ngx_str_t *name)
{
    for ( /* void */ ; keys->name.len; keys++) {
        if (keys->name.len == name->len
            && ngx_strncmp(keys->name.data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_whatsauth_keys_place(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *place)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    place->data = ngx_pnalloc(cf->pool, value[0].len + 1 + key->name.len);
    if (place->data == NULL) {
        return NGX_ERROR;
    }

    place->len = ngx_sprintf(place->data, "%V %V", &value[0], &key->name)
                 - place->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_keys_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_str_t  place, *secret;

    secret = (ngx_str_t *) ((u_char *) object + key->offset);

    if (ngx_http_whatsauth_keys_place(cf, key, &place) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret(cf, &place, value, secret);
}


ngx_int_t
ngx_http_whatsauth_keys_digest(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_str_t     place;
    ngx_array_t  *digests;

    digests = (ngx_array_t *) ((u_char *) object + key->offset);

    if (ngx_http_whatsauth_keys_place(cf, key, &place) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_digest(cf, &place, value, digests);
}


ngx_int_t
ngx_http_whatsauth_keys_api(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    whatsauth_url_t *url = (whatsauth_url_t *) ((u_char *) object
                                                + key->offset);

    if (ngx_http_whatsauth_argument_url(cf, value, url) != NGX_OK) {
        return NGX_ERROR;
    }

    if (url->query.len) {
        return ngx_http_whatsauth_argument_url_invalid(cf, value,
                                                       "has a query");
    }

    while (url->path.len && url->path.data[url->path.len - 1] == '/') {
        url->path.len--;
    }

    return ngx_http_whatsauth_argument_http(cf, url);
}

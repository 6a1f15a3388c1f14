
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/options.h"
#include "kit/secret.h"
#include "kit/shown.h"


static const ngx_http_whatsauth_option_t *ngx_http_whatsauth_options_find(
    const ngx_http_whatsauth_option_t *options, ngx_str_t *argument,
    ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_options_unknown(ngx_conf_t *cf,
    ngx_uint_t n, const char *expected);
static ngx_int_t ngx_http_whatsauth_options_duplicate(ngx_conf_t *cf,
    ngx_uint_t n, const ngx_http_whatsauth_option_t *option,
    const char *expected);
static ngx_int_t ngx_http_whatsauth_options_wrong(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected);
static ngx_int_t ngx_http_whatsauth_options_required(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *options, uint64_t seen);


ngx_int_t
ngx_http_whatsauth_options(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_http_whatsauth_option_t *options, void *object,
    const char *expected)
{
    uint64_t                            bit, seen;
    ngx_int_t                           rc;
    ngx_str_t                          *argument, value;
    ngx_uint_t                          n;
    const ngx_http_whatsauth_option_t  *option;

    argument = cf->args->elts;
    seen = 0;

    for (n = first; n < cf->args->nelts; n++) {

        option = ngx_http_whatsauth_options_find(options, &argument[n], &value);

        if (option == NULL) {
            return ngx_http_whatsauth_options_unknown(cf, n, expected);
        }

        bit = (uint64_t) 1 << (option - options);

        if ((option->flags & NGX_HTTP_WHATSAUTH_OPTION_ONCE) && (seen & bit)) {
            return ngx_http_whatsauth_options_duplicate(cf, n, option,
                                                        expected);
        }

        seen |= bit;

        rc = option->set(cf, option, &value, object);

        if (rc == NGX_DECLINED) {
            return ngx_http_whatsauth_options_wrong(cf, n, expected);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_whatsauth_options_required(cf, options, seen);
}


static const ngx_http_whatsauth_option_t *
ngx_http_whatsauth_options_find(const ngx_http_whatsauth_option_t *options,
    ngx_str_t *argument, ngx_str_t *value)
{
    for ( /* void */ ; options->name.len; options++) {
        if (ngx_http_whatsauth_argument_after(argument, &options->name, value))
        {
            return options;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_whatsauth_options_unknown(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected)
{
    ngx_str_t  *argument, name;

    if (expected != NULL) {
        return ngx_http_whatsauth_options_wrong(cf, n, expected);
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
ngx_http_whatsauth_options_duplicate(ngx_conf_t *cf, ngx_uint_t n,
    const ngx_http_whatsauth_option_t *option, const char *expected)
{
    ngx_str_t  *directive;

    if (expected != NULL) {
        return ngx_http_whatsauth_options_wrong(cf, n, expected);
    }

    directive = cf->args->elts;

    if (option->another == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is duplicate",
                           &option->name);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is duplicate: repeat the \"%V\" directive "
                           "for %s", &option->name, directive, option->another);
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_options_wrong(ngx_conf_t *cf, ngx_uint_t n,
    const char *expected)
{
    ngx_str_t  *argument;

    argument = cf->args->elts;

    (void) ngx_http_whatsauth_argument_invalid(cf, "parameter", &argument[n],
                                               "%s", expected ? expected : "");

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_options_required(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *options, uint64_t seen)
{
    ngx_str_t   *directive;
    ngx_uint_t   i;

    directive = cf->args->elts;

    for (i = 0; options[i].name.len; i++) {

        if ((options[i].flags & NGX_HTTP_WHATSAUTH_OPTION_REQUIRED)
            && (seen & ((uint64_t) 1 << i)) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "no \"%V\" in \"%V\" directive",
                               &options[i].name, directive);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_options_have(const ngx_http_whatsauth_option_t *options,
    const ngx_str_t *name)
{
    for ( /* void */ ; options->name.len; options++) {
        if (options->name.len == name->len
            && ngx_strncmp(options->name.data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_whatsauth_options_name(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *name)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    name->data = ngx_pnalloc(cf->pool, value[0].len + 1 + option->name.len);
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    name->len = ngx_sprintf(name->data, "%V %V", &value[0], &option->name)
                 - name->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_options_secret(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_str_t  name, *secret;

    secret = (ngx_str_t *) ((u_char *) object + option->offset);

    if (ngx_http_whatsauth_options_name(cf, option, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret(cf, &name, value, secret);
}


ngx_int_t
ngx_http_whatsauth_options_digest(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_str_t     name;
    ngx_array_t  *digests;

    digests = (ngx_array_t *) ((u_char *) object + option->offset);

    if (ngx_http_whatsauth_options_name(cf, option, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_digest(cf, &name, value, digests);
}


ngx_int_t
ngx_http_whatsauth_options_api(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    whatsauth_url_t *url = (whatsauth_url_t *) ((u_char *) object
                                                + option->offset);

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

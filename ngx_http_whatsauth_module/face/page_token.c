
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/page_token.h"
#include "kit/argument.h"
#include "kit/conf.h"
#include "kit/limit.h"
#include "kit/secret.h"


/* Apps that a worker reports, once each. */
#define NGX_HTTP_WHATSAUTH_PAGE_TOKEN_REPORTED  64


static ngx_int_t ngx_http_whatsauth_page_token_rate(ngx_conf_t *cf,
    ngx_str_t *value, const char *unit, ngx_uint_t *rate);
static ngx_uint_t ngx_http_whatsauth_page_token_shared(
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_app_t *other);
static ngx_uint_t ngx_http_whatsauth_page_token_common(ngx_array_t *digests,
    ngx_array_t *others);
static void ngx_http_whatsauth_page_token_report(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app);


char *
ngx_http_whatsauth_page_token(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_http_whatsauth_secret_digest(cf, &value[0], &value[1],
                                         &app->access.page_tokens) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* For one address of a client: `60/m 600/h`, or `off`. */

char *
ngx_http_whatsauth_start_limit(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (cf->args->nelts == 3) {

        if (ngx_http_whatsauth_page_token_rate(cf, &value[1], "/m",
                                               &app->limits.start_minute)
            != NGX_OK
            || ngx_http_whatsauth_page_token_rate(cf, &value[2], "/h",
                                                  &app->limits.start_hour)
               != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "off") != 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                ": \"off\", or codes in a minute and in an hour as in \"60/m "
                "600/h\" are expected");
    }

    app->limits.start_minute = 0;
    app->limits.start_hour = 0;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_page_token_rate(ngx_conf_t *cf, ngx_str_t *value,
    const char *unit, ngx_uint_t *rate)
{
    ngx_int_t  n;

    n = NGX_ERROR;

    if (value->len > 2
        && ngx_strncmp(value->data + value->len - 2, unit, 2) == 0)
    {
        n = ngx_atoi(value->data, value->len - 2);
    }

    if (n < 1 || n > NGX_HTTP_WHATSAUTH_LIMIT_MAX) {
        (void) ngx_http_whatsauth_argument_invalid(cf, "rate", value,
                                             ": from 1%s to %d%s", unit,
                                             NGX_HTTP_WHATSAUTH_LIMIT_MAX,
                                             unit);

        return NGX_ERROR;
    }

    *rate = n;

    return NGX_OK;
}


/* `100000 page=50000`: of all waiting codes, and of those of pages. */

char *
ngx_http_whatsauth_max_live(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    size_t offset)
{
    ngx_int_t   n;
    ngx_str_t  *value;

    value = cf->args->elts;
    n = ngx_atoi(value[1].data, value[1].len);

    if (n == NGX_ERROR || n == 0) {
        return ngx_http_whatsauth_argument_invalid(cf, "number", &value[1],
                                                   "");
    }

    app->limits.max_live = n;
    app->limits.max_live_page = ngx_max(n / 2, 1);

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    n = NGX_ERROR;

    if (value[2].len > 5 && ngx_strncmp(value[2].data, "page=", 5) == 0) {
        n = ngx_atoi(value[2].data + 5, value[2].len - 5);
    }

    if (n == NGX_ERROR || n == 0 || (ngx_uint_t) n > app->limits.max_live) {
        return ngx_http_whatsauth_argument_invalid(cf, "parameter", &value[2],
                  ": page= and a number up to %ui is expected",
                  app->limits.max_live);
    }

    app->limits.max_live_page = n;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_whatsauth_page_token_check(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_main_conf_t   *mcf;

    if (app->access.page_tokens.nelts && app->access.origins.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"page_token\" without \"authorized_origins\" in "
                           "whatsauth_app \"%V\"", &app->name);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_page_token_common(&app->access.page_tokens,
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
            && ngx_http_whatsauth_page_token_shared(app, apps[i]))
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
ngx_http_whatsauth_page_token_shared(ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_app_t *other)
{
    ngx_http_whatsauth_app_access_t  *a, *b;

    a = &app->access;
    b = &other->access;

    return ngx_http_whatsauth_page_token_common(&a->tokens, &b->tokens)
           || ngx_http_whatsauth_page_token_common(&a->tokens, &b->page_tokens)
           || ngx_http_whatsauth_page_token_common(&a->page_tokens, &b->tokens)
           || ngx_http_whatsauth_page_token_common(&a->page_tokens,
                                                   &b->page_tokens);
}


static ngx_uint_t
ngx_http_whatsauth_page_token_common(ngx_array_t *digests, ngx_array_t *others)
{
    ngx_uint_t                    i;
    ngx_http_whatsauth_digest_t  *digest;

    digest = digests->elts;

    for (i = 0; i < digests->nelts; i++) {
        if (ngx_http_whatsauth_digests_have(others, &digest[i])) {
            return 1;
        }
    }

    return 0;
}


/*
 * Browsers name the page in Origin and let no script change it.  Somebody who
 * copies the token out of the page can send any Origin: he gets no more than
 * the little that a page token may do.
 */

ngx_uint_t
ngx_http_whatsauth_page_token_admits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_uint_t page, ngx_uint_t listed)
{
    if (page) {
        return listed;
    }

    if (listed) {
        ngx_http_whatsauth_page_token_report(r, app);
    }

    return 1;
}


static void
ngx_http_whatsauth_page_token_report(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app)
{
    static ngx_uint_t                 n;
    static ngx_http_whatsauth_app_t
                          *reported[NGX_HTTP_WHATSAUTH_PAGE_TOKEN_REPORTED];

    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (reported[i] == app) {
            return;
        }
    }

    if (n == NGX_HTTP_WHATSAUTH_PAGE_TOKEN_REPORTED) {
        return;
    }

    reported[n++] = app;

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "whatsauth: a page of app \"%V\" uses a \"token\": its "
                  "visitors can send texts in your name and read results, "
                  "use a \"page_token\" there", &app->name);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/cors.h"
#include "kit/conf.h"
#include "kit/header.h"
#include "kit/response.h"


static ngx_uint_t ngx_http_whatsauth_cors_origin(ngx_http_request_t *r,
    ngx_str_t *value, whatsauth_url_t *origin);
static ngx_uint_t ngx_http_whatsauth_cors_admits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *origin);
static ngx_uint_t ngx_http_whatsauth_cors_listed(
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *origin);
static ngx_uint_t ngx_http_whatsauth_cors_listed_by_any(
    ngx_http_request_t *r, const whatsauth_url_t *origin);
static ngx_int_t ngx_http_whatsauth_cors_open(ngx_http_request_t *r,
    ngx_str_t *origin);


static const ngx_str_t  ngx_http_whatsauth_cors_header = ngx_string("Origin");


ngx_int_t
ngx_http_whatsauth_cors(ngx_http_request_t *r, ngx_http_whatsauth_app_t *app,
    ngx_uint_t *listed)
{
    ngx_str_t        value;
    whatsauth_url_t  origin;

    *listed = app != NULL && app->access.origins.nelts
              && ngx_http_whatsauth_cors_origin(r, &value, &origin)
              && ngx_http_whatsauth_cors_listed(app, &origin);

    if (ngx_http_whatsauth_response_literal(r, "Vary", "Origin") != NGX_OK) {
        return NGX_ERROR;
    }

    return *listed ? ngx_http_whatsauth_cors_open(r, &value) : NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_cors_admit(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app)
{
    ngx_str_t        value;
    whatsauth_url_t  origin;

    if (!ngx_http_whatsauth_cors_origin(r, &value, &origin)
        || !ngx_http_whatsauth_cors_admits(r, app, &origin))
    {
        return NGX_OK;
    }

    return ngx_http_whatsauth_cors_open(r, &value);
}


ngx_int_t
ngx_http_whatsauth_cors_preflight(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *methods)
{
    ngx_str_t        value;
    whatsauth_url_t  origin;

    if (ngx_http_whatsauth_response_literal(r, "Vary", "Origin") != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_whatsauth_cors_origin(r, &value, &origin)
        || !ngx_http_whatsauth_cors_admits(r, app, &origin))
    {
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_cors_open(r, &value) != NGX_OK
        || ngx_http_whatsauth_response_header(r,
                               "Access-Control-Allow-Methods", methods)
           != NGX_OK
        || ngx_http_whatsauth_response_literal(r,
                               "Access-Control-Allow-Headers",
                               "authorization, content-type, "
                               "if-none-match, prefer")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_response_literal(r, "Access-Control-Max-Age",
                                               "600");
}


/* 1 if the request has one Origin, and that is one that can be listed. */

static ngx_uint_t
ngx_http_whatsauth_cors_origin(ngx_http_request_t *r, ngx_str_t *value,
    whatsauth_url_t *origin)
{
    whatsauth_text_t  text;

    if (ngx_http_whatsauth_header(r, &ngx_http_whatsauth_cors_header, value)
        != 1)
    {
        return 0;
    }

    text = ngx_http_whatsauth_text(value);

    return whatsauth_url_origin(&text, origin);
}


static ngx_uint_t
ngx_http_whatsauth_cors_admits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *origin)
{
    return app != NULL ? ngx_http_whatsauth_cors_listed(app, origin)
                       : ngx_http_whatsauth_cors_listed_by_any(r, origin);
}


static ngx_uint_t
ngx_http_whatsauth_cors_listed(ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *origin)
{
    ngx_uint_t        i;
    whatsauth_url_t  *listed;

    listed = app->access.origins.elts;

    for (i = 0; i < app->access.origins.nelts; i++) {
        if (whatsauth_url_same_origin(&listed[i], origin)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_whatsauth_cors_listed_by_any(ngx_http_request_t *r,
    const whatsauth_url_t *origin)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_app_t        **apps;
    ngx_http_whatsauth_main_conf_t   *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_cors_listed(apps[i], origin)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_whatsauth_cors_open(ngx_http_request_t *r, ngx_str_t *origin)
{
    if (ngx_http_whatsauth_response_header(r, "Access-Control-Allow-Origin",
                                      origin)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_response_literal(r,
                                       "Access-Control-Expose-Headers",
                                       "whatsauth-id, whatsauth-expires-at, "
                                       "whatsauth-claim, Retry-After, ETag");
}

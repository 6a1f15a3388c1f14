
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/bearer.h"
#include "face/cors.h"
#include "face/face.h"
#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"


#define NGX_HTTP_WHATSAUTH_FACE_METHODS_LEN                                   \
    sizeof("GET, HEAD, POST, DELETE, OPTIONS")


static const ngx_http_whatsauth_face_t *ngx_http_whatsauth_face_of(
    ngx_http_request_t *r, ngx_http_whatsauth_ctx_t *ctx);
static ngx_int_t ngx_http_whatsauth_face_identify(ngx_http_request_t *r,
    ngx_http_whatsauth_ctx_t *ctx, const ngx_http_whatsauth_face_t *face);
static ngx_int_t ngx_http_whatsauth_face_preflight(ngx_http_request_t *r,
    ngx_http_whatsauth_ctx_t *ctx, const ngx_http_whatsauth_face_t *face);
static ngx_int_t ngx_http_whatsauth_face_not_allowed(ngx_http_request_t *r,
    const ngx_http_whatsauth_face_t *face);
static ngx_int_t ngx_http_whatsauth_face_methods(ngx_http_request_t *r,
    const ngx_http_whatsauth_face_t *face, ngx_str_t *list);


const ngx_http_whatsauth_face_t  *const ngx_http_whatsauth_faces[] = {
#define NGX_HTTP_WHATSAUTH_FACE(name)  &ngx_http_whatsauth_##name##_face,
    NGX_HTTP_WHATSAUTH_FACES(NGX_HTTP_WHATSAUTH_FACE)
#undef NGX_HTTP_WHATSAUTH_FACE
    NULL
};


/* In the order in which Allow lists them. */

static const struct {
    ngx_uint_t  method;
    ngx_str_t   name;
} ngx_http_whatsauth_face_method_names[] = {
    { NGX_HTTP_GET, ngx_string("GET") },
    { NGX_HTTP_HEAD, ngx_string("HEAD") },
    { NGX_HTTP_POST, ngx_string("POST") },
    { NGX_HTTP_DELETE, ngx_string("DELETE") },
    { NGX_HTTP_OPTIONS, ngx_string("OPTIONS") },
    { 0, ngx_null_string }
};


ngx_int_t
ngx_http_whatsauth_face_handler(ngx_http_request_t *r)
{
    ngx_http_whatsauth_ctx_t                *ctx;
    const ngx_http_whatsauth_face_t         *face;
    const ngx_http_whatsauth_face_method_t  *method;

    ctx = ngx_http_whatsauth_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    face = ngx_http_whatsauth_face_of(r, ctx);

    if (face == NULL) {
        return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_NOT_FOUND,
                                          "there is no such endpoint");
    }

    if ((face->flags & NGX_HTTP_WHATSAUTH_FACE_CORS)
        && r->method == NGX_HTTP_OPTIONS)
    {
        return ngx_http_whatsauth_face_preflight(r, ctx, face);
    }

    if (ngx_http_whatsauth_face_identify(r, ctx, face) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (method = face->methods; method->methods; method++) {

        if (!(r->method & method->methods)) {
            continue;
        }

        if (face->token && ctx->app == NULL) {
            return ngx_http_whatsauth_bearer_problem(r);
        }

        return method->handler(r);
    }

    return ngx_http_whatsauth_face_not_allowed(r, face);
}


static const ngx_http_whatsauth_face_t *
ngx_http_whatsauth_face_of(ngx_http_request_t *r,
    ngx_http_whatsauth_ctx_t *ctx)
{
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);

    if (wlcf->login != NULL) {
        ctx->app = wlcf->login->app;
    }

    if (wlcf->face != NULL) {
        return wlcf->face;
    }

    if (r->uri.len < wlcf->prefix.len) {
        return NULL;
    }

    ctx->rest.data = r->uri.data + wlcf->prefix.len;
    ctx->rest.len = r->uri.len - wlcf->prefix.len;

    return ngx_http_whatsauth_face_by_rest(wlcf->faces, &ctx->rest);
}


/* Before any refusal, which a page has to be able to read, too. */

static ngx_int_t
ngx_http_whatsauth_face_identify(ngx_http_request_t *r,
    ngx_http_whatsauth_ctx_t *ctx, const ngx_http_whatsauth_face_t *face)
{
    ngx_uint_t  page, listed;

    page = 0;
    listed = 0;

    if (face->token
        && ngx_http_whatsauth_bearer(r, &ctx->app,
                        face->token == NGX_HTTP_WHATSAUTH_TOKEN_PAGE
                        ? &page : NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if ((face->flags & NGX_HTTP_WHATSAUTH_FACE_CORS)
        && ngx_http_whatsauth_cors(r, ctx->app, &listed) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->page = page;
    ctx->listed = listed;

    return NGX_OK;
}


/*
 * A preflight bears no token: it comes before one is looked for.  The app is
 * known where it does not depend on the token.
 */

static ngx_int_t
ngx_http_whatsauth_face_preflight(ngx_http_request_t *r,
    ngx_http_whatsauth_ctx_t *ctx, const ngx_http_whatsauth_face_t *face)
{
    ngx_int_t  rc;
    ngx_str_t  methods, empty;

    if (ngx_http_whatsauth_face_methods(r, face, &methods) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_whatsauth_cors_preflight(r, ctx->app, &methods);

    if (rc == NGX_DECLINED) {
        return ngx_http_whatsauth_face_not_allowed(r, face);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_null(&empty);

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_PREFLIGHT,
                                       "text/plain", &empty);
}


static ngx_int_t
ngx_http_whatsauth_face_not_allowed(ngx_http_request_t *r,
    const ngx_http_whatsauth_face_t *face)
{
    ngx_str_t  methods;

    if (ngx_http_whatsauth_face_methods(r, face, &methods) != NGX_OK
        || ngx_http_whatsauth_response_header(r, "Allow", &methods) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_METHOD_NOT_ALLOWED,
                                      "method not allowed, see Allow");
}


static ngx_int_t
ngx_http_whatsauth_face_methods(ngx_http_request_t *r,
    const ngx_http_whatsauth_face_t *face, ngx_str_t *list)
{
    u_char                                  *p;
    ngx_uint_t                               i, methods;
    const ngx_http_whatsauth_face_method_t  *method;

    p = ngx_pnalloc(r->pool, NGX_HTTP_WHATSAUTH_FACE_METHODS_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    methods = face->flags & NGX_HTTP_WHATSAUTH_FACE_CORS
              ? NGX_HTTP_OPTIONS : 0;

    for (method = face->methods; method->methods; method++) {
        methods |= method->methods;
    }

    list->data = p;

    for (i = 0; ngx_http_whatsauth_face_method_names[i].method; i++) {

        if (methods & ngx_http_whatsauth_face_method_names[i].method) {
            p = ngx_sprintf(p, "%s%V", p == list->data ? "" : ", ",
                            &ngx_http_whatsauth_face_method_names[i].name);
        }
    }

    list->len = p - list->data;

    return NGX_OK;
}


const ngx_http_whatsauth_face_t *
ngx_http_whatsauth_face_by_name(const ngx_str_t *name)
{
    const ngx_http_whatsauth_face_t  *const *face;

    for (face = ngx_http_whatsauth_faces; *face != NULL; face++) {

        if ((*face)->name.len == name->len
            && ngx_memcmp((*face)->name.data, name->data, name->len) == 0
            && name->data[name->len - 1] != '/')
        {
            return *face;
        }
    }

    return NULL;
}


const ngx_http_whatsauth_face_t *
ngx_http_whatsauth_face_by_rest(
    const ngx_http_whatsauth_face_t *const *faces, ngx_str_t *rest)
{
    size_t            len;
    const ngx_str_t  *name;

    for ( /* void */ ; *faces != NULL; faces++) {
        name = &(*faces)->name;
        len = name->len;

        if (rest->len < len
            || ngx_memcmp(name->data, rest->data, len) != 0
            || (rest->len > len
                && (len == 0 || name->data[len - 1] != '/')))
        {
            continue;
        }

        rest->data += len;
        rest->len -= len;

        return *faces;
    }

    return NULL;
}

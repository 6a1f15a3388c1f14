
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "face/request_line.h"
#include "kit/ctx.h"


static ngx_int_t ngx_http_whatsauth_request_line_handler(ngx_conf_t *cf,
    ngx_uint_t phase, ngx_http_handler_pt handler);
static ngx_int_t ngx_http_whatsauth_request_line_guess(ngx_http_request_t *r);
static ngx_uint_t ngx_http_whatsauth_request_line_fits(ngx_http_request_t *r,
    ngx_http_core_loc_conf_t *clcf);
static ngx_int_t ngx_http_whatsauth_request_line_located(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_request_line_cut(ngx_http_request_t *r,
    ngx_http_whatsauth_loc_conf_t *wlcf);
static ngx_uint_t ngx_http_whatsauth_request_line_path(ngx_http_request_t *r,
    ngx_http_whatsauth_loc_conf_t *wlcf, ngx_str_t *path);


ngx_int_t
ngx_http_whatsauth_request_line_init(ngx_conf_t *cf)
{
    if (ngx_http_whatsauth_request_line_handler(cf, NGX_HTTP_POST_READ_PHASE,
                                      ngx_http_whatsauth_request_line_guess)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_request_line_handler(cf, NGX_HTTP_REWRITE_PHASE,
                                    ngx_http_whatsauth_request_line_located);
}


static ngx_int_t
ngx_http_whatsauth_request_line_handler(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


/*
 * nginx refuses a body that is too large, and logs the line, as soon as it
 * knows the location and before it calls any handler of ours.  So the line is
 * cut before that wherever the URI may be ours.
 */

static ngx_int_t
ngx_http_whatsauth_request_line_guess(ngx_http_request_t *r)
{
    ngx_uint_t                       i;
    ngx_http_core_loc_conf_t       **locations;
    ngx_http_whatsauth_loc_conf_t   *wlcf;
    ngx_http_whatsauth_srv_conf_t   *wscf;

    wscf = ngx_http_get_module_srv_conf(r, ngx_http_whatsauth_module);
    locations = wscf->locations.elts;

    for (i = 0; i < wscf->locations.nelts; i++) {

        if (ngx_http_whatsauth_request_line_fits(r, locations[i])) {
            wlcf = locations[i]->loc_conf[ngx_http_whatsauth_module.ctx_index];

            return ngx_http_whatsauth_request_line_cut(r, wlcf);
        }
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_http_whatsauth_request_line_fits(ngx_http_request_t *r,
    ngx_http_core_loc_conf_t *clcf)
{
#if (NGX_PCRE)
    if (clcf->regex) {
        return ngx_regex_exec(clcf->regex->regex, &r->uri, NULL, 0) >= 0;
    }
#endif

    return r->uri.len >= clcf->name.len
           && (r->uri.len == clcf->name.len || !clcf->exact_match)
           && ngx_strncmp(r->uri.data, clcf->name.data, clcf->name.len) == 0;
}


/*
 * The first handler that knows the location: before anything can refuse the
 * request, a line of ours is cut, and another location gets its whole line
 * back.
 */

static ngx_int_t
ngx_http_whatsauth_request_line_located(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_http_whatsauth_ctx_t       *ctx;
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    rc = NGX_DECLINED;
    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);

    if (wlcf->enabled) {
        rc = ngx_http_whatsauth_request_line_cut(r, wlcf);
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    if (ctx != NULL && ctx->request_line.len) {

        if (!wlcf->enabled) {
            r->request_line = ctx->request_line;
        }

        ctx->request_line.len = 0;
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_request_line_cut(ngx_http_request_t *r,
    ngx_http_whatsauth_loc_conf_t *wlcf)
{
    u_char                    *p;
    size_t                     len;
    ngx_str_t                  line, path;
    ngx_http_whatsauth_ctx_t  *ctx;

    line = r->request_line;

    if (ngx_http_whatsauth_request_line_path(r, wlcf, &path)) {
        len = r->method_name.len + 1 + path.len;

    } else {
        p = ngx_strlchr(line.data, line.data + line.len, '?');

        if (p == NULL) {
            return NGX_DECLINED;
        }

        len = p - line.data;
        path.len = 0;
    }

    p = ngx_pnalloc(r->pool, len + 1 + r->http_protocol.len);
    ctx = ngx_http_whatsauth_ctx(r);

    if (p == NULL || ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->request_line = line;
    r->request_line.data = p;

    if (path.len) {
        p = ngx_cpymem(p, r->method_name.data, r->method_name.len);
        *p++ = ' ';
        p = ngx_cpymem(p, path.data, path.len);

    } else {
        p = ngx_cpymem(p, line.data, len);
    }

    if (r->http_protocol.len) {
        *p++ = ' ';
        p = ngx_cpymem(p, r->http_protocol.data, r->http_protocol.len);
    }

    r->request_line.len = p - r->request_line.data;

    return NGX_DECLINED;
}


/*
 * The part that a log may show of a path with an id at its end: the id of a QR
 * image leads to a live code.  Returns 0 for paths without one.
 */

static ngx_uint_t
ngx_http_whatsauth_request_line_path(ngx_http_request_t *r,
    ngx_http_whatsauth_loc_conf_t *wlcf, ngx_str_t *path)
{
    ngx_str_t  rest;

    if (wlcf->face != NULL || r->uri.len < wlcf->prefix.len) {
        return 0;
    }

    rest.data = r->uri.data + wlcf->prefix.len;
    rest.len = r->uri.len - wlcf->prefix.len;

    if (ngx_http_whatsauth_face_by_rest(wlcf->faces, &rest) == NULL
        || rest.len == 0)
    {
        return 0;
    }

    path->data = r->uri.data;
    path->len = r->uri.len - rest.len;

    return 1;
}

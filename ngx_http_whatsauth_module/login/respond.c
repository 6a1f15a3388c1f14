
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/public_url.h"
#include "kit/problem.h"
#include "kit/response.h"
#include "login/cookie_jar.h"
#include "login/csrf.h"
#include "login/language.h"
#include "login/policy.h"
#include "login/respond.h"

#include "protocol/form.h"
#include "protocol/phone_hint.h"
#include "protocol/return_path.h"


static ngx_int_t ngx_http_whatsauth_respond_paths(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_page_t *page);
static ngx_int_t ngx_http_whatsauth_respond_see(
    ngx_http_whatsauth_visit_t *visit, const ngx_str_t *path);


ngx_int_t
ngx_http_whatsauth_respond_page(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_page_state_t state, ngx_http_whatsauth_page_t *page)
{
    ngx_memzero(page, sizeof(ngx_http_whatsauth_page_t));

    ngx_http_whatsauth_render_app(page, visit->app);

    page->state = state;
    page->now = ngx_http_whatsauth_door_now();

    if (ngx_http_whatsauth_csrf(visit->request, visit->app, &page->csrf)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_respond_paths(visit, page);
}


/*
 * A page that responds to a GET is at that very URL, which a gate may guard;
 * else the form names it.  A login that leads nowhere else comes back to it, in
 * the language that was chosen there.
 */

static ngx_int_t
ngx_http_whatsauth_respond_paths(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_page_t *page)
{
    ngx_str_t           *path;
    ngx_http_request_t  *r;

    r = visit->request;

    if (ngx_http_whatsauth_respond_prefix(r, &page->prefix) != NGX_OK) {
        return NGX_ERROR;
    }

    if (visit->in_place != NULL) {
        page->page_path = visit->in_place->path;
        page->return_path = visit->in_place->path;
        return NGX_OK;
    }

    page->return_path.data = (u_char *) visit->fields.return_path.data;
    page->return_path.len = visit->fields.return_path.len;

    if (page->return_path.len == 0) {
        page->return_path = page->prefix;
    }

    if (r->method == NGX_HTTP_POST || r->args.len == 0) {
        page->page_path = r->method == NGX_HTTP_POST ? page->return_path
                                                     : page->prefix;
        return NGX_OK;
    }

    path = &page->page_path;

    path->data = ngx_pnalloc(r->pool, page->prefix.len + 1 + r->args.len);
    if (path->data == NULL) {
        return NGX_ERROR;
    }

    path->len = ngx_sprintf(path->data, "%V?%V", &page->prefix, &r->args)
                - path->data;

    if (visit->fields.return_path.len == 0) {
        page->return_path = *path;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_respond_prefix(ngx_http_request_t *r, ngx_str_t *prefix)
{
    uintptr_t                       escapes;
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);
    *prefix = wlcf->prefix;

    escapes = ngx_escape_uri(NULL, prefix->data, prefix->len, NGX_ESCAPE_URI);

    if (escapes == 0) {
        return NGX_OK;
    }

    prefix->len += 2 * escapes;
    prefix->data = ngx_pnalloc(r->pool, prefix->len);

    if (prefix->data == NULL) {
        return NGX_ERROR;
    }

    ngx_escape_uri(prefix->data, wlcf->prefix.data, wlcf->prefix.len,
                   NGX_ESCAPE_URI);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_respond_below(ngx_http_request_t *r, const char *name,
    ngx_str_t *path)
{
    ngx_str_t  prefix;

    if (ngx_http_whatsauth_respond_prefix(r, &prefix) != NGX_OK) {
        return NGX_ERROR;
    }

    path->data = ngx_pnalloc(r->pool, prefix.len + ngx_strlen(name));
    if (path->data == NULL) {
        return NGX_ERROR;
    }

    path->len = ngx_sprintf(path->data, "%V%s", &prefix, name) - path->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_respond_return(ngx_http_whatsauth_visit_t *visit,
    ngx_str_t *path)
{
    const whatsauth_text_t  *given;

    given = &visit->fields.return_path;

    if (given->len == 0) {
        return ngx_http_whatsauth_respond_prefix(visit->request, path);
    }

    path->len = whatsauth_return_path_write(given, NULL);
    path->data = ngx_pnalloc(visit->request->pool, path->len);

    if (path->data == NULL) {
        return NGX_ERROR;
    }

    whatsauth_return_path_write(given, (char *) path->data);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_respond_hint(ngx_http_request_t *r,
    const ledger_text_t *digits, ngx_str_t *hint)
{
    whatsauth_text_t  text;

    text.data = digits->data;
    text.len = digits->len;

    hint->data = ngx_pnalloc(r->pool, WHATSAUTH_PHONE_HINT_MAX);
    if (hint->data == NULL) {
        return NGX_ERROR;
    }

    hint->len = whatsauth_phone_hint(&text, (char *) hint->data);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_respond_html(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, const ngx_http_whatsauth_page_t *page)
{
    ngx_str_t            html;
    ngx_http_request_t  *r;

    r = visit->request;

    if (visit->in_place != NULL && result == NGX_HTTP_WHATSAUTH_SHOWN) {
        result = visit->in_place->shown;
    }

    if (ngx_http_whatsauth_policy(r, 0) != NGX_OK
        || ngx_http_whatsauth_respond_spoilt(visit) != NGX_OK
        || ngx_http_whatsauth_problem_headers(r, result) != NGX_OK
        || ngx_http_whatsauth_render(r, page, &html) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&r->headers_out.charset, "utf-8");

    return ngx_http_whatsauth_response(r, result, "text/html", &html);
}


ngx_int_t
ngx_http_whatsauth_respond_see_other(ngx_http_whatsauth_visit_t *visit)
{
    ngx_str_t  path;

    if (ngx_http_whatsauth_respond_return(visit, &path) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_respond_see(visit, &path);
}


ngx_int_t
ngx_http_whatsauth_respond_see_return(ngx_http_whatsauth_visit_t *visit,
    const char *name)
{
    return visit->fields.return_path.len
           ? ngx_http_whatsauth_respond_see_other(visit)
           : ngx_http_whatsauth_respond_see_below(visit, name);
}


ngx_int_t
ngx_http_whatsauth_respond_see_page(ngx_http_whatsauth_visit_t *visit)
{
    u_char            *p, *tail;
    size_t             len;
    whatsauth_text_t  *given;

    given = &visit->fields.return_path;
    len = whatsauth_encode(given, WHATSAUTH_ENCODE_FORM, NULL);

    tail = ngx_pnalloc(visit->request->pool,
                       NGX_HTTP_WHATSAUTH_LANGUAGE_QUERY_MAX
                       + sizeof("?return=") + len);
    if (tail == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_http_whatsauth_language_query(visit->request, tail);

    if (given->len) {
        *p = p == tail ? '?' : '&';
        p = ngx_cpymem(p + 1, "return=", sizeof("return=") - 1);
        whatsauth_encode(given, WHATSAUTH_ENCODE_FORM, (char *) p);
        p += len;
    }

    *p = '\0';

    return ngx_http_whatsauth_respond_see_below(visit, (char *) tail);
}


ngx_int_t
ngx_http_whatsauth_respond_see_below(ngx_http_whatsauth_visit_t *visit,
    const char *name)
{
    ngx_str_t  path;

    if (ngx_http_whatsauth_respond_below(visit->request, name, &path)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_respond_see(visit, &path);
}


/*
 * nginx makes an absolute URL of headers_out.location, so the header is pushed
 * without it.
 */

static ngx_int_t
ngx_http_whatsauth_respond_see(ngx_http_whatsauth_visit_t *visit,
    const ngx_str_t *path)
{
    ngx_str_t            empty;
    ngx_http_request_t  *r;

    r = visit->request;

    if (ngx_http_whatsauth_policy(r, 0) != NGX_OK
        || ngx_http_whatsauth_respond_spoilt(visit) != NGX_OK
        || ngx_http_whatsauth_response_header(r, "Location", path) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_null(&empty);

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_SEE_OTHER,
                                       "text/plain", &empty);
}


ngx_int_t
ngx_http_whatsauth_respond_spoilt(ngx_http_whatsauth_visit_t *visit)
{
    if (!visit->spoilt) {
        return NGX_OK;
    }

    return ngx_http_whatsauth_cookie_jar_clear(visit->request, visit->app,
                                             NGX_HTTP_WHATSAUTH_COOKIE_CLAIM);
}


ngx_int_t
ngx_http_whatsauth_respond_json(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, char *json, size_t len)
{
    if (json != NULL
        && ngx_http_whatsauth_policy(visit->request, 0) != NGX_OK)
    {
        free(json);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_response_malloced(visit->request, result,
                                                "application/json", json, len);
}


ngx_int_t
ngx_http_whatsauth_respond_done(ngx_http_whatsauth_visit_t *visit)
{
    static const ngx_str_t  body = ngx_string("{}");

    if (ngx_http_whatsauth_policy(visit->request, 0) != NGX_OK
        || ngx_http_whatsauth_respond_spoilt(visit) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_response(visit->request, NGX_HTTP_WHATSAUTH_DONE,
                                       "application/json", &body);
}

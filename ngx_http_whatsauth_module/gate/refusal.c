
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "gate/identity.h"
#include "gate/navigation.h"
#include "gate/refusal.h"
#include "kit/ctx.h"
#include "kit/problem.h"
#include "kit/response.h"
#include "login/cookie_jar.h"
#include "login/in_place.h"


static ngx_int_t ngx_http_whatsauth_refusal_challenge(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate);
static ngx_int_t ngx_http_whatsauth_refusal_spoilt(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate);
static ngx_uint_t ngx_http_whatsauth_refusal_has_page(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_int_t ngx_http_whatsauth_refusal_in_place(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_result_t result);
static ngx_int_t ngx_http_whatsauth_refusal_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result);
static void ngx_http_whatsauth_refusal_unchallenge(ngx_http_request_t *r);


ngx_int_t
ngx_http_whatsauth_refusal(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_result_t result)
{
    ngx_uint_t                 status, page, own;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->app = gate->app;
    ctx->result = result;

    status = ngx_http_whatsauth_results[result].status;
    page = ngx_http_whatsauth_navigation(r);
    own = ngx_http_whatsauth_refusal_has_page(r, status);

    if (status == NGX_HTTP_UNAUTHORIZED
        && !(page && gate->status == NGX_HTTP_OK)
        && ngx_http_whatsauth_refusal_challenge(r, gate) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (page && !own) {
        return ngx_http_whatsauth_refusal_in_place(r, gate, result);
    }

    if (ngx_http_whatsauth_refusal_spoilt(r, gate) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (own) {
        return ngx_http_whatsauth_problem_headers(r, result) == NGX_OK
               ? (ngx_int_t) status : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_refusal_problem(r, result);
}


/* The login page in place clears cookies by itself. */

static ngx_int_t
ngx_http_whatsauth_refusal_spoilt(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate)
{
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting == NULL
        || lasting->identity == NULL
        || lasting->identity->state != NGX_HTTP_WHATSAUTH_IDENTITY_SPOILT)
    {
        return NGX_OK;
    }

    return ngx_http_whatsauth_cookie_jar_clear(r, gate->app,
                                           NGX_HTTP_WHATSAUTH_COOKIE_SESSION);
}


/*
 * The scheme is ours: browsers know no dialog for it, and programs see where
 * the login is.
 */

static ngx_int_t
ngx_http_whatsauth_refusal_challenge(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate)
{
    u_char     *p;
    ngx_str_t   value;

    value.data = ngx_pnalloc(r->pool, sizeof("WhatsAuth app=\"\", login=\"\"")
                                      + gate->app->name.len
                                      + 3 * gate->login.len);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(value.data, "WhatsAuth app=\"%V\", login=\"",
                    &gate->app->name);
    p = (u_char *) ngx_escape_uri(p, gate->login.data, gate->login.len,
                                  NGX_ESCAPE_URI);
    *p++ = '"';

    value.len = p - value.data;

    return ngx_http_whatsauth_response_header(r, "WWW-Authenticate", &value);
}


/*
 * The operator's, which nginx would take for a status that is returned.  It
 * takes none in the place of another, unless "recursive_error_pages" was on in
 * the location that led here.
 */

static ngx_uint_t
ngx_http_whatsauth_refusal_has_page(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_uint_t                 i;
    ngx_http_err_page_t       *pages;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->error_pages == NULL || r->uri_changes == 0 || r->error_page) {
        return 0;
    }

    pages = clcf->error_pages->elts;

    for (i = 0; i < clcf->error_pages->nelts; i++) {

        if (pages[i].status == (ngx_int_t) status) {
            return 1;
        }
    }

    return 0;
}


/*
 * The page is made in its own location, by whose rules it is served.  Access
 * handlers there begin anew, so what those of this location have said under
 * "satisfy any" does not count there.
 */

static ngx_int_t
ngx_http_whatsauth_refusal_in_place(ngx_http_request_t *r,
    const ngx_http_whatsauth_gate_conf_t *gate,
    ngx_http_whatsauth_result_t result)
{
    ngx_str_t                       login;
    ngx_http_whatsauth_lasting_t   *lasting;
    ngx_http_whatsauth_in_place_t  *in_place;

    lasting = ngx_http_whatsauth_lasting_create(r);
    in_place = ngx_palloc(r->pool, sizeof(ngx_http_whatsauth_in_place_t));

    if (lasting == NULL
        || in_place == NULL
        || ngx_http_whatsauth_in_place_return(r, &in_place->path) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    in_place->result = result;
    in_place->shown = gate->status == NGX_HTTP_OK
                      ? NGX_HTTP_WHATSAUTH_SHOWN
                      : NGX_HTTP_WHATSAUTH_LOGIN_REQUIRED;

    lasting->in_place = in_place;

    ngx_http_whatsauth_refusal_unchallenge(r);
    r->access_code = 0;

    login = gate->login;

    ngx_http_finalize_request(r, ngx_http_internal_redirect(r, &login, NULL));

    return NGX_DONE;
}


/* A browser's dialog for the password of auth_basic would cover the page. */

static void
ngx_http_whatsauth_refusal_unchallenge(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    h = r->headers_out.www_authenticate;
    r->headers_out.www_authenticate = NULL;

#if (nginx_version >= 1023000)

    for ( /* void */ ; h != NULL; h = h->next) {
        h->hash = 0;
    }

#else

    if (h != NULL) {
        h->hash = 0;
    }

#endif
}


static ngx_int_t
ngx_http_whatsauth_refusal_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result)
{
    const char  *detail;

    switch (result) {

    case NGX_HTTP_WHATSAUTH_LOGIN_REQUIRED:
        detail = "there is no session: see WWW-Authenticate for the login";
        break;

    case NGX_HTTP_WHATSAUTH_NUMBER_NOT_ALLOWED:
        detail = "the session is of a number that is not let in here";
        break;

    case NGX_HTTP_WHATSAUTH_ACCESS_DENIED:
        detail = "the session is of somebody who is not let in here";
        break;

    default:
        detail = "the session cannot be read";
    }

    ngx_http_finalize_request(r, ngx_http_whatsauth_problem(r, result, detail));

    return NGX_DONE;
}

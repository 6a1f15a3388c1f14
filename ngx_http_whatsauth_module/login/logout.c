
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/cookie_jar.h"
#include "login/ending.h"
#include "login/login.h"
#include "login/respond.h"
#include "login/session_cookie.h"


static ngx_int_t ngx_http_whatsauth_logout_page(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_logout_page_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_logout_page_session(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_logout(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_logout_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_logout_session(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_logout_ended(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_logout_over(
    ngx_http_whatsauth_visit_t *visit);


/* A GET ends nothing: any page can make a browser send one. */

const ngx_http_whatsauth_face_t  ngx_http_whatsauth_logout_face = {
    ngx_string("logout"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_logout_page },
      { NGX_HTTP_POST, ngx_http_whatsauth_logout },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_logout_page(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit(r, ngx_http_whatsauth_logout_page_visit);
}


static ngx_int_t
ngx_http_whatsauth_logout_page_visit(ngx_http_whatsauth_visit_t *visit)
{
    return ngx_http_whatsauth_session_cookie(visit,
                                     ngx_http_whatsauth_logout_page_session);
}


static ngx_int_t
ngx_http_whatsauth_logout_page_session(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_page_t  page;

    if (ngx_http_whatsauth_respond_page(visit, session != NULL
                                        ? NGX_HTTP_WHATSAUTH_PAGE_SESSION
                                        : NGX_HTTP_WHATSAUTH_PAGE_LOGGED_OUT,
                                        &page)
        != NGX_OK
        || (session != NULL
            && ngx_http_whatsauth_respond_hint(visit->request,
                                        &session->text[LEDGER_SESSION_PHONE],
                                        &page.phone_hint) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_respond_html(visit, NGX_HTTP_WHATSAUTH_SHOWN,
                                           &page);
}


static ngx_int_t
ngx_http_whatsauth_logout(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_post(r, ngx_http_whatsauth_logout_visit);
}


static ngx_int_t
ngx_http_whatsauth_logout_visit(ngx_http_whatsauth_visit_t *visit)
{
    return ngx_http_whatsauth_session_cookie(visit,
                                          ngx_http_whatsauth_logout_session);
}


/* Without a session the browser is logged out; its cookie goes, too. */

static ngx_int_t
ngx_http_whatsauth_logout_session(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    if (session == NULL) {
        return ngx_http_whatsauth_logout_over(visit);
    }

    return ngx_http_whatsauth_ending(visit, session->key, NULL,
                                     ngx_http_whatsauth_logout_ended);
}


/* Not before it has ended: a cookie that is gone would only seem to end it. */

static ngx_int_t
ngx_http_whatsauth_logout_ended(ngx_http_whatsauth_visit_t *visit)
{
    if (ngx_http_whatsauth_cookie_jar_clear(visit->request, visit->app,
                                          NGX_HTTP_WHATSAUTH_COOKIE_SESSION)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_logout_over(visit);
}


static ngx_int_t
ngx_http_whatsauth_logout_over(ngx_http_whatsauth_visit_t *visit)
{
    return visit->json ? ngx_http_whatsauth_respond_done(visit)
                       : ngx_http_whatsauth_respond_see_return(visit,
                                                               "logout");
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/login.h"
#include "login/login_page.h"
#include "login/refuse.h"
#include "login/respond.h"
#include "login/session_cookie.h"
#include "login/visit_record.h"


static ngx_int_t ngx_http_whatsauth_page(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_page_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_page_session(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_page_denied(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_page_face = {
    ngx_string(""),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_page },
      { 0, NULL } }
};


/* The page as the browser's cookies have it; a visit alone writes nothing. */

static ngx_int_t
ngx_http_whatsauth_page(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit(r, ngx_http_whatsauth_page_visit);
}


static ngx_int_t
ngx_http_whatsauth_page_visit(ngx_http_whatsauth_visit_t *visit)
{
    const ngx_http_whatsauth_in_place_t  *in_place;

    in_place = ngx_http_whatsauth_in_place(visit->request);
    visit->in_place = in_place;

    if (in_place == NULL) {
        return ngx_http_whatsauth_session_cookie(visit,
                                              ngx_http_whatsauth_page_session);
    }

    switch (in_place->result) {

    case NGX_HTTP_WHATSAUTH_LOGIN_REQUIRED:
        return ngx_http_whatsauth_session_cookie(visit,
                                              ngx_http_whatsauth_page_session);

    case NGX_HTTP_WHATSAUTH_NUMBER_NOT_ALLOWED:
    case NGX_HTTP_WHATSAUTH_ACCESS_DENIED:
        return ngx_http_whatsauth_session_cookie(visit,
                                              ngx_http_whatsauth_page_denied);

    default:
        return ngx_http_whatsauth_refuse(visit, in_place->result,
                                         "the login cannot be read");
    }
}


static ngx_int_t
ngx_http_whatsauth_page_session(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    if (session != NULL
        && ngx_http_whatsauth_respond_hint(visit->request,
                                    &session->text[LEDGER_SESSION_PHONE],
                                    &visit->phone_hint)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_visit_record(visit,
                                           ngx_http_whatsauth_login_page);
}


/* The session may have ended since the gate has read it. */

static ngx_int_t
ngx_http_whatsauth_page_denied(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_page_t        page;
    ngx_http_whatsauth_result_t      result;
    ngx_http_whatsauth_page_state_t  state;

    if (session == NULL) {
        return ngx_http_whatsauth_page_session(visit, NULL);
    }

    result = visit->in_place->result;
    state = result == NGX_HTTP_WHATSAUTH_ACCESS_DENIED
            ? NGX_HTTP_WHATSAUTH_PAGE_ACCESS_DENIED
            : NGX_HTTP_WHATSAUTH_PAGE_NUMBER_NOT_ALLOWED;

    if (ngx_http_whatsauth_respond_page(visit, state, &page) != NGX_OK
        || ngx_http_whatsauth_respond_hint(visit->request,
                                           &session->text[LEDGER_SESSION_PHONE],
                                           &page.phone_hint)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_respond_html(visit, result, &page);
}

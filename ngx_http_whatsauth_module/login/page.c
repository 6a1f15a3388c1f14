
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
    visit->in_place = ngx_http_whatsauth_in_place(visit->request);

    if (visit->in_place != NULL
        && visit->in_place->result == NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE)
    {
        return ngx_http_whatsauth_refuse(visit, visit->in_place->result,
                                         "the session cannot be read");
    }

    return ngx_http_whatsauth_session_cookie(visit,
                                             ngx_http_whatsauth_page_session);
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

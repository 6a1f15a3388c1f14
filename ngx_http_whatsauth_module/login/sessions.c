
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/cookie_jar.h"
#include "login/ending.h"
#include "login/language.h"
#include "login/login.h"
#include "login/own_sessions.h"
#include "login/respond.h"
#include "login/session_cookie.h"


static ngx_int_t ngx_http_whatsauth_sessions(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_sessions_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_sessions_session(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_sessions_own(
    ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_own_sessions_t *own);
static ngx_int_t ngx_http_whatsauth_sessions_end(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_sessions_end_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_sessions_end_session(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_sessions_end_own(
    ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_own_sessions_t *own);
static ngx_int_t ngx_http_whatsauth_sessions_ended(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_sessions_ended_all(
    ngx_http_whatsauth_visit_t *visit);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_sessions_face = {
    ngx_string("sessions"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_sessions },
      { NGX_HTTP_POST, ngx_http_whatsauth_sessions_end },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_sessions(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit(r, ngx_http_whatsauth_sessions_visit);
}


static ngx_int_t
ngx_http_whatsauth_sessions_visit(ngx_http_whatsauth_visit_t *visit)
{
    return ngx_http_whatsauth_session_cookie(visit,
                                         ngx_http_whatsauth_sessions_session);
}


/*
 * A person who is not logged in logs in first, and comes back; all that in the
 * language that was chosen.
 */

static ngx_int_t
ngx_http_whatsauth_sessions_session(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    u_char     *p, name[sizeof("sessions")
                        + NGX_HTTP_WHATSAUTH_LANGUAGE_QUERY_MAX];
    ngx_str_t   path;

    if (session != NULL) {
        return ngx_http_whatsauth_own_sessions(visit, session,
                                             ngx_http_whatsauth_sessions_own);
    }

    p = ngx_cpymem(name, "sessions", sizeof("sessions") - 1);
    p = ngx_http_whatsauth_language_query(visit->request, p);
    *p = '\0';

    if (ngx_http_whatsauth_respond_below(visit->request, (char *) name, &path)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    visit->fields.return_path = ngx_http_whatsauth_text(&path);

    return ngx_http_whatsauth_respond_see_page(visit);
}


static ngx_int_t
ngx_http_whatsauth_sessions_own(ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_own_sessions_t *own)
{
    ngx_http_whatsauth_page_t  page;

    if (ngx_http_whatsauth_respond_page(visit, NGX_HTTP_WHATSAUTH_PAGE_SESSIONS,
                                        &page)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    page.sessions = own->session;
    page.sessions_n = own->n;

    return ngx_http_whatsauth_respond_html(visit, NGX_HTTP_WHATSAUTH_SHOWN,
                                           &page);
}


static ngx_int_t
ngx_http_whatsauth_sessions_end(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_post(r,
                                        ngx_http_whatsauth_sessions_end_visit);
}


static ngx_int_t
ngx_http_whatsauth_sessions_end_visit(ngx_http_whatsauth_visit_t *visit)
{
    return ngx_http_whatsauth_session_cookie(visit,
                                      ngx_http_whatsauth_sessions_end_session);
}


static ngx_int_t
ngx_http_whatsauth_sessions_end_session(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    if (session == NULL) {
        return ngx_http_whatsauth_sessions_ended(visit);
    }

    if (ngx_http_whatsauth_fields_on(&visit->fields.all)) {
        return ngx_http_whatsauth_ending(visit, 0,
                                      &session->text[LEDGER_SESSION_SUBJECT],
                                      ngx_http_whatsauth_sessions_ended_all);
    }

    return ngx_http_whatsauth_own_sessions(visit, session,
                                           ngx_http_whatsauth_sessions_end_own);
}


/* Another person's session is as unknown as one that never was. */

static ngx_int_t
ngx_http_whatsauth_sessions_end_own(ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_own_sessions_t *own)
{
    ngx_uint_t        i;
    whatsauth_text_t  id;

    for (i = 0; i < own->n; i++) {
        id = ngx_http_whatsauth_text(&own->session[i].id);

        if (whatsauth_text_equal(&id, &visit->fields.session)) {
            return ngx_http_whatsauth_ending(visit, own->key[i], NULL,
                                         own->session[i].this
                                         ? ngx_http_whatsauth_sessions_ended_all
                                         : ngx_http_whatsauth_sessions_ended);
        }
    }

    return ngx_http_whatsauth_sessions_ended(visit);
}


static ngx_int_t
ngx_http_whatsauth_sessions_ended(ngx_http_whatsauth_visit_t *visit)
{
    return visit->json ? ngx_http_whatsauth_respond_done(visit)
                       : ngx_http_whatsauth_respond_see_return(visit,
                                                               "sessions");
}


/* That of this very browser, too. */

static ngx_int_t
ngx_http_whatsauth_sessions_ended_all(ngx_http_whatsauth_visit_t *visit)
{
    if (ngx_http_whatsauth_cookie_jar_clear(visit->request, visit->app,
                                          NGX_HTTP_WHATSAUTH_COOKIE_SESSION)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return visit->json ? ngx_http_whatsauth_respond_done(visit)
                       : ngx_http_whatsauth_respond_see_return(visit,
                                                               "logout");
}

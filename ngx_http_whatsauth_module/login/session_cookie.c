
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "face/hold.h"
#include "login/cookie_jar.h"
#include "login/refuse.h"
#include "login/session_cookie.h"


typedef struct {
    ngx_http_whatsauth_hold_t              hold;
    ngx_http_whatsauth_visit_t            *visit;
    whatsauth_token_t                      token;
    ngx_http_whatsauth_session_cookie_pt   handler;
} ngx_http_whatsauth_session_cookie_t;


static void ngx_http_whatsauth_session_cookie_read(void *data,
    ledger_result_t result, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_session_cookie_none(
    ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_session_cookie_pt handler);


ngx_int_t
ngx_http_whatsauth_session_cookie(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_session_cookie_pt handler)
{
    ngx_int_t                             rc;
    whatsauth_token_t                     token;
    ngx_http_whatsauth_wait_t            *wait;
    ngx_http_whatsauth_session_cookie_t  *cookie;

    rc = visit->cookies
         ? ngx_http_whatsauth_cookie_jar_get(visit->request, visit->app,
                                           NGX_HTTP_WHATSAUTH_COOKIE_SESSION,
                                           &token)
         : NGX_DECLINED;

    if (rc == NGX_DECLINED) {
        return handler(visit, NULL);
    }

    if (rc == NGX_ABORT) {
        return ngx_http_whatsauth_session_cookie_none(visit, handler);
    }

    if (rc == NGX_ERROR) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                         "the session cannot be read");
    }

    cookie = ngx_palloc(visit->request->pool,
                        sizeof(ngx_http_whatsauth_session_cookie_t));

    if (cookie == NULL
        || ngx_http_whatsauth_hold(&cookie->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cookie->visit = visit;
    cookie->token = token;
    cookie->handler = handler;

    wait = ngx_http_whatsauth_door_read_session(token.key,
                                      ngx_http_whatsauth_session_cookie_read,
                                      cookie);

    return ngx_http_whatsauth_hold_wait(&cookie->hold, wait);
}


static void
ngx_http_whatsauth_session_cookie_read(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_session_cookie_t *cookie = data;

    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = cookie->visit;
    (void) ngx_http_whatsauth_hold_request(&cookie->hold);

    if (result == LEDGER_FAILED) {
        rc = ngx_http_whatsauth_refuse(visit,
                                       NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                       "the session cannot be read");

    } else if (session != NULL
               && ngx_http_whatsauth_session_is(session, visit->app,
                                                &cookie->token))
    {
        rc = cookie->handler(visit, session);

    } else {
        rc = ngx_http_whatsauth_session_cookie_none(visit, cookie->handler);
    }

    ngx_http_whatsauth_hold_end(&cookie->hold, rc);
}


ngx_uint_t
ngx_http_whatsauth_session_is(const ledger_session_t *session,
    const ngx_http_whatsauth_app_t *app, const whatsauth_token_t *token)
{
    const ledger_text_t  *name;

    name = &session->text[LEDGER_SESSION_APP];

    return whatsauth_token_digest_equal(session->digest, token->digest)
           && ledger_session_until(session) > ngx_http_whatsauth_door_now()
           && name->len == app->name.len
           && ngx_memcmp(name->data, app->name.data, name->len) == 0;
}


static ngx_int_t
ngx_http_whatsauth_session_cookie_none(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_session_cookie_pt handler)
{
    if (ngx_http_whatsauth_cookie_jar_clear(visit->request, visit->app,
                                          NGX_HTTP_WHATSAUTH_COOKIE_SESSION)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return handler(visit, NULL);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "gate/identity.h"
#include "journey/touch.h"
#include "login/cookie_jar.h"
#include "login/session_cookie.h"


static ngx_int_t ngx_http_whatsauth_identity_look(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_identity_t **identity);
static ngx_int_t ngx_http_whatsauth_identity_read(
    ngx_http_whatsauth_identity_t *identity);
static void ngx_http_whatsauth_identity_done(void *data,
    ledger_result_t result, const ledger_session_t *session);
static ngx_http_whatsauth_identity_state_t ngx_http_whatsauth_identity_take(
    ngx_http_whatsauth_identity_t *identity, ledger_result_t result,
    const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_identity_texts(
    ngx_http_whatsauth_identity_t *identity, const ledger_session_t *session);


/* A location after an internal redirect may have the gate of another app. */

ngx_int_t
ngx_http_whatsauth_identity(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_identity_t **identity)
{
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);
    *identity = lasting != NULL ? lasting->identity : NULL;

    if (*identity == NULL || (*identity)->app != app) {

        if (lasting != NULL) {
            lasting->identity = NULL;
        }

        return ngx_http_whatsauth_identity_look(r, app, identity);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_identity_look(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_identity_t **identity)
{
    ngx_int_t                      rc;
    whatsauth_token_t              token;
    ngx_http_whatsauth_lasting_t  *lasting;

    *identity = NULL;

    rc = ngx_http_whatsauth_cookie_jar_get(r, app,
                                           NGX_HTTP_WHATSAUTH_COOKIE_SESSION,
                                           &token);
    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    lasting = ngx_http_whatsauth_lasting_create(r);
    *identity = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_identity_t));

    if (lasting == NULL || *identity == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    lasting->identity = *identity;

    (*identity)->request = r;
    (*identity)->app = app;

    if (rc != NGX_OK) {
        (*identity)->state = rc == NGX_ABORT
                             ? NGX_HTTP_WHATSAUTH_IDENTITY_SPOILT
                             : NGX_HTTP_WHATSAUTH_IDENTITY_UNREADABLE;
        return NGX_OK;
    }

    (*identity)->token = token;

    return ngx_http_whatsauth_identity_read(*identity);
}


static ngx_int_t
ngx_http_whatsauth_identity_read(ngx_http_whatsauth_identity_t *identity)
{
    ngx_int_t                   rc;
    ngx_http_whatsauth_wait_t  *wait;

    wait = ngx_http_whatsauth_door_read_session(identity->token.key,
                                        ngx_http_whatsauth_identity_done,
                                        identity);
    if (wait == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_whatsauth_hold_phase(&identity->hold, identity->request,
                                       ngx_http_whatsauth_hold_forget, wait);
    if (rc != NGX_AGAIN) {
        /* The gate of an "error_page" would wait for it. */
        identity->state = NGX_HTTP_WHATSAUTH_IDENTITY_UNREADABLE;
    }

    return rc;
}


static void
ngx_http_whatsauth_identity_done(void *data, ledger_result_t result,
    const ledger_session_t *session)
{
    ngx_http_whatsauth_identity_t *identity = data;

    identity->state = ngx_http_whatsauth_identity_take(identity, result,
                                                       session);

    if (identity->hold.forget != NULL) {
        ngx_http_whatsauth_hold_resume(&identity->hold);
    }
}


static ngx_http_whatsauth_identity_state_t
ngx_http_whatsauth_identity_take(ngx_http_whatsauth_identity_t *identity,
    ledger_result_t result, const ledger_session_t *session)
{
    if (result == LEDGER_FAILED) {
        return NGX_HTTP_WHATSAUTH_IDENTITY_UNREADABLE;
    }

    if (session == NULL
        || !ngx_http_whatsauth_session_is(session, identity->app,
                                          &identity->token))
    {
        return NGX_HTTP_WHATSAUTH_IDENTITY_SPOILT;
    }

    identity->key = session->key;
    identity->login_at = session->login_at;
    identity->flags = session->flags;

    if (ngx_http_whatsauth_identity_texts(identity, session) != NGX_OK) {
        return NGX_HTTP_WHATSAUTH_IDENTITY_UNREADABLE;
    }

    ngx_http_whatsauth_touch(session);

    return NGX_HTTP_WHATSAUTH_IDENTITY_FOUND;
}


static ngx_int_t
ngx_http_whatsauth_identity_texts(ngx_http_whatsauth_identity_t *identity,
    const ledger_session_t *session)
{
    u_char               *p;
    const ledger_text_t  *phone, *subject, *name;

    phone = &session->text[LEDGER_SESSION_PHONE];
    subject = &session->text[LEDGER_SESSION_SUBJECT];
    name = &session->text[LEDGER_SESSION_NAME];

    p = ngx_pnalloc(identity->request->pool,
                    1 + phone->len + subject->len + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    identity->phone.data = p;
    identity->phone.len = 1 + phone->len;
    *p++ = '+';
    p = ngx_cpymem(p, phone->data, phone->len);

    identity->subject.data = p;
    identity->subject.len = subject->len;
    p = ngx_cpymem(p, subject->data, subject->len);

    identity->name.data = p;
    identity->name.len = name->len;
    ngx_memcpy(p, name->data, name->len);

    return NGX_OK;
}


ngx_http_whatsauth_identity_t *
ngx_http_whatsauth_identity_found(ngx_http_request_t *r)
{
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting == NULL
        || lasting->identity == NULL
        || lasting->identity->state != NGX_HTTP_WHATSAUTH_IDENTITY_FOUND)
    {
        return NULL;
    }

    return lasting->identity;
}

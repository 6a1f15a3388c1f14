
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/door.h"
#include "kit/ctx.h"
#include "login/answer.h"
#include "login/visit_record.h"
#include "login/login.h"
#include "login/offer.h"
#include "login/session_cookie.h"


static ngx_int_t ngx_http_whatsauth_page(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_page_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_page_session(
    ngx_http_whatsauth_visit_t *visit, const ledger_session_t *session);
static ngx_int_t ngx_http_whatsauth_page_claimed(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record);
static ngx_http_whatsauth_page_state_t ngx_http_whatsauth_page_state(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_page_login(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record,
    ngx_http_whatsauth_page_t *page);


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
    return ngx_http_whatsauth_session_cookie(visit,
                                             ngx_http_whatsauth_page_session);
}


static ngx_int_t
ngx_http_whatsauth_page_session(ngx_http_whatsauth_visit_t *visit,
    const ledger_session_t *session)
{
    if (session != NULL
        && ngx_http_whatsauth_answer_hint(visit->request,
                                    &session->text[LEDGER_SESSION_PHONE],
                                    &visit->phone_hint)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_visit_record(visit, ngx_http_whatsauth_page_claimed);
}


static ngx_int_t
ngx_http_whatsauth_page_claimed(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_page_t         page;
    ngx_http_whatsauth_page_state_t   state;

    state = ngx_http_whatsauth_page_state(visit, record);

    if (ngx_http_whatsauth_answer_page(visit, state, &page) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (state == NGX_HTTP_WHATSAUTH_PAGE_SESSION) {
        page.phone_hint = visit->phone_hint;

    } else if (record != NULL
               && ngx_http_whatsauth_page_login(visit, record, &page)
                  != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_answer_html(visit, NGX_HTTP_WHATSAUTH_PAGE,
                                          &page);
}


/*
 * Who is logged in may begin anew all the same, and then sees that login while
 * it goes on.  A login that has been collected is over: its session stands for
 * it, or has ended.
 */

static ngx_http_whatsauth_page_state_t
ngx_http_whatsauth_page_state(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record)
{
    ledger_status_t  status;

    status = record != NULL
             ? ledger_status(record, ngx_http_whatsauth_door_now())
             : LEDGER_STATUS_FAILED;

    if (visit->phone_hint.len && status != LEDGER_STATUS_REQUESTED
        && (status != LEDGER_STATUS_VALIDATED || record->claim.collected_at))
    {
        return NGX_HTTP_WHATSAUTH_PAGE_SESSION;
    }

    if (record == NULL || record->claim.collected_at) {
        return NGX_HTTP_WHATSAUTH_PAGE_START;
    }

    return ngx_http_whatsauth_visit_record_state(record);
}


static ngx_int_t
ngx_http_whatsauth_page_login(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record, ngx_http_whatsauth_page_t *page)
{
    const char                  *error;
    ngx_http_whatsauth_offer_t   offer;

    page->expires_at = record->expires_at;
    page->tries_left = LEDGER_WRONG_PINS_MAX - record->claim.wrong_pins;

    error = ledger_error_word(record->error);

    if (error != NULL) {
        page->error.data = (u_char *) error;
        page->error.len = ngx_strlen(error);
    }

    if (page->state == NGX_HTTP_WHATSAUTH_PAGE_VALIDATED) {
        return ngx_http_whatsauth_answer_hint(visit->request,
                                              &record->message[LEDGER_SENDER],
                                              &page->phone_hint);
    }

    if (page->state != NGX_HTTP_WHATSAUTH_PAGE_SEND) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_offer_waiting(visit->request, visit->app, record,
                                         &offer)
        != NGX_OK
        || ngx_http_whatsauth_offer_qr(visit->request, &offer, &page->prefix)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_whatsauth_offer_show(&offer, page);

    return NGX_OK;
}

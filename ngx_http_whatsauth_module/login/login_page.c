
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/login_page.h"
#include "login/offer.h"
#include "login/respond.h"
#include "login/visit_record.h"


static ngx_http_whatsauth_page_state_t ngx_http_whatsauth_login_page_state(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_login_page_record(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record,
    ngx_http_whatsauth_page_t *page);


ngx_int_t
ngx_http_whatsauth_login_page(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_page_t         page;
    ngx_http_whatsauth_page_state_t   state;

    state = ngx_http_whatsauth_login_page_state(visit, record);

    if (ngx_http_whatsauth_respond_page(visit, state, &page) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (state == NGX_HTTP_WHATSAUTH_PAGE_SESSION) {
        page.phone_hint = visit->phone_hint;

    } else if (record != NULL
               && ngx_http_whatsauth_login_page_record(visit, record, &page)
                  != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (visit->refusal) {
        page.error = ngx_http_whatsauth_results[visit->refusal].word;
        return ngx_http_whatsauth_respond_html(visit, visit->refusal, &page);
    }

    return ngx_http_whatsauth_respond_html(visit, NGX_HTTP_WHATSAUTH_SHOWN,
                                           &page);
}


/*
 * A user who is logged in may begin anew, and then sees that login.  One
 * that has been collected is over: its session stands for it, or has ended.
 */

static ngx_http_whatsauth_page_state_t
ngx_http_whatsauth_login_page_state(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record)
{
    if (record == NULL || record->claim.collected_at) {
        return visit->phone_hint.len ? NGX_HTTP_WHATSAUTH_PAGE_SESSION
                                     : NGX_HTTP_WHATSAUTH_PAGE_START;
    }

    return ngx_http_whatsauth_visit_record_state(record);
}


static ngx_int_t
ngx_http_whatsauth_login_page_record(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record, ngx_http_whatsauth_page_t *page)
{
    const char                  *error;
    ngx_http_whatsauth_offer_t   offer;

    page->expires_at = record->expires_at;
    page->tries_left = LEDGER_WRONG_PINS_MAX - record->claim.wrong_pins;
    page->resent = (record->claim.flags & LEDGER_CLAIM_RESENT) != 0;

    error = ledger_error_word(record->error);

    if (error != NULL) {
        page->error.data = (u_char *) error;
        page->error.len = ngx_strlen(error);
    }

    if (page->state == NGX_HTTP_WHATSAUTH_PAGE_VALIDATED) {
        return ngx_http_whatsauth_respond_hint(visit->request,
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

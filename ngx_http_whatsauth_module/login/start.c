
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "face/public_url.h"
#include "face/start_limit.h"
#include "journey/issue.h"
#include "kit/ctx.h"
#include "login/consent.h"
#include "login/cookie_jar.h"
#include "login/hand_over.h"
#include "login/login.h"
#include "login/offer.h"
#include "login/refuse.h"
#include "login/respond.h"
#include "login/visit_cancel.h"
#include "login/visit_record.h"


/* One code that the login page asks for, until its record is committed. */

typedef struct {
    ngx_http_whatsauth_hold_t      hold;
    ngx_http_whatsauth_issue_t     issue;
    ngx_http_whatsauth_visit_t    *visit;
    whatsauth_token_t              known;     /* the mark of the browser */
} ngx_http_whatsauth_start_t;


static ngx_int_t ngx_http_whatsauth_start(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_start_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_start_claimed(
    ngx_http_whatsauth_visit_t *visit, const ledger_record_t *record);
static ngx_int_t ngx_http_whatsauth_start_anew(
    ngx_http_whatsauth_visit_t *visit);
static ngx_http_whatsauth_result_t ngx_http_whatsauth_start_parameters(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_parameters_t *p);
static ngx_int_t ngx_http_whatsauth_start_cancelled(
    ngx_http_whatsauth_visit_t *visit, void *data,
    const ngx_http_whatsauth_by_claim_end_t *end);
static ngx_int_t ngx_http_whatsauth_start_issue(
    ngx_http_whatsauth_start_t *start);
static ngx_int_t ngx_http_whatsauth_start_consent(
    ngx_http_whatsauth_start_t *start);
static void ngx_http_whatsauth_start_done(void *data,
    ngx_http_whatsauth_issued_t *issued);
static ngx_int_t ngx_http_whatsauth_start_issued(
    ngx_http_whatsauth_start_t *start, ngx_http_whatsauth_issued_t *issued);
static ngx_int_t ngx_http_whatsauth_start_respond(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_offer_t *offer);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_start_face = {
    ngx_string("start"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    NGX_HTTP_WHATSAUTH_FACE_CORS,
    { { NGX_HTTP_POST, ngx_http_whatsauth_start },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_start(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_post(r, ngx_http_whatsauth_start_visit);
}


/*
 * A second tab, a reload or an impatient finger gets the code that waits
 * already, unless the person asks for a new one.
 */

static ngx_int_t
ngx_http_whatsauth_start_visit(ngx_http_whatsauth_visit_t *visit)
{
    if (!visit->cookies || ngx_http_whatsauth_fields_on(&visit->fields.anew)) {
        return ngx_http_whatsauth_start_anew(visit);
    }

    return ngx_http_whatsauth_visit_record(visit,
                                           ngx_http_whatsauth_start_claimed);
}


static ngx_int_t
ngx_http_whatsauth_start_claimed(ngx_http_whatsauth_visit_t *visit,
    const ledger_record_t *record)
{
    ngx_http_whatsauth_offer_t  offer;

    if (record == NULL
        || ledger_status(record, ngx_http_whatsauth_door_now())
           != LEDGER_STATUS_REQUESTED)
    {
        return ngx_http_whatsauth_start_anew(visit);
    }

    if (ngx_http_whatsauth_offer_waiting(visit->request, visit->app, record,
                                         &offer)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_start_respond(visit, &offer);
}


static ngx_int_t
ngx_http_whatsauth_start_anew(ngx_http_whatsauth_visit_t *visit)
{
    time_t                            wait;
    ngx_http_whatsauth_start_t       *start;
    ngx_http_whatsauth_result_t       result;
    ngx_http_whatsauth_parameters_t  *p;

    start = ngx_pcalloc(visit->request->pool,
                        sizeof(ngx_http_whatsauth_start_t));
    if (start == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    start->visit = visit;
    p = &start->issue.parameters;

    result = ngx_http_whatsauth_start_parameters(visit, p);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return ngx_http_whatsauth_refuse(visit, result, p->detail);
    }

    wait = ngx_http_whatsauth_start_limit_wait(visit->request, visit->app);

    if (wait) {
        return ngx_http_whatsauth_refuse_later(visit,
                                         "this address has asked for the codes "
                                         "that start_limit allows", wait);
    }

    if (!visit->claimed || !ngx_http_whatsauth_fields_on(&visit->fields.anew))
    {
        return ngx_http_whatsauth_start_issue(start);
    }

    return ngx_http_whatsauth_visit_cancel(visit,
                                           ngx_http_whatsauth_start_cancelled,
                                           start);
}


/*
 * The page may ask for all that a page_token may ask for, and for the channel
 * besides.
 */

static ngx_http_whatsauth_result_t
ngx_http_whatsauth_start_parameters(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_parameters_t *p)
{
    ngx_http_whatsauth_result_t  result;

    static const whatsauth_text_t  on = whatsauth_text("1");
    static const whatsauth_text_t  whatsapp = whatsauth_text("whatsapp");

    result = ngx_http_whatsauth_parameters_start(p, visit->request->pool,
                                                 visit->app, 1);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return result;
    }

    if (visit->fields.channel.len
        && !whatsauth_text_equal(&visit->fields.channel, &whatsapp)
        && !ngx_http_whatsauth_consent_sms(visit->app))
    {
        p->detail = "the page offers no other channel";
        return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
    }

    result = ngx_http_whatsauth_consent_number(visit->app,
                                               &visit->fields.number, p);

    if (result != NGX_HTTP_WHATSAUTH_NONE) {
        return result;
    }

    p->given.qr = on;
    p->given.claim = on;
    p->given.channel = visit->fields.channel;

    return ngx_http_whatsauth_parameters_check(p);
}


/*
 * A new code takes the place of the one before: an old link, in another tab or
 * in a chat, must not log in a browser that shows another code.  A claim that
 * leads to no login, or to one that is over, has none to end.
 */

static ngx_int_t
ngx_http_whatsauth_start_cancelled(ngx_http_whatsauth_visit_t *visit,
    void *data, const ngx_http_whatsauth_by_claim_end_t *end)
{
    ngx_http_whatsauth_start_t *start = data;

    return end->result == NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE
           ? ngx_http_whatsauth_refuse(visit, end->result, end->detail)
           : ngx_http_whatsauth_start_issue(start);
}


static ngx_int_t
ngx_http_whatsauth_start_issue(ngx_http_whatsauth_start_t *start)
{
    ngx_http_whatsauth_issue_t  *issue;
    ngx_http_whatsauth_visit_t  *visit;

    visit = start->visit;
    issue = &start->issue;

    if (ngx_http_whatsauth_start_consent(start) != NGX_OK
        || ngx_http_whatsauth_hold(&start->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    issue->log = visit->request->connection->log;
    issue->done = ngx_http_whatsauth_start_done;
    issue->data = start;
    issue->claim.kind = visit->cookies ? WHATSAUTH_TOKEN_PAGE_CLAIM
                                       : WHATSAUTH_TOKEN_CLAIM;

    return ngx_http_whatsauth_hold_wait(&start->hold,
                                        ngx_http_whatsauth_issue(issue));
}


/*
 * The widget's page is another site's, where the browser shows no mark.  One
 * that cannot be read counts for none; a store that is not open refuses the
 * code, too.
 */

static ngx_int_t
ngx_http_whatsauth_start_consent(ngx_http_whatsauth_start_t *start)
{
    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = start->visit;

    rc = visit->cookies
         ? ngx_http_whatsauth_cookie_jar_get(visit->request, visit->app,
                                             NGX_HTTP_WHATSAUTH_COOKIE_KNOWN,
                                             &start->known)
         : NGX_DECLINED;

    if (rc == NGX_ABORT
        && ngx_http_whatsauth_cookie_jar_clear(visit->request, visit->app,
                                             NGX_HTTP_WHATSAUTH_COOKIE_KNOWN)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_consent(visit->request, visit->app,
                                      rc == NGX_OK ? &start->known : NULL,
                                      &start->issue.claim);
}


static void
ngx_http_whatsauth_start_done(void *data, ngx_http_whatsauth_issued_t *issued)
{
    ngx_http_whatsauth_start_t *start = data;

    ngx_int_t  rc;

    (void) ngx_http_whatsauth_hold_request(&start->hold);

    if (issued->result == NGX_HTTP_WHATSAUTH_ISSUED) {
        rc = ngx_http_whatsauth_start_issued(start, issued);

    } else {
        rc = ngx_http_whatsauth_refuse(start->visit, issued->result,
                                       issued->detail);
    }

    ngx_http_whatsauth_hold_end(&start->hold, rc);
}


static ngx_int_t
ngx_http_whatsauth_start_issued(ngx_http_whatsauth_start_t *start,
    ngx_http_whatsauth_issued_t *issued)
{
    ngx_http_whatsauth_offer_t   offer;
    ngx_http_whatsauth_visit_t  *visit;

    visit = start->visit;

    if (ngx_http_whatsauth_offer_issued(visit->request, visit->app, issued,
                                        start->issue.parameters.channel,
                                        &offer)
        != NGX_OK
        || ngx_http_whatsauth_hand_over(visit, &start->issue.token,
                                        &issued->claim)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_whatsauth_ctx(visit->request)->id = offer.id;

    return ngx_http_whatsauth_start_respond(visit, &offer);
}


/* A form is led back to its page, which then shows the code. */

static ngx_int_t
ngx_http_whatsauth_start_respond(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_offer_t *offer)
{
    char       *json;
    size_t      len;
    ngx_int_t   rc;
    ngx_str_t   base;

    if (!visit->json) {
        return ngx_http_whatsauth_respond_see_other(visit);
    }

    rc = visit->cookies
         ? ngx_http_whatsauth_respond_prefix(visit->request, &base)
         : ngx_http_whatsauth_public_url(visit->request, &base);

    if (rc != NGX_OK
        || ngx_http_whatsauth_offer_qr(visit->request, offer, &base) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    json = ngx_http_whatsauth_offer_json(offer, &len);

    return ngx_http_whatsauth_respond_json(visit, NGX_HTTP_WHATSAUTH_ISSUED,
                                           json, len);
}

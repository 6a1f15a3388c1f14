
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "journey/cancel.h"
#include "journey/due.h"
#include "login/login.h"
#include "login/respond.h"


typedef struct {
    ngx_http_whatsauth_hold_t     hold;
    ngx_http_whatsauth_visit_t   *visit;
} ngx_http_whatsauth_cancel_login_t;


static ngx_int_t ngx_http_whatsauth_cancel_login(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_cancel_login_visit(
    ngx_http_whatsauth_visit_t *visit);
static void ngx_http_whatsauth_cancel_login_done(void *data,
    const ledger_op_t *op);
static ngx_int_t ngx_http_whatsauth_cancel_login_over(
    ngx_http_whatsauth_visit_t *visit);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_cancel_login_face = {
    ngx_string("cancel"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    NGX_HTTP_WHATSAUTH_FACE_CORS,
    { { NGX_HTTP_POST, ngx_http_whatsauth_cancel_login },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_cancel_login(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_post(r,
                                       ngx_http_whatsauth_cancel_login_visit);
}


static ngx_int_t
ngx_http_whatsauth_cancel_login_visit(ngx_http_whatsauth_visit_t *visit)
{
    ngx_http_whatsauth_wait_t          *wait;
    ngx_http_whatsauth_main_conf_t     *mcf;
    ngx_http_whatsauth_cancel_login_t  *cancel;

    if (!visit->claimed) {
        return ngx_http_whatsauth_respond_refusal(visit,
                                              NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                              "no login has begun here");
    }

    cancel = ngx_palloc(visit->request->pool,
                        sizeof(ngx_http_whatsauth_cancel_login_t));

    if (cancel == NULL
        || ngx_http_whatsauth_hold(&cancel->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cancel->visit = visit;

    mcf = ngx_http_get_module_main_conf(visit->request,
                                        ngx_http_whatsauth_module);
    wait = ngx_http_whatsauth_cancel(mcf, visit->app, &visit->claim,
                                     ngx_http_whatsauth_cancel_login_done,
                                     cancel);

    if (wait == NULL) {
        return ngx_http_whatsauth_respond_refusal(visit,
                                         NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                         "the login could not be ended");
    }

    return ngx_http_whatsauth_hold_wait(&cancel->hold, wait);
}


/*
 * A login that has ended already, or never began, is over as well.  One that
 * has been validated meanwhile stays so: the page shows it.
 */

static void
ngx_http_whatsauth_cancel_login_done(void *data, const ledger_op_t *op)
{
    ngx_http_whatsauth_cancel_login_t *cancel = data;

    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = cancel->visit;
    (void) ngx_http_whatsauth_hold_request(&cancel->hold);

    switch (op->result) {

    case LEDGER_OK:
        ngx_http_whatsauth_due_left();
        visit->spoilt = visit->cookies;
        rc = ngx_http_whatsauth_cancel_login_over(visit);
        break;

    case LEDGER_ENDED:
        visit->spoilt = visit->cookies;
        rc = ngx_http_whatsauth_cancel_login_over(visit);
        break;

    case LEDGER_USED:
        rc = ngx_http_whatsauth_cancel_login_over(visit);
        break;

    case LEDGER_UNKNOWN:
        visit->spoilt = visit->cookies;
        rc = ngx_http_whatsauth_respond_refusal(visit,
                                              NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                              "the claim leads to no login");
        break;

    default:
        rc = ngx_http_whatsauth_respond_refusal(visit,
                                         NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                         "the login could not be ended");
    }

    ngx_http_whatsauth_hold_end(&cancel->hold, rc);
}


static ngx_int_t
ngx_http_whatsauth_cancel_login_over(ngx_http_whatsauth_visit_t *visit)
{
    return visit->json ? ngx_http_whatsauth_respond_done(visit)
                       : ngx_http_whatsauth_respond_see_other(visit);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "journey/cancel.h"
#include "login/login.h"
#include "login/refuse.h"
#include "login/respond.h"


typedef struct {
    ngx_http_whatsauth_hold_t      hold;
    ngx_http_whatsauth_cancel_t    cancel;
    ngx_http_whatsauth_visit_t    *visit;
} ngx_http_whatsauth_cancel_login_t;


static ngx_int_t ngx_http_whatsauth_cancel_login(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_cancel_login_visit(
    ngx_http_whatsauth_visit_t *visit);
static void ngx_http_whatsauth_cancel_login_done(void *data,
    const ngx_http_whatsauth_by_claim_end_t *end);
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
    ngx_http_whatsauth_cancel_t        *cancel;
    ngx_http_whatsauth_cancel_login_t  *login;

    if (!visit->claimed) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                         "no login has begun here");
    }

    login = ngx_palloc(visit->request->pool,
                       sizeof(ngx_http_whatsauth_cancel_login_t));

    if (login == NULL
        || ngx_http_whatsauth_hold(&login->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    login->visit = visit;

    cancel = &login->cancel;
    cancel->conf = ngx_http_get_module_main_conf(visit->request,
                                                 ngx_http_whatsauth_module);
    cancel->app = visit->app;
    cancel->claim = visit->claim;
    cancel->done = ngx_http_whatsauth_cancel_login_done;
    cancel->data = login;

    ngx_http_whatsauth_cancel(cancel);

    return ngx_http_whatsauth_hold_until(&login->hold,
                                         ngx_http_whatsauth_cancel_forget,
                                         cancel);
}


/*
 * A login that has ended already, or never began, is over as well.  One that
 * has been validated meanwhile keeps its cookie: the page shows it.
 */

static void
ngx_http_whatsauth_cancel_login_done(void *data,
    const ngx_http_whatsauth_by_claim_end_t *end)
{
    ngx_http_whatsauth_cancel_login_t *login = data;

    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = login->visit;
    (void) ngx_http_whatsauth_hold_request(&login->hold);

    if (end->stored != LEDGER_USED
        && end->result != NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE)
    {
        visit->spoilt = visit->cookies;
    }

    rc = end->result == NGX_HTTP_WHATSAUTH_NONE
         ? ngx_http_whatsauth_cancel_login_over(visit)
         : ngx_http_whatsauth_refuse(visit, end->result, end->detail);

    ngx_http_whatsauth_hold_end(&login->hold, rc);
}


static ngx_int_t
ngx_http_whatsauth_cancel_login_over(ngx_http_whatsauth_visit_t *visit)
{
    return visit->json ? ngx_http_whatsauth_respond_done(visit)
                       : ngx_http_whatsauth_respond_see_other(visit);
}

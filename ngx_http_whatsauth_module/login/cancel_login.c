
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/login.h"
#include "login/refuse.h"
#include "login/respond.h"
#include "login/visit_cancel.h"


static ngx_int_t ngx_http_whatsauth_cancel_login(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_cancel_login_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_cancel_login_end(
    ngx_http_whatsauth_visit_t *visit, void *data,
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
    if (!visit->claimed) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                         "no login has begun here");
    }

    return ngx_http_whatsauth_visit_cancel(visit,
                                     ngx_http_whatsauth_cancel_login_end,
                                     NULL);
}


/*
 * A login that has ended already, or never began, is over as well.  One that
 * has been validated meanwhile keeps its cookie: the page shows it.
 */

static ngx_int_t
ngx_http_whatsauth_cancel_login_end(ngx_http_whatsauth_visit_t *visit,
    void *data, const ngx_http_whatsauth_by_claim_end_t *end)
{
    if (end->stored != LEDGER_USED
        && end->result != NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE)
    {
        visit->spoilt = visit->cookies;
    }

    return end->result == NGX_HTTP_WHATSAUTH_NONE
           ? ngx_http_whatsauth_cancel_login_over(visit)
           : ngx_http_whatsauth_refuse(visit, end->result, end->detail);
}


static ngx_int_t
ngx_http_whatsauth_cancel_login_over(ngx_http_whatsauth_visit_t *visit)
{
    return visit->json ? ngx_http_whatsauth_respond_done(visit)
                       : ngx_http_whatsauth_respond_see_other(visit);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/hold.h"
#include "journey/confirm.h"
#include "login/login.h"
#include "login/login_page.h"
#include "login/refuse.h"
#include "login/respond.h"
#include "login/visit_record.h"


typedef struct {
    ngx_http_whatsauth_hold_t      hold;
    ngx_http_whatsauth_confirm_t   confirm;
    ngx_http_whatsauth_visit_t    *visit;
} ngx_http_whatsauth_enter_pin_t;


static ngx_int_t ngx_http_whatsauth_enter_pin(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_enter_pin_visit(
    ngx_http_whatsauth_visit_t *visit);
static void ngx_http_whatsauth_enter_pin_done(void *data,
    const ngx_http_whatsauth_confirmed_t *confirmed);
static ngx_int_t ngx_http_whatsauth_enter_pin_refused(
    ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_confirmed_t *confirmed);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_enter_pin_face = {
    ngx_string("pin"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    NGX_HTTP_WHATSAUTH_FACE_CORS,
    { { NGX_HTTP_POST, ngx_http_whatsauth_enter_pin },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_enter_pin(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_post(r, ngx_http_whatsauth_enter_pin_visit);
}


static ngx_int_t
ngx_http_whatsauth_enter_pin_visit(ngx_http_whatsauth_visit_t *visit)
{
    ngx_http_whatsauth_confirm_t    *confirm;
    ngx_http_whatsauth_enter_pin_t  *enter;

    if (!visit->claimed) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                         "no login has begun here");
    }

    enter = ngx_pcalloc(visit->request->pool,
                        sizeof(ngx_http_whatsauth_enter_pin_t));

    if (enter == NULL
        || ngx_http_whatsauth_hold(&enter->hold, visit->request) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    enter->visit = visit;

    confirm = &enter->confirm;
    confirm->conf = ngx_http_get_module_main_conf(visit->request,
                                                  ngx_http_whatsauth_module);
    confirm->app = visit->app;
    confirm->claim = visit->claim;
    confirm->pin = visit->fields.pin;
    confirm->resend = ngx_http_whatsauth_fields_on(&visit->fields.resend);
    confirm->done = ngx_http_whatsauth_enter_pin_done;
    confirm->data = enter;

    ngx_http_whatsauth_confirm(confirm);

    return ngx_http_whatsauth_hold_until(&enter->hold,
                                         ngx_http_whatsauth_confirm_forget,
                                         confirm);
}


static void
ngx_http_whatsauth_enter_pin_done(void *data,
    const ngx_http_whatsauth_confirmed_t *confirmed)
{
    ngx_http_whatsauth_enter_pin_t *enter = data;

    ngx_int_t                    rc;
    ngx_http_whatsauth_visit_t  *visit;

    visit = enter->visit;
    (void) ngx_http_whatsauth_hold_request(&enter->hold);

    if (confirmed->result != NGX_HTTP_WHATSAUTH_NONE) {
        rc = ngx_http_whatsauth_enter_pin_refused(visit, confirmed);

    } else if (visit->json) {
        rc = ngx_http_whatsauth_respond_done(visit);

    } else {
        rc = ngx_http_whatsauth_respond_see_other(visit);
    }

    ngx_http_whatsauth_hold_end(&enter->hold, rc);
}


/* A form gets its page again, which says what was wrong with the PIN. */

static ngx_int_t
ngx_http_whatsauth_enter_pin_refused(ngx_http_whatsauth_visit_t *visit,
    const ngx_http_whatsauth_confirmed_t *confirmed)
{
    if (confirmed->wait) {
        return ngx_http_whatsauth_refuse_later(visit, confirmed->detail,
                                               confirmed->wait);
    }

    visit->tries_left = confirmed->tries_left;

    switch (confirmed->result) {

    case NGX_HTTP_WHATSAUTH_INVALID_CLAIM:
        visit->spoilt = visit->cookies;
        break;

    case NGX_HTTP_WHATSAUTH_PIN_WRONG:
    case NGX_HTTP_WHATSAUTH_INVALID_PARAMETER:
    case NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS:
    case NGX_HTTP_WHATSAUTH_NOT_VALIDATED:

        if (visit->json) {
            break;
        }

        visit->refusal = confirmed->result;

        return ngx_http_whatsauth_visit_record(visit,
                                               ngx_http_whatsauth_login_page);

    case NGX_HTTP_WHATSAUTH_EXPIRED:
    case NGX_HTTP_WHATSAUTH_FAILED:

        if (!visit->json) {
            return ngx_http_whatsauth_respond_see_other(visit);
        }

        break;

    default:
        break;
    }

    return ngx_http_whatsauth_refuse(visit, confirmed->result,
                                     confirmed->detail);
}

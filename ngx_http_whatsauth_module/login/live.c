
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/status.h"
#include "face/stream.h"
#include "kit/ctx.h"
#include "kit/response.h"
#include "login/login.h"
#include "login/policy.h"
#include "login/refuse.h"
#include "login/respond.h"
#include "login/visit_record.h"


static ngx_int_t ngx_http_whatsauth_live_status(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_live_status_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_live_wait(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_live_wait_visit(
    ngx_http_whatsauth_visit_t *visit);
static ngx_int_t ngx_http_whatsauth_live_wait_part(ngx_http_request_t *r,
    const ledger_record_t *record, ngx_uint_t occasions, ngx_str_t *text);
static ngx_int_t ngx_http_whatsauth_live_wait_refused(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result);


static const ngx_http_whatsauth_stream_format_t
    ngx_http_whatsauth_live_wait_format =
{
    "text/html; charset=utf-8",
    ngx_string("\n"),
    ngx_http_whatsauth_live_wait_part,
    NULL,
    NULL,
    ngx_http_whatsauth_live_wait_refused
};


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_live_status_face = {
    ngx_string("status"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    NGX_HTTP_WHATSAUTH_FACE_CORS,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_live_status },
      { 0, NULL } }
};


/* Only a page of ours has it in a frame. */

const ngx_http_whatsauth_face_t  ngx_http_whatsauth_live_wait_face = {
    ngx_string("wait"),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET, ngx_http_whatsauth_live_wait },
      { 0, NULL } }
};


/* The state of the login of this browser, as the API tells it. */

static ngx_int_t
ngx_http_whatsauth_live_status(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_json(r,
                                         ngx_http_whatsauth_live_status_visit);
}


static ngx_int_t
ngx_http_whatsauth_live_status_visit(ngx_http_whatsauth_visit_t *visit)
{
    if (ngx_http_whatsauth_policy(visit->request, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_status(visit->request, visit->app,
                                     visit->claimed ? &visit->claim : NULL);
}


/* A browser without scripts shows all that has come of an open page. */

static ngx_int_t
ngx_http_whatsauth_live_wait(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_visit_frame(r,
                                          ngx_http_whatsauth_live_wait_visit);
}


static ngx_int_t
ngx_http_whatsauth_live_wait_visit(ngx_http_whatsauth_visit_t *visit)
{
    ngx_http_request_t  *r;

    r = visit->request;

    if (!visit->claimed) {
        return ngx_http_whatsauth_refuse(visit,
                                         NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                         "no login has begun here");
    }

    if (ngx_http_whatsauth_response_literal(r, "X-Accel-Buffering", "no")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_stream(r, &ngx_http_whatsauth_live_wait_format,
                                     visit->app, &visit->claim, 0);
}


/*
 * The first change ends what the frame has to say: it has a link to the page,
 * which shows the rest.
 */

static ngx_int_t
ngx_http_whatsauth_live_wait_part(ngx_http_request_t *r,
    const ledger_record_t *record, ngx_uint_t occasions, ngx_str_t *text)
{
    ngx_uint_t                        parts;
    ngx_http_whatsauth_page_t         page;
    ngx_http_whatsauth_visit_t       *visit;
    ngx_http_whatsauth_page_state_t   state;

    visit = ngx_http_whatsauth_ctx(r)->data;
    state = ngx_http_whatsauth_visit_record_state(record);

    parts = occasions & NGX_HTTP_WHATSAUTH_STREAM_FIRST
            ? NGX_HTTP_WHATSAUTH_FRAME_WAITING : 0;

    if (state != NGX_HTTP_WHATSAUTH_PAGE_SEND && !visit->told) {
        visit->told = 1;
        parts |= NGX_HTTP_WHATSAUTH_FRAME_CHANGED;
    }

    if (parts == 0) {
        ngx_str_null(text);
        return NGX_OK;
    }

    if (ngx_http_whatsauth_respond_page(visit, state, &page) != NGX_OK) {
        return NGX_ERROR;
    }

    page.page_path = page.return_path;

    return ngx_http_whatsauth_render_frame(r, &page, parts, text);
}


static ngx_int_t
ngx_http_whatsauth_live_wait_refused(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result)
{
    ngx_http_whatsauth_visit_t  *visit;

    visit = ngx_http_whatsauth_ctx(r)->data;

    return ngx_http_whatsauth_refuse(visit, result, NULL);
}

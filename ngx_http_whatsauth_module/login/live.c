
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/status.h"
#include "face/stream.h"
#include "kit/ctx.h"
#include "kit/response.h"
#include "login/login.h"
#include "login/policy.h"
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
static ngx_int_t ngx_http_whatsauth_live_join(ngx_http_request_t *r,
    const ngx_str_t *first, ngx_str_t *text);


static const ngx_http_whatsauth_stream_format_t
    ngx_http_whatsauth_live_wait_format =
{
    "text/html; charset=utf-8",
    ngx_string("\n"),
    ngx_http_whatsauth_live_wait_part,
    NULL
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
    return ngx_http_whatsauth_visit(r, ngx_http_whatsauth_live_status_visit);
}


static ngx_int_t
ngx_http_whatsauth_live_status_visit(ngx_http_whatsauth_visit_t *visit)
{
    visit->json = 1;

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
    return ngx_http_whatsauth_visit(r, ngx_http_whatsauth_live_wait_visit);
}


static ngx_int_t
ngx_http_whatsauth_live_wait_visit(ngx_http_whatsauth_visit_t *visit)
{
    ngx_http_request_t  *r;

    r = visit->request;

    if (!visit->claimed) {
        return ngx_http_whatsauth_respond_refusal(visit,
                                              NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                              "no login has begun here");
    }

    if (ngx_http_whatsauth_policy(r, 1) != NGX_OK
        || ngx_http_whatsauth_response_literal(r, "X-Accel-Buffering", "no")
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
    ngx_str_t                         first;
    ngx_http_whatsauth_page_t         page;
    ngx_http_whatsauth_visit_t       *visit;
    ngx_http_whatsauth_page_state_t   state;

    ngx_str_null(text);
    ngx_str_null(&first);

    visit = ngx_http_whatsauth_ctx(r)->data;
    state = record != NULL ? ngx_http_whatsauth_visit_record_state(record)
                           : NGX_HTTP_WHATSAUTH_PAGE_START;

    if (ngx_http_whatsauth_respond_page(visit, state, &page) != NGX_OK) {
        return NGX_ERROR;
    }

    page.page_path = page.return_path;

    if ((occasions & NGX_HTTP_WHATSAUTH_STREAM_FIRST)
        && ngx_http_whatsauth_render_wait(r, &page, &first) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (state == NGX_HTTP_WHATSAUTH_PAGE_SEND || visit->told) {
        *text = first;
        return NGX_OK;
    }

    visit->told = 1;

    if (ngx_http_whatsauth_render_changed(r, &page, text) != NGX_OK) {
        return NGX_ERROR;
    }

    return first.len ? ngx_http_whatsauth_live_join(r, &first, text) : NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_live_join(ngx_http_request_t *r, const ngx_str_t *first,
    ngx_str_t *text)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, first->len + text->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ngx_cpymem(p, first->data, first->len), text->data, text->len);

    text->data = p;
    text->len += first->len;

    return NGX_OK;
}

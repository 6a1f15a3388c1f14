
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/problem.h"
#include "kit/response.h"
#include "login/policy.h"
#include "login/refuse.h"
#include "login/respond.h"


typedef struct {
    ngx_http_whatsauth_result_t       result;
    ngx_http_whatsauth_page_state_t   state;
} ngx_http_whatsauth_refuse_state_t;


static ngx_int_t ngx_http_whatsauth_refuse_json(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_result_t result,
    const char *detail);
static ngx_int_t ngx_http_whatsauth_refuse_page(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_result_t result,
    time_t wait);
static ngx_int_t ngx_http_whatsauth_refuse_frame(
    ngx_http_whatsauth_visit_t *visit, ngx_http_whatsauth_result_t result);
static ngx_http_whatsauth_page_state_t ngx_http_whatsauth_refuse_state(
    ngx_http_whatsauth_result_t result);


/* The last row stands for all other results. */

static const ngx_http_whatsauth_refuse_state_t
    ngx_http_whatsauth_refuse_states[] =
{
    { NGX_HTTP_WHATSAUTH_CROSS_SITE, NGX_HTTP_WHATSAUTH_PAGE_CROSS_SITE },
    { NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS, NGX_HTTP_WHATSAUTH_PAGE_LIMITED },
    { NGX_HTTP_WHATSAUTH_INVALID_PARAMETER, NGX_HTTP_WHATSAUTH_PAGE_START },
    { NGX_HTTP_WHATSAUTH_NUMBER_REQUIRED, NGX_HTTP_WHATSAUTH_PAGE_START },
    { NGX_HTTP_WHATSAUTH_INVALID_CLAIM, NGX_HTTP_WHATSAUTH_PAGE_START },
    { NGX_HTTP_WHATSAUTH_NONE, NGX_HTTP_WHATSAUTH_PAGE_UNAVAILABLE }
};


ngx_int_t
ngx_http_whatsauth_refuse(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    if (visit->frame) {
        return ngx_http_whatsauth_refuse_frame(visit, result);
    }

    return visit->json ? ngx_http_whatsauth_refuse_json(visit, result, detail)
                       : ngx_http_whatsauth_refuse_page(visit, result, 0);
}


ngx_int_t
ngx_http_whatsauth_refuse_later(ngx_http_whatsauth_visit_t *visit,
    const char *detail, time_t wait)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(visit->request->pool, NGX_TIME_T_LEN);
    if (value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%T", wait) - value.data;

    if (ngx_http_whatsauth_response_header(visit->request, "Retry-After",
                                           &value)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return visit->json
           ? ngx_http_whatsauth_refuse_json(visit,
                                         NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS,
                                         detail)
           : ngx_http_whatsauth_refuse_page(visit,
                                         NGX_HTTP_WHATSAUTH_TOO_MANY_REQUESTS,
                                         wait);
}


static ngx_int_t
ngx_http_whatsauth_refuse_json(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    if (ngx_http_whatsauth_policy(visit->request, 0) != NGX_OK
        || ngx_http_whatsauth_respond_spoilt(visit) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return visit->tries_left
           ? ngx_http_whatsauth_problem_number(visit->request, result, detail,
                                               "tries_left", visit->tries_left)
           : ngx_http_whatsauth_problem(visit->request, result, detail);
}


static ngx_int_t
ngx_http_whatsauth_refuse_page(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result, time_t wait)
{
    ngx_http_whatsauth_page_t  page;

    if (ngx_http_whatsauth_respond_page(visit,
                                      ngx_http_whatsauth_refuse_state(result),
                                      &page)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    page.error = ngx_http_whatsauth_results[result].word;
    page.retry_after = wait;
    page.typed_number.data = (u_char *) visit->fields.number.data;
    page.typed_number.len = visit->fields.number.len;

    return ngx_http_whatsauth_respond_html(visit, result, &page);
}


/* Its link leads to the page, which shows the reason. */

static ngx_int_t
ngx_http_whatsauth_refuse_frame(ngx_http_whatsauth_visit_t *visit,
    ngx_http_whatsauth_result_t result)
{
    ngx_str_t                   html;
    ngx_http_request_t         *r;
    ngx_http_whatsauth_page_t   page;

    r = visit->request;

    if (ngx_http_whatsauth_respond_page(visit,
                                      ngx_http_whatsauth_refuse_state(result),
                                      &page)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    page.page_path = page.return_path;

    if (ngx_http_whatsauth_respond_spoilt(visit) != NGX_OK
        || ngx_http_whatsauth_problem_headers(r, result) != NGX_OK
        || ngx_http_whatsauth_render_frame(r, &page,
                                           NGX_HTTP_WHATSAUTH_FRAME_WAITING
                                           |NGX_HTTP_WHATSAUTH_FRAME_CHANGED,
                                           &html)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&r->headers_out.charset, "utf-8");

    return ngx_http_whatsauth_response(r, result, "text/html", &html);
}


static ngx_http_whatsauth_page_state_t
ngx_http_whatsauth_refuse_state(ngx_http_whatsauth_result_t result)
{
    const ngx_http_whatsauth_refuse_state_t  *row;

    row = ngx_http_whatsauth_refuse_states;

    while (row->result != result && row->result != NGX_HTTP_WHATSAUTH_NONE) {
        row++;
    }

    return row->state;
}

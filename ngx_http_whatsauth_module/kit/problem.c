
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/problem.h"
#include "kit/response.h"


static ngx_int_t ngx_http_whatsauth_problem_with(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail,
    const ngx_str_t *more);


ngx_int_t
ngx_http_whatsauth_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    static const ngx_str_t  none = ngx_null_string;

    return ngx_http_whatsauth_problem_with(r, result, detail, &none);
}


ngx_int_t
ngx_http_whatsauth_problem_number(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail, const char *name,
    ngx_uint_t number)
{
    ngx_str_t  more;

    more.data = ngx_pnalloc(r->pool, sizeof(",\"\":") + ngx_strlen(name)
                                     + NGX_INT_T_LEN);
    if (more.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    more.len = ngx_sprintf(more.data, ",\"%s\":%ui", name, number) - more.data;

    return ngx_http_whatsauth_problem_with(r, result, detail, &more);
}


static ngx_int_t
ngx_http_whatsauth_problem_with(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail,
    const ngx_str_t *more)
{
    size_t                                   len;
    ngx_str_t                                body;
    const ngx_http_whatsauth_result_info_t  *info;

    info = &ngx_http_whatsauth_results[result];

    len = sizeof("{\"title\":\"\",\"status\":,\"detail\":\"\",\"error\":\"\"}")
          + info->title.len + NGX_INT_T_LEN + ngx_strlen(detail)
          + info->word.len + more->len;

    body.data = ngx_pnalloc(r->pool, len);

    if (body.data == NULL
        || ngx_http_whatsauth_problem_headers(r, result) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_sprintf(body.data,
                           "{\"title\":\"%V\",\"status\":%ui,\"detail\":\"%s\","
                           "\"error\":\"%V\"%V}",
                           &info->title, info->status, detail, &info->word,
                           more)
               - body.data;

    return ngx_http_whatsauth_response(r, result, "application/problem+json",
                                       &body);
}


ngx_int_t
ngx_http_whatsauth_problem_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result)
{
    switch (result) {

    case NGX_HTTP_WHATSAUTH_INVALID_TOKEN:
    case NGX_HTTP_WHATSAUTH_INVALID_CLAIM:
    case NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE:
        return ngx_http_whatsauth_response_literal(r, "WWW-Authenticate",
                                                   "Bearer");

    case NGX_HTTP_WHATSAUTH_TOO_MANY_CODES:
    case NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED:
    case NGX_HTTP_WHATSAUTH_OVERLOADED:
    case NGX_HTTP_WHATSAUTH_TOO_MANY_STREAMS:
    case NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE:
        return ngx_http_whatsauth_response_literal(r, "Retry-After", "2");

    default:
        return NGX_OK;
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/ctx.h"
#include "kit/response.h"


static ngx_int_t ngx_http_whatsauth_problem_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result);


ngx_int_t
ngx_http_whatsauth_answer(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type, ngx_str_t *body)
{
    ngx_int_t                  rc;
    ngx_buf_t                 *b;
    ngx_str_t                  no_store;
    ngx_chain_t                out;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_get_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->result = result;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    r->headers_out.status = ngx_http_whatsauth_results[result].status;
    r->headers_out.content_length_n = body->len;

    if (r->headers_out.status == NGX_HTTP_NO_CONTENT) {
        r->header_only = 1;
        r->headers_out.content_length_n = -1;
    }

    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    ngx_str_set(&no_store, "no-store");

    if (ngx_http_whatsauth_add_header(r, "Cache-Control", &no_store)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = body->len ? 1 : 0;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->sync = (b->last_buf || b->memory) ? 0 : 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_whatsauth_problem(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *detail)
{
    size_t                                    len;
    ngx_str_t                                 body;
    const ngx_http_whatsauth_result_info_t   *info;

    info = &ngx_http_whatsauth_results[result];

    len = sizeof("{\"title\":\"\",\"status\":,\"detail\":\"\",\"error\":\"\"}")
          + info->title.len + NGX_INT_T_LEN + ngx_strlen(detail)
          + info->word.len;

    body.data = ngx_pnalloc(r->pool, len);

    if (body.data == NULL
        || ngx_http_whatsauth_problem_headers(r, result) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_sprintf(body.data,
                           "{\"title\":\"%V\",\"status\":%ui,\"detail\":\"%s\","
                           "\"error\":\"%V\"}",
                           &info->title, info->status, detail, &info->word)
               - body.data;

    return ngx_http_whatsauth_answer(r, result, "application/problem+json",
                                     &body);
}


static ngx_int_t
ngx_http_whatsauth_problem_headers(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result)
{
    ngx_str_t  value;

    switch (result) {

    case NGX_HTTP_WHATSAUTH_INVALID_TOKEN:
    case NGX_HTTP_WHATSAUTH_INVALID_SIGNATURE:
        ngx_str_set(&value, "Bearer");
        return ngx_http_whatsauth_add_header(r, "WWW-Authenticate", &value);

    case NGX_HTTP_WHATSAUTH_TOO_MANY_CODES:
    case NGX_HTTP_WHATSAUTH_STORE_SHARE_EXCEEDED:
    case NGX_HTTP_WHATSAUTH_OVERLOADED:
    case NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE:
        ngx_str_set(&value, "2");
        return ngx_http_whatsauth_add_header(r, "Retry-After", &value);

    default:
        return NGX_OK;
    }
}


ngx_int_t
ngx_http_whatsauth_method_not_allowed(ngx_http_request_t *r,
    const char *allow)
{
    ngx_str_t  value;

    value.data = (u_char *) allow;
    value.len = ngx_strlen(allow);

    if (ngx_http_whatsauth_add_header(r, "Allow", &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_METHOD_NOT_ALLOWED,
                                      "this endpoint has other methods");
}


ngx_int_t
ngx_http_whatsauth_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    /* "next" of the element exists since nginx 1.23 only. */
    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}

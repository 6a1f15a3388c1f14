
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/ctx.h"
#include "kit/response.h"


static ngx_int_t ngx_http_whatsauth_response_head(ngx_http_request_t *r,
    ngx_uint_t status, const char *type, off_t len);
static ngx_int_t ngx_http_whatsauth_response_body(ngx_http_request_t *r,
    const ngx_str_t *body);
static void ngx_http_whatsauth_response_free(void *data);
static ngx_table_elt_t *ngx_http_whatsauth_response_push(
    ngx_http_request_t *r, const char *name, const ngx_str_t *value);


ngx_int_t
ngx_http_whatsauth_response(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type,
    const ngx_str_t *body)
{
    ngx_int_t                  rc;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->result = result;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_whatsauth_response_head(r,
                                    ngx_http_whatsauth_results[result].status,
                                    type, body->len);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_whatsauth_response_body(r, body);
}


static ngx_int_t
ngx_http_whatsauth_response_head(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, off_t len)
{
    r->headers_out.status = status;
    r->headers_out.content_length_n = len;

    if (status == NGX_HTTP_NO_CONTENT) {
        r->header_only = 1;
        r->headers_out.content_length_n = -1;
    }

    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_whatsauth_response_literal(r, "Cache-Control", "no-store")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_send_header(r);
}


static ngx_int_t
ngx_http_whatsauth_response_body(ngx_http_request_t *r, const ngx_str_t *body)
{
    ngx_buf_t    *b;
    ngx_chain_t   out;

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
ngx_http_whatsauth_response_start(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type)
{
    ngx_int_t                  rc;
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_whatsauth_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    ctx->result = result;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        return NGX_ERROR;
    }

#if (NGX_HTTP_GZIP)

    /* A compressed part waits for more, and costs 264 KB of memory. */
    r->gzip_tested = 1;
    r->gzip_ok = 0;

#endif

    rc = ngx_http_whatsauth_response_head(r,
                                    ngx_http_whatsauth_results[result].status,
                                    type, -1);

    return rc == NGX_ERROR || rc > NGX_OK ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_response_part(ngx_http_request_t *r, const ngx_str_t *text,
    ngx_uint_t last)
{
    ngx_buf_t    *b;
    ngx_chain_t   out;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = text->len ? 1 : 0;
    b->flush = 1;
    b->last_buf = (last && r == r->main) ? 1 : 0;
    b->sync = (b->last_buf || b->memory) ? 0 : 1;
    b->last_in_chain = last ? 1 : 0;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_whatsauth_response_malloced(ngx_http_request_t *r,
    ngx_http_whatsauth_result_t result, const char *type, char *data,
    size_t len)
{
    ngx_str_t            body;
    ngx_pool_cleanup_t  *cln;

    if (data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (cln == NULL) {
        free(data);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_whatsauth_response_free;
    cln->data = data;

    body.data = (u_char *) data;
    body.len = len;

    return ngx_http_whatsauth_response(r, result, type, &body);
}


static void
ngx_http_whatsauth_response_free(void *data)
{
    free(data);
}


ngx_int_t
ngx_http_whatsauth_response_header(ngx_http_request_t *r, const char *name,
    const ngx_str_t *value)
{
    return ngx_http_whatsauth_response_push(r, name, value) != NULL
           ? NGX_OK : NGX_ERROR;
}


static ngx_table_elt_t *
ngx_http_whatsauth_response_push(ngx_http_request_t *r, const char *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    /* "next" of the element exists since nginx 1.23 only. */
    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return h;
}


ngx_int_t
ngx_http_whatsauth_response_literal(ngx_http_request_t *r, const char *name,
    const char *value)
{
    ngx_str_t  s;

    s.data = (u_char *) value;
    s.len = ngx_strlen(value);

    return ngx_http_whatsauth_response_header(r, name, &s);
}


ngx_int_t
ngx_http_whatsauth_response_etag(ngx_http_request_t *r, const ngx_str_t *etag)
{
    r->headers_out.etag = ngx_http_whatsauth_response_push(r, "ETag", etag);

    return r->headers_out.etag != NULL ? NGX_OK : NGX_ERROR;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/form.h"
#include "kit/body.h"
#include "kit/problem.h"

#include "protocol/form.h"


#define NGX_HTTP_WHATSAUTH_FORM_TYPE  "application/x-www-form-urlencoded"

/* All parameters of a code at their longest, percent-encoded. */
#define NGX_HTTP_WHATSAUTH_FORM_MAX   16384


static void ngx_http_whatsauth_form_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_form_query(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_form_no_form(ngx_http_request_t *r);
static ngx_int_t ngx_http_whatsauth_form_too_large(ngx_http_request_t *r);
static const ngx_http_whatsauth_form_field_t *ngx_http_whatsauth_form_field(
    const ngx_http_whatsauth_form_field_t *fields,
    const whatsauth_text_t *name);


ngx_int_t
ngx_http_whatsauth_form(ngx_http_request_t *r,
    ngx_http_whatsauth_form_pt handler)
{
    off_t      len;
    ngx_int_t  rc;

    ngx_http_whatsauth_ctx(r)->form = handler;

    if (r->method != NGX_HTTP_POST) {
        return ngx_http_whatsauth_form_query(r);
    }

    len = r->headers_in.content_length_n;

    if (len > 0 && !ngx_http_whatsauth_body_is(r, NGX_HTTP_WHATSAUTH_FORM_TYPE))
    {
        return ngx_http_whatsauth_form_no_form(r);
    }

    if (len > NGX_HTTP_WHATSAUTH_FORM_MAX) {
        return ngx_http_whatsauth_form_too_large(r);
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_whatsauth_form_body);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


/* fetch() and curl -X POST send none: a body without bytes has any type. */

static void
ngx_http_whatsauth_form_body(ngx_http_request_t *r)
{
    size_t            len;
    ngx_int_t         rc;
    whatsauth_text_t  form;

    len = ngx_http_whatsauth_body_len(r);

    if (len == 0) {
        rc = ngx_http_whatsauth_form_query(r);

    } else if (!ngx_http_whatsauth_body_is(r, NGX_HTTP_WHATSAUTH_FORM_TYPE)) {
        rc = ngx_http_whatsauth_form_no_form(r);

    } else if (len > NGX_HTTP_WHATSAUTH_FORM_MAX) {
        rc = ngx_http_whatsauth_form_too_large(r);

    } else if (ngx_http_whatsauth_body(r, &form) != NGX_OK) {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;

    } else {
        rc = ngx_http_whatsauth_ctx(r)->form(r, &form);
    }

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
ngx_http_whatsauth_form_query(ngx_http_request_t *r)
{
    whatsauth_text_t  query;

    query = ngx_http_whatsauth_text(&r->args);

    return ngx_http_whatsauth_ctx(r)->form(r, &query);
}


static ngx_int_t
ngx_http_whatsauth_form_no_form(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_problem(r,
                                  NGX_HTTP_WHATSAUTH_UNSUPPORTED_MEDIA_TYPE,
                                  NGX_HTTP_WHATSAUTH_FORM_TYPE " is expected");
}


static ngx_int_t
ngx_http_whatsauth_form_too_large(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_BODY_TOO_LARGE,
                                      "a form may have 16384 bytes");
}


ngx_http_whatsauth_result_t
ngx_http_whatsauth_form_fields(ngx_pool_t *pool, const whatsauth_text_t *form,
    const ngx_http_whatsauth_form_field_t *fields, void *values,
    const char **detail)
{
    char                                   *buf;
    whatsauth_form_t                        reader;
    whatsauth_text_t                       *value;
    whatsauth_field_t                       field;
    const ngx_http_whatsauth_form_field_t  *row;

    if (form->len == 0) {
        return NGX_HTTP_WHATSAUTH_NONE;
    }

    buf = ngx_pnalloc(pool, form->len);
    if (buf == NULL) {
        *detail = "out of memory";
        return NGX_HTTP_WHATSAUTH_INTERNAL_ERROR;
    }

    whatsauth_form_start(&reader, form, buf);

    while (whatsauth_form_next(&reader, &field)) {

        row = ngx_http_whatsauth_form_field(fields, &field.name);

        if (row == NULL || field.value.len == 0) {
            continue;
        }

        value = (whatsauth_text_t *) ((u_char *) values + row->offset);

        if (value->len) {
            *detail = row->twice;
            return NGX_HTTP_WHATSAUTH_INVALID_PARAMETER;
        }

        *value = field.value;
    }

    return NGX_HTTP_WHATSAUTH_NONE;
}


static const ngx_http_whatsauth_form_field_t *
ngx_http_whatsauth_form_field(const ngx_http_whatsauth_form_field_t *fields,
    const whatsauth_text_t *name)
{
    const ngx_http_whatsauth_form_field_t  *row;

    for (row = fields; row->name.len; row++) {
        if (whatsauth_text_equal(&row->name, name)) {
            return row;
        }
    }

    return NULL;
}

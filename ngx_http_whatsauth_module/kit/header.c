
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/header.h"


ngx_uint_t
ngx_http_whatsauth_header_is(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len
           && ngx_strncasecmp(a->data, b->data, a->len) == 0;
}


void
ngx_http_whatsauth_headers(ngx_http_whatsauth_headers_t *headers,
    ngx_list_t *list)
{
    headers->part = &list->part;
    headers->i = 0;
}


ngx_table_elt_t *
ngx_http_whatsauth_headers_next(ngx_http_whatsauth_headers_t *headers,
    const ngx_str_t *name)
{
    ngx_table_elt_t  *h;

    while (headers->part != NULL) {

        if (headers->i == headers->part->nelts) {
            headers->part = headers->part->next;
            headers->i = 0;
            continue;
        }

        h = headers->part->elts;
        h += headers->i++;

        if (ngx_http_whatsauth_header_is(&h->key, name)) {
            return h;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_whatsauth_header(ngx_http_request_t *r, const ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_uint_t                     n;
    ngx_table_elt_t               *h;
    ngx_http_whatsauth_headers_t   headers;

    n = 0;
    ngx_str_null(value);
    ngx_http_whatsauth_headers(&headers, &r->headers_in.headers);

    while ((h = ngx_http_whatsauth_headers_next(&headers, name)) != NULL) {
        *value = h->value;
        n++;
    }

    return n;
}


ngx_int_t
ngx_http_whatsauth_header_joined(ngx_http_request_t *r, const ngx_str_t *name,
    ngx_str_t *value)
{
    u_char                        *p;
    size_t                         len;
    ngx_uint_t                     n;
    ngx_table_elt_t               *h;
    ngx_http_whatsauth_headers_t   headers;

    n = ngx_http_whatsauth_header(r, name, value);

    if (n < 2) {
        return n;
    }

    len = 0;
    ngx_http_whatsauth_headers(&headers, &r->headers_in.headers);

    while ((h = ngx_http_whatsauth_headers_next(&headers, name)) != NULL) {
        len += h->value.len + 1;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;
    value->len = len - 1;
    ngx_http_whatsauth_headers(&headers, &r->headers_in.headers);

    while ((h = ngx_http_whatsauth_headers_next(&headers, name)) != NULL) {
        p = ngx_cpymem(p, h->value.data, h->value.len);
        *p++ = ',';
    }

    return n;
}


ngx_uint_t
ngx_http_whatsauth_header_accepts(ngx_http_request_t *r, const char *type)
{
    ngx_str_t  accept;

    static const ngx_str_t  name = ngx_string("Accept");

    return ngx_http_whatsauth_header_joined(r, &name, &accept) > 0
           && ngx_strlcasestrn(accept.data, accept.data + accept.len,
                               (u_char *) type, ngx_strlen(type) - 1)
              != NULL;
}

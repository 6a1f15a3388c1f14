
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


ngx_uint_t
ngx_http_whatsauth_header(ngx_http_request_t *r, const ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    n = 0;
    ngx_str_null(value);

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_whatsauth_header_is(&h[i].key, name)) {
                *value = h[i].value;
                n++;
            }
        }
    }

    return n;
}


ngx_uint_t
ngx_http_whatsauth_header_accepts(ngx_http_request_t *r, const char *type)
{
    ngx_str_t  accept;

    static const ngx_str_t  name = ngx_string("Accept");

    return ngx_http_whatsauth_header(r, &name, &accept) != 0
           && ngx_strlcasestrn(accept.data, accept.data + accept.len,
                               (u_char *) type, ngx_strlen(type) - 1)
              != NULL;
}

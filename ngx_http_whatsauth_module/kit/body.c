
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/body.h"


/* nginx reads no body for a subrequest, or may have discarded it. */

ngx_chain_t *
ngx_http_whatsauth_body_chain(ngx_http_request_t *r)
{
    return r->request_body == NULL ? NULL : r->request_body->bufs;
}


size_t
ngx_http_whatsauth_body_len(ngx_http_request_t *r)
{
    size_t        len;
    ngx_chain_t  *cl;

    len = 0;

    for (cl = ngx_http_whatsauth_body_chain(r); cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    return len;
}


ngx_int_t
ngx_http_whatsauth_body(ngx_http_request_t *r, whatsauth_text_t *body)
{
    u_char       *p;
    size_t        size;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    p = ngx_pnalloc(r->pool, ngx_http_whatsauth_body_len(r) + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = (const char *) p;

    for (cl = ngx_http_whatsauth_body_chain(r); cl; cl = cl->next) {
        b = cl->buf;

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
            continue;
        }

        size = b->file_last - b->file_pos;

        if (ngx_read_file(b->file, p, size, b->file_pos) != (ssize_t) size) {
            return NGX_ERROR;
        }

        p += size;
    }

    body->len = p - (u_char *) body->data;

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_body_is(ngx_http_request_t *r, const char *type)
{
    size_t            len;
    ngx_table_elt_t  *h;

    h = r->headers_in.content_type;
    len = ngx_strlen(type);

    return h != NULL
           && h->value.len >= len
           && ngx_strncasecmp(h->value.data, (u_char *) type, len) == 0
           && (h->value.len == len
               || h->value.data[len] == ';'
               || h->value.data[len] == ' ');
}

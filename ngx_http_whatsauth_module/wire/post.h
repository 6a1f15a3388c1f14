
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Writes a POST for wire/outgoing.h.  The caller's own header lines, each with
 * its CRLF, go to b->last between begin and end:
 *
 *     b = ngx_http_whatsauth_post_begin(pool, &post);
 *     ...
 *     b->last = ngx_sprintf(b->last, "webhook-id: %V" CRLF, &id);
 *     ngx_http_whatsauth_post_end(b, &post);
 */


#ifndef _NGX_HTTP_WHATSAUTH_POST_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_POST_H_INCLUDED_


#include "kit/module.h"

#include "protocol/url.h"


typedef struct {
    const whatsauth_url_t  *url;        /* for Host */
    ngx_str_t               target[2];  /* joined: path and query */
    const char             *accept;
    const char             *type;       /* of body */
    ngx_str_t               body;
    size_t                  own;        /* bytes of the caller's own lines */
} ngx_http_whatsauth_post_t;


/* NULL when memory is out. */
ngx_buf_t *ngx_http_whatsauth_post_begin(ngx_pool_t *pool,
    const ngx_http_whatsauth_post_t *post);

void ngx_http_whatsauth_post_end(ngx_buf_t *b,
    const ngx_http_whatsauth_post_t *post);


#endif /* _NGX_HTTP_WHATSAUTH_POST_H_INCLUDED_ */

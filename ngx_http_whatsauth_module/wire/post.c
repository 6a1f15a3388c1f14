
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "wire/post.h"


#define NGX_HTTP_WHATSAUTH_POST_HEADER                                        \
    "POST %V%V HTTP/1.1" CRLF                                                 \
    "Host: %V" CRLF                                                           \
    "User-Agent: whatsauth/" NGX_HTTP_WHATSAUTH_VERSION CRLF                  \
    "Accept: %s" CRLF                                                         \
    "Connection: close" CRLF                                                  \
    "Content-Type: %s" CRLF                                                   \
    "Content-Length: %uz" CRLF


ngx_buf_t *
ngx_http_whatsauth_post_begin(ngx_pool_t *pool,
    const ngx_http_whatsauth_post_t *post)
{
    size_t      len;
    char        name[WHATSAUTH_URL_HOST_HEADER_MAX];
    ngx_buf_t  *b;
    ngx_str_t   host;

    host.data = (u_char *) name;
    host.len = whatsauth_url_host_header(post->url, name);

    len = sizeof(NGX_HTTP_WHATSAUTH_POST_HEADER CRLF)
          + post->target[0].len + post->target[1].len + host.len
          + ngx_strlen(post->accept) + ngx_strlen(post->type)
          + NGX_SIZE_T_LEN + post->own + post->body.len;

    b = ngx_create_temp_buf(pool, len);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_sprintf(b->last, NGX_HTTP_WHATSAUTH_POST_HEADER,
                          &post->target[0], &post->target[1], &host,
                          post->accept, post->type, post->body.len);

    return b;
}


void
ngx_http_whatsauth_post_end(ngx_buf_t *b,
    const ngx_http_whatsauth_post_t *post)
{
    b->last = ngx_cpymem(b->last, CRLF, sizeof(CRLF) - 1);
    b->last = ngx_cpymem(b->last, post->body.data, post->body.len);
}

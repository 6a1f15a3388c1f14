
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/ctx.h"
#include "kit/response.h"
#include "login/login.h"
#include "login/render.h"


static ngx_int_t ngx_http_whatsauth_page(ngx_http_request_t *r);


const ngx_http_whatsauth_face_t  ngx_http_whatsauth_page_face = {
    ngx_string(""),
    NGX_HTTP_WHATSAUTH_TOKEN_NONE,
    0,
    { { NGX_HTTP_GET|NGX_HTTP_HEAD, ngx_http_whatsauth_page },
      { 0, NULL } }
};


static ngx_int_t
ngx_http_whatsauth_page(ngx_http_request_t *r)
{
    ngx_str_t                  html;
    ngx_http_whatsauth_page_t  page;

    ngx_memzero(&page, sizeof(ngx_http_whatsauth_page_t));

    page.app = ngx_http_whatsauth_ctx(r)->app;
    page.state = NGX_HTTP_WHATSAUTH_PAGE_START;

    if (ngx_http_whatsauth_render(r, &page, &html) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_whatsauth_response(r, NGX_HTTP_WHATSAUTH_PAGE, "text/html",
                                       &html);
}

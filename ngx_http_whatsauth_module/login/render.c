
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/render.h"


const ngx_str_t
    ngx_http_whatsauth_page_states[NGX_HTTP_WHATSAUTH_PAGE_STATES_N] =
{
#define NGX_HTTP_WHATSAUTH_PAGE_STATE(name, result, word)                     \
    ngx_string(word),
    NGX_HTTP_WHATSAUTH_PAGE_STATES(NGX_HTTP_WHATSAUTH_PAGE_STATE)
#undef NGX_HTTP_WHATSAUTH_PAGE_STATE
};


ngx_int_t
ngx_http_whatsauth_render(ngx_http_request_t *r,
    const ngx_http_whatsauth_page_t *page, ngx_str_t *html)
{
    const ngx_str_t  *state;

    state = &ngx_http_whatsauth_page_states[page->state];

    html->data = ngx_pnalloc(r->pool, 256 + state->len);
    if (html->data == NULL) {
        return NGX_ERROR;
    }

    html->len = ngx_sprintf(html->data,
                            "<!doctype html><html lang=en><meta charset=utf-8>"
                            "<title>Login</title>"
                            "<body data-state=\"%V\"></body></html>", state)
                - html->data;

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/consent.h"
#include "login/render_values.h"
#include "login/template.h"


static ngx_int_t ngx_http_whatsauth_render_template(ngx_pool_t *pool,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    const whatsauth_template_t *template,
    const ngx_http_whatsauth_page_t *page, ngx_uint_t parts, ngx_str_t *html);
static ngx_uint_t ngx_http_whatsauth_render_is_start(
    const ngx_http_whatsauth_page_t *start,
    const ngx_http_whatsauth_page_t *page);
static ngx_uint_t ngx_http_whatsauth_render_equal(const ngx_str_t *one,
    const ngx_str_t *two);
static ngx_http_whatsauth_pages_t *ngx_http_whatsauth_render_pages(
    ngx_http_request_t *r);


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
    ngx_uint_t                   language;
    ngx_http_whatsauth_pages_t  *pages;

    pages = ngx_http_whatsauth_render_pages(r);
    language = ngx_http_whatsauth_language(r, pages->app);

    if (ngx_http_whatsauth_render_is_start(&pages->start, page)) {
        *html = pages->words[language].start;
        return NGX_OK;
    }

    return ngx_http_whatsauth_render_template(r->pool, pages, language,
                                              pages->words[language].page,
                                              page, 0, html);
}


ngx_int_t
ngx_http_whatsauth_render_frame(ngx_http_request_t *r,
    const ngx_http_whatsauth_page_t *page, ngx_uint_t parts, ngx_str_t *html)
{
    ngx_uint_t                   language;
    ngx_http_whatsauth_pages_t  *pages;

    pages = ngx_http_whatsauth_render_pages(r);
    language = ngx_http_whatsauth_language(r, pages->app);

    return ngx_http_whatsauth_render_template(r->pool, pages, language,
                                              pages->words[language].wait,
                                              page, parts, html);
}


void
ngx_http_whatsauth_render_app(ngx_http_whatsauth_page_t *page,
    ngx_http_whatsauth_app_t *app)
{
    page->app = app;
    page->autostart = app->login.autostart ? 1 : 0;
    page->asks_number = app->consent.ask_number ? 1 : 0;
    page->offers_sms = ngx_http_whatsauth_consent_sms(app) ? 1 : 0;
}


ngx_int_t
ngx_http_whatsauth_render_start(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_page_t  *page;

    page = &pages->start;

    ngx_http_whatsauth_render_app(page, pages->app);

    page->state = NGX_HTTP_WHATSAUTH_PAGE_START;
    page->prefix = pages->prefix;
    page->page_path = pages->prefix;
    page->return_path = pages->prefix;

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {

        if (ngx_http_whatsauth_render_template(cf->pool, pages, i,
                                               pages->words[i].page, page, 0,
                                               &pages->words[i].start)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* All that a page before a login shows is the same. */

static ngx_uint_t
ngx_http_whatsauth_render_is_start(const ngx_http_whatsauth_page_t *start,
    const ngx_http_whatsauth_page_t *page)
{
    return page->state == NGX_HTTP_WHATSAUTH_PAGE_START
           && page->csrf.len == 0
           && page->error.len == 0
           && page->autostart == start->autostart
           && page->asks_number == start->asks_number
           && page->offers_sms == start->offers_sms
           && ngx_http_whatsauth_render_equal(&page->page_path,
                                              &start->page_path)
           && ngx_http_whatsauth_render_equal(&page->return_path,
                                              &start->return_path);
}


static ngx_uint_t
ngx_http_whatsauth_render_equal(const ngx_str_t *one, const ngx_str_t *two)
{
    return one->len == two->len
           && ngx_memcmp(one->data, two->data, one->len) == 0;
}


static ngx_http_whatsauth_pages_t *
ngx_http_whatsauth_render_pages(ngx_http_request_t *r)
{
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);

    return wlcf->login->pages;
}


static ngx_int_t
ngx_http_whatsauth_render_template(ngx_pool_t *pool,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    const whatsauth_template_t *template,
    const ngx_http_whatsauth_page_t *page, ngx_uint_t parts, ngx_str_t *html)
{
    whatsauth_template_value_t
        values[NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES_N];

    if (ngx_http_whatsauth_render_values(pool, pages, language, page, values)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_whatsauth_render_flag(values,
                                   NGX_HTTP_WHATSAUTH_TEMPLATE_waiting,
                                   parts & NGX_HTTP_WHATSAUTH_FRAME_WAITING);
    ngx_http_whatsauth_render_flag(values,
                                   NGX_HTTP_WHATSAUTH_TEMPLATE_changed,
                                   parts & NGX_HTTP_WHATSAUTH_FRAME_CHANGED);

    html->len = whatsauth_template_fill(template, values, NULL);
    html->data = ngx_pnalloc(pool, html->len);

    if (html->data == NULL) {
        return NGX_ERROR;
    }

    (void) whatsauth_template_fill(template, values, (char *) html->data);

    return NGX_OK;
}

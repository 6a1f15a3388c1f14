
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/render_lists.h"
#include "login/render_values.h"


#define NGX_HTTP_WHATSAUTH_RENDER_CODE_FIELDS     3
#define NGX_HTTP_WHATSAUTH_RENDER_SESSION_FIELDS  6

/* The place of a field in the row of its list. */
#define ngx_http_whatsauth_render_field(list, name)                           \
    (NGX_HTTP_WHATSAUTH_TEMPLATE_##name                                       \
     - NGX_HTTP_WHATSAUTH_TEMPLATE_##list - 1)


static ngx_int_t ngx_http_whatsauth_render_lists_session(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_session_t *session, whatsauth_text_t *row);


ngx_int_t
ngx_http_whatsauth_render_languages(ngx_pool_t *pool,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    whatsauth_template_value_t *values)
{
    ngx_uint_t                   i;
    whatsauth_text_t            *row;
    whatsauth_template_value_t  *list;

    row = ngx_pcalloc(pool, WHATSAUTH_LANGUAGES_N
                            * NGX_HTTP_WHATSAUTH_RENDER_CODE_FIELDS
                            * sizeof(whatsauth_text_t));
    if (row == NULL) {
        return NGX_ERROR;
    }

    list = &values[NGX_HTTP_WHATSAUTH_TEMPLATE_language_list];
    list->rows = row;
    list->rows_n = WHATSAUTH_LANGUAGES_N;

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        row[ngx_http_whatsauth_render_field(language_list, code)] =
                                                  whatsauth_language_codes[i];
        row[ngx_http_whatsauth_render_field(language_list, own_name)] =
                               ngx_http_whatsauth_text(&pages->words[i].name);

        if (i == language) {
            row[ngx_http_whatsauth_render_field(language_list, current)] =
                                                  ngx_http_whatsauth_render_on;
        }

        row += NGX_HTTP_WHATSAUTH_RENDER_CODE_FIELDS;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_render_sessions(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values)
{
    ngx_uint_t                   i;
    whatsauth_text_t            *row;
    whatsauth_template_value_t  *list;

    if (page->sessions_n == 0) {
        return NGX_OK;
    }

    row = ngx_pcalloc(pool, page->sessions_n
                            * NGX_HTTP_WHATSAUTH_RENDER_SESSION_FIELDS
                            * sizeof(whatsauth_text_t));
    if (row == NULL) {
        return NGX_ERROR;
    }

    list = &values[NGX_HTTP_WHATSAUTH_TEMPLATE_session_list];
    list->rows = row;
    list->rows_n = page->sessions_n;

    for (i = 0; i < page->sessions_n; i++) {

        if (ngx_http_whatsauth_render_lists_session(pool, &page->sessions[i],
                                                     row)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        row += NGX_HTTP_WHATSAUTH_RENDER_SESSION_FIELDS;
    }

    return NGX_OK;
}


/* The time is in UTC; page.js writes it in the reader's own. */

static ngx_int_t
ngx_http_whatsauth_render_lists_session(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_session_t *session, whatsauth_text_t *row)
{
    u_char            *p, *last;
    ngx_tm_t           tm;
    whatsauth_text_t  *at, *text;

    p = ngx_pnalloc(pool, sizeof("1970-01-01T00:00:00Z1970-01-01 00:00 UTC"));
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_gmtime(session->login_at / 1000, &tm);

    at = &row[ngx_http_whatsauth_render_field(session_list, login_at)];
    text = &row[ngx_http_whatsauth_render_field(session_list, login_text)];

    last = ngx_sprintf(p, "%4d-%02d-%02dT%02d:%02d:%02dZ", tm.ngx_tm_year,
                       tm.ngx_tm_mon, tm.ngx_tm_mday, tm.ngx_tm_hour,
                       tm.ngx_tm_min, tm.ngx_tm_sec);
    at->data = (char *) p;
    at->len = last - p;
    p = last;

    last = ngx_sprintf(p, "%4d-%02d-%02d %02d:%02d UTC", tm.ngx_tm_year,
                       tm.ngx_tm_mon, tm.ngx_tm_mday, tm.ngx_tm_hour,
                       tm.ngx_tm_min);
    text->data = (char *) p;
    text->len = last - p;

    row[ngx_http_whatsauth_render_field(session_list, id)] =
                                        ngx_http_whatsauth_text(&session->id);
    row[ngx_http_whatsauth_render_field(session_list, place)] =
                                     ngx_http_whatsauth_text(&session->place);
    row[ngx_http_whatsauth_render_field(session_list, device)] =
                                    ngx_http_whatsauth_text(&session->device);

    if (session->this) {
        row[ngx_http_whatsauth_render_field(session_list, this)] =
                                                  ngx_http_whatsauth_render_on;
    }

    return NGX_OK;
}

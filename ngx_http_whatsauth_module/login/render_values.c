
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/render_lists.h"
#include "login/render_values.h"


/* A name, and the member of the page or of its location that is its value. */
typedef struct {
    ngx_http_whatsauth_template_name_t   name;
    size_t                               offset;
} ngx_http_whatsauth_render_member_t;


static void ngx_http_whatsauth_render_values_set(
    whatsauth_template_value_t *values,
    ngx_uint_t name, const ngx_str_t *value);
static void ngx_http_whatsauth_render_values_flags(
    whatsauth_template_value_t *values,
    const ngx_http_whatsauth_page_t *page);
static void ngx_http_whatsauth_render_values_error(
    whatsauth_template_value_t *values,
    const ngx_http_whatsauth_page_t *page);
static ngx_int_t ngx_http_whatsauth_render_values_paths(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values);
static ngx_int_t ngx_http_whatsauth_render_values_escaped(ngx_pool_t *pool,
    whatsauth_template_value_t *values, ngx_uint_t name,
    const ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_render_values_numbers(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values);
static void ngx_http_whatsauth_render_values_language(
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    whatsauth_template_value_t *values);


const whatsauth_text_t  ngx_http_whatsauth_render_on =
    whatsauth_text("1");


static const ngx_http_whatsauth_render_member_t
    ngx_http_whatsauth_render_members[] =
{
#define ngx_http_whatsauth_render_member(name)                                \
    { NGX_HTTP_WHATSAUTH_TEMPLATE_##name,                                     \
      offsetof(ngx_http_whatsauth_page_t, name) }

    ngx_http_whatsauth_render_member(prefix),
    ngx_http_whatsauth_render_member(page_path),
    ngx_http_whatsauth_render_member(return_path),
    ngx_http_whatsauth_render_member(csrf),
    ngx_http_whatsauth_render_member(typed_number),
    ngx_http_whatsauth_render_member(link),
    ngx_http_whatsauth_render_member(deep_link),
    ngx_http_whatsauth_render_member(number),
    ngx_http_whatsauth_render_member(text),
    ngx_http_whatsauth_render_member(qr),
    ngx_http_whatsauth_render_member(phone_hint)

#undef ngx_http_whatsauth_render_member
};


/* The offers of a state besides its own part of the template. */

static const ngx_http_whatsauth_template_name_t
    ngx_http_whatsauth_render_offers[NGX_HTTP_WHATSAUTH_PAGE_STATES_N] =
{
    [NGX_HTTP_WHATSAUTH_PAGE_SEND_FAILED] = NGX_HTTP_WHATSAUTH_TEMPLATE_again,
    [NGX_HTTP_WHATSAUTH_PAGE_EXPIRED] = NGX_HTTP_WHATSAUTH_TEMPLATE_again,
    [NGX_HTTP_WHATSAUTH_PAGE_FAILED] = NGX_HTTP_WHATSAUTH_TEMPLATE_again,
    [NGX_HTTP_WHATSAUTH_PAGE_LOGGED_OUT] = NGX_HTTP_WHATSAUTH_TEMPLATE_again,
    [NGX_HTTP_WHATSAUTH_PAGE_LIMITED] = NGX_HTTP_WHATSAUTH_TEMPLATE_look,
    [NGX_HTTP_WHATSAUTH_PAGE_UNAVAILABLE] = NGX_HTTP_WHATSAUTH_TEMPLATE_look,
    [NGX_HTTP_WHATSAUTH_PAGE_CROSS_SITE] = NGX_HTTP_WHATSAUTH_TEMPLATE_look,
    [NGX_HTTP_WHATSAUTH_PAGE_NUMBER_NOT_ALLOWED] =
                                           NGX_HTTP_WHATSAUTH_TEMPLATE_denied,
    [NGX_HTTP_WHATSAUTH_PAGE_ACCESS_DENIED] =
                                           NGX_HTTP_WHATSAUTH_TEMPLATE_denied
};


ngx_int_t
ngx_http_whatsauth_render_values(ngx_pool_t *pool,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values)
{
    ngx_uint_t                                 i, n;
    const ngx_http_whatsauth_file_t           *file;
    const ngx_http_whatsauth_render_member_t  *member;

    ngx_memzero(values, NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES_N
                        * sizeof(whatsauth_template_value_t));

    n = sizeof(ngx_http_whatsauth_render_members)
        / sizeof(ngx_http_whatsauth_render_members[0]);

    for (i = 0; i < n; i++) {
        member = &ngx_http_whatsauth_render_members[i];
        ngx_http_whatsauth_render_values_set(values, member->name,
                       (const ngx_str_t *) ((u_char *) page + member->offset));
    }

    file = pages->files.file;

    ngx_http_whatsauth_render_values_set(values,
                                         NGX_HTTP_WHATSAUTH_TEMPLATE_title,
                                         &pages->app->login.title);
    ngx_http_whatsauth_render_values_set(values,
                                         NGX_HTTP_WHATSAUTH_TEMPLATE_css,
                                       &file[NGX_HTTP_WHATSAUTH_FILE_CSS].url);
    ngx_http_whatsauth_render_values_set(values,
                                         NGX_HTTP_WHATSAUTH_TEMPLATE_js,
                                         &file[NGX_HTTP_WHATSAUTH_FILE_JS].url);
    ngx_http_whatsauth_render_values_set(values,
                                         NGX_HTTP_WHATSAUTH_TEMPLATE_logo,
                                      &file[NGX_HTTP_WHATSAUTH_FILE_LOGO].url);
    ngx_http_whatsauth_render_values_set(values,
                                         NGX_HTTP_WHATSAUTH_TEMPLATE_state,
                                 &ngx_http_whatsauth_page_states[page->state]);

    ngx_http_whatsauth_render_values_flags(values, page);
    ngx_http_whatsauth_render_values_error(values, page);
    ngx_http_whatsauth_render_values_language(pages, language, values);

    if (ngx_http_whatsauth_render_values_paths(pool, page, values) != NGX_OK
        || ngx_http_whatsauth_render_values_numbers(pool, page,
                                                    values) != NGX_OK
        || ngx_http_whatsauth_render_languages(pool, pages, language, values)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_render_sessions(pool, page, values);
}


static void
ngx_http_whatsauth_render_values_set(whatsauth_template_value_t *values,
    ngx_uint_t name, const ngx_str_t *value)
{
    values[name].text = ngx_http_whatsauth_text(value);
}


void
ngx_http_whatsauth_render_flag(whatsauth_template_value_t *values,
    ngx_uint_t name, ngx_uint_t on)
{
    if (on) {
        values[name].text = ngx_http_whatsauth_render_on;
    }
}


static void
ngx_http_whatsauth_render_values_flags(whatsauth_template_value_t *values,
    const ngx_http_whatsauth_page_t *page)
{
    ngx_http_whatsauth_template_name_t  offer;

    ngx_http_whatsauth_render_flag(values, NGX_HTTP_WHATSAUTH_TEMPLATE_STATES
                                           + page->state, 1);

    offer = ngx_http_whatsauth_render_offers[page->state];
    ngx_http_whatsauth_render_flag(values, offer, offer != 0);

    ngx_http_whatsauth_render_flag(values,
                                   NGX_HTTP_WHATSAUTH_TEMPLATE_autostart,
                                   page->autostart);
    ngx_http_whatsauth_render_flag(values,
                                   NGX_HTTP_WHATSAUTH_TEMPLATE_asks_number,
                                   page->asks_number);
    ngx_http_whatsauth_render_flag(values,
                                   NGX_HTTP_WHATSAUTH_TEMPLATE_offers_sms,
                                   page->offers_sms);
    ngx_http_whatsauth_render_flag(values, NGX_HTTP_WHATSAUTH_TEMPLATE_sms,
                                   page->sms);
    ngx_http_whatsauth_render_flag(values, NGX_HTTP_WHATSAUTH_TEMPLATE_resent,
                                   page->resent);
    ngx_http_whatsauth_render_flag(values, NGX_HTTP_WHATSAUTH_TEMPLATE_refused,
                                   page->error.len
                                   && page->state
                                      != NGX_HTTP_WHATSAUTH_PAGE_FAILED);
}


/* "error_" and the word of the error is a name, or else it is error_failed. */

static void
ngx_http_whatsauth_render_values_error(whatsauth_template_value_t *values,
    const ngx_http_whatsauth_page_t *page)
{
    ngx_uint_t   i;
    const char  *name;

    if (page->error.len == 0
        && page->state != NGX_HTTP_WHATSAUTH_PAGE_FAILED)
    {
        return;
    }

    for (i = NGX_HTTP_WHATSAUTH_TEMPLATE_error_pin_wrong;
         i < NGX_HTTP_WHATSAUTH_TEMPLATE_error_failed;
         i++)
    {
        name = ngx_http_whatsauth_template_names[i].name + sizeof("error_") - 1;

        if (ngx_strlen(name) == page->error.len
            && ngx_strncmp(name, page->error.data, page->error.len) == 0)
        {
            break;
        }
    }

    ngx_http_whatsauth_render_flag(values, i, 1);
}


static ngx_int_t
ngx_http_whatsauth_render_values_paths(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values)
{
    const ngx_str_t  *path, *prefix;

    path = &page->return_path;
    prefix = &page->prefix;

    if (path->len
        && (path->len < prefix->len
            || ngx_memcmp(path->data, prefix->data, prefix->len) != 0))
    {
        ngx_http_whatsauth_render_values_set(values,
                                             NGX_HTTP_WHATSAUTH_TEMPLATE_onward,
                                             path);
    }

    if (ngx_http_whatsauth_render_values_escaped(pool, values,
                                        NGX_HTTP_WHATSAUTH_TEMPLATE_return_arg,
                                                 path)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_render_values_escaped(pool, values,
                                          NGX_HTTP_WHATSAUTH_TEMPLATE_page_arg,
                                                    &page->page_path);
}


static ngx_int_t
ngx_http_whatsauth_render_values_escaped(ngx_pool_t *pool,
    whatsauth_template_value_t *values, ngx_uint_t name, const ngx_str_t *path)
{
    u_char     *p;
    uintptr_t   escapes;

    escapes = ngx_escape_uri(NULL, path->data, path->len,
                             NGX_ESCAPE_URI_COMPONENT);

    p = ngx_pnalloc(pool, path->len + 2 * escapes);
    if (p == NULL) {
        return NGX_ERROR;
    }

    values[name].text.data = (char *) p;
    values[name].text.len = path->len + 2 * escapes;

    if (escapes == 0) {
        ngx_memcpy(p, path->data, path->len);

    } else {
        (void) ngx_escape_uri(p, path->data, path->len,
                              NGX_ESCAPE_URI_COMPONENT);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_render_values_numbers(ngx_pool_t *pool,
    const ngx_http_whatsauth_page_t *page, whatsauth_template_value_t *values)
{
    u_char                     *p, *last;
    uint64_t                    left;
    whatsauth_template_value_t *value;

    p = ngx_pnalloc(pool, 5 * NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

#define ngx_http_whatsauth_render_number(name, ...)                           \
    last = ngx_sprintf(p, __VA_ARGS__);                                       \
    value = &values[NGX_HTTP_WHATSAUTH_TEMPLATE_##name];                      \
    value->text.data = (char *) p;                                            \
    value->text.len = last - p;                                               \
    p = last

    if (page->expires_at) {
        left = page->expires_at > page->now
               ? (page->expires_at - page->now + 999) / 1000 : 0;

        ngx_http_whatsauth_render_number(now, "%uL", page->now);
        ngx_http_whatsauth_render_number(left, "%uL", left);
        ngx_http_whatsauth_render_number(clock, "%uL:%02uL", left / 60,
                                         left % 60);
    }

    if (page->retry_after > 0) {
        ngx_http_whatsauth_render_number(minutes, "%T",
                                         (page->retry_after + 59) / 60);
    }

    ngx_http_whatsauth_render_number(tries_left, "%ui", page->tries_left);

#undef ngx_http_whatsauth_render_number

    return NGX_OK;
}


static void
ngx_http_whatsauth_render_values_language(ngx_http_whatsauth_pages_t *pages,
    ngx_uint_t language, whatsauth_template_value_t *values)
{
    values[NGX_HTTP_WHATSAUTH_TEMPLATE_language].text =
                               whatsauth_language_codes[language];
    values[NGX_HTTP_WHATSAUTH_TEMPLATE_dir].text =
                               whatsauth_language_directions[language];
    ngx_http_whatsauth_render_values_set(values,
                                     NGX_HTTP_WHATSAUTH_TEMPLATE_language_name,
                                         &pages->words[language].name);
}

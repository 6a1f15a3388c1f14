
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/chat_texts.h"
#include "login/embedded.h"
#include "login/template.h"
#include "login/texts.h"


static ngx_int_t ngx_http_whatsauth_template_prefix(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages, const ngx_str_t *prefix);
static ngx_int_t ngx_http_whatsauth_template_language(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language, json_t *words);
static whatsauth_template_t *ngx_http_whatsauth_template_compile(
    ngx_conf_t *cf, ngx_http_whatsauth_pages_t *pages, ngx_uint_t language,
    json_t *words, const char *file);
static void ngx_http_whatsauth_template_cleanup(void *data);


const whatsauth_template_name_t
    ngx_http_whatsauth_template_names[NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES_N + 1] =
{
#define NGX_HTTP_WHATSAUTH_TEMPLATE_NAME(name, fields)  { #name, fields },
    NGX_HTTP_WHATSAUTH_TEMPLATE_NAMES(NGX_HTTP_WHATSAUTH_TEMPLATE_NAME)
#undef NGX_HTTP_WHATSAUTH_TEMPLATE_NAME
#define NGX_HTTP_WHATSAUTH_PAGE_STATE(name, result, word)  { word, 0 },
    NGX_HTTP_WHATSAUTH_PAGE_STATES(NGX_HTTP_WHATSAUTH_PAGE_STATE)
#undef NGX_HTTP_WHATSAUTH_PAGE_STATE
    { NULL, 0 }
};


ngx_http_whatsauth_pages_t *
ngx_http_whatsauth_template_create(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *prefix)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_pool_cleanup_t          *cln;
    ngx_http_whatsauth_texts_t   texts;
    ngx_http_whatsauth_pages_t  *pages;

    pages = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_pages_t));
    if (pages == NULL) {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_whatsauth_template_cleanup;
    cln->data = pages;

    pages->app = app;

    if (ngx_http_whatsauth_template_prefix(cf, pages, prefix) != NGX_OK) {
        return NULL;
    }

    rc = ngx_http_whatsauth_texts_load(cf, &app->login.texts, &texts);

    if (rc == NGX_OK) {
        rc = ngx_http_whatsauth_chat_texts(cf, app, &texts);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_whatsauth_files_load(cf, app, &pages->prefix, &texts,
                                           &pages->files);
    }

    for (i = 0; rc == NGX_OK && i < WHATSAUTH_LANGUAGES_N; i++) {
        rc = ngx_http_whatsauth_template_language(cf, pages, i,
                                                  texts.words[i]);
    }

    ngx_http_whatsauth_texts_free(&texts);

    if (rc == NGX_OK) {
        rc = ngx_http_whatsauth_render_start(cf, pages);
    }

    return rc == NGX_OK ? pages : NULL;
}


static ngx_int_t
ngx_http_whatsauth_template_prefix(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages, const ngx_str_t *prefix)
{
    uintptr_t  escapes;

    escapes = ngx_escape_uri(NULL, prefix->data, prefix->len, NGX_ESCAPE_URI);

    pages->prefix.len = prefix->len + 2 * escapes;
    pages->prefix.data = ngx_pnalloc(cf->pool, pages->prefix.len);

    if (pages->prefix.data == NULL) {
        return NGX_ERROR;
    }

    if (escapes == 0) {
        ngx_memcpy(pages->prefix.data, prefix->data, prefix->len);

    } else {
        (void) ngx_escape_uri(pages->prefix.data, prefix->data, prefix->len,
                              NGX_ESCAPE_URI);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_template_language(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language, json_t *words)
{
    ngx_str_t                    name;
    whatsauth_text_t             text;
    ngx_http_whatsauth_words_t  *w;

    w = &pages->words[language];
    text = ngx_http_whatsauth_texts_name(words);

    name.data = (u_char *) text.data;
    name.len = text.len;
    w->name.len = text.len;
    w->name.data = ngx_pstrdup(cf->pool, &name);

    if (w->name.data == NULL) {
        return NGX_ERROR;
    }

    w->page = ngx_http_whatsauth_template_compile(cf, pages, language, words,
                                                  "page.html");
    if (w->page == NULL) {
        return NGX_ERROR;
    }

    w->wait = ngx_http_whatsauth_template_compile(cf, pages, language, words,
                                                  "wait.html");
    return w->wait != NULL ? NGX_OK : NGX_ERROR;
}


/* Our own files are right, so what is wrong is a text of the operator's. */

static whatsauth_template_t *
ngx_http_whatsauth_template_compile(ngx_conf_t *cf,
    ngx_http_whatsauth_pages_t *pages, ngx_uint_t language, json_t *words,
    const char *file)
{
    ngx_str_t                    content;
    whatsauth_text_t             source;
    whatsauth_template_t        *template;
    whatsauth_template_error_t   error;

    content = ngx_http_whatsauth_embedded_file(file);
    source = ngx_http_whatsauth_text(&content);

    template = whatsauth_template_compile(&source,
                                          ngx_http_whatsauth_template_names,
                                          ngx_http_whatsauth_texts_page,
                                          words, &error);
    if (template == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"login_texts\" directive is wrong in "
                           "language \"%s\": \"%*s\" %s",
                           &pages->app->login.texts,
                           whatsauth_language_codes[language].data,
                           error.word.len, error.word.data, error.problem);
    }

    return template;
}


static void
ngx_http_whatsauth_template_cleanup(void *data)
{
    ngx_http_whatsauth_pages_t *pages = data;

    ngx_uint_t  i;

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        whatsauth_template_free(pages->words[i].page);
        whatsauth_template_free(pages->words[i].wait);
    }
}

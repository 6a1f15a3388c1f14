
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/embedded.h"
#include "login/file.h"
#include "login/files.h"


#define NGX_HTTP_WHATSAUTH_FILES_STYLE_MAX  (256 * 1024)
#define NGX_HTTP_WHATSAUTH_FILES_LOGO_MAX   (256 * 1024)


static ngx_int_t ngx_http_whatsauth_files_style(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_str_t *content);
static ngx_int_t ngx_http_whatsauth_files_widget(ngx_conf_t *cf,
    const ngx_http_whatsauth_texts_t *texts, ngx_str_t *content);
static ngx_int_t ngx_http_whatsauth_files_logo(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_file_t *file);
static ngx_int_t ngx_http_whatsauth_files_address(ngx_conf_t *cf,
    const ngx_str_t *prefix, const char *name,
    ngx_http_whatsauth_file_t *file);
static ngx_int_t ngx_http_whatsauth_files_join(ngx_conf_t *cf,
    const ngx_str_t *first, const ngx_str_t *second, ngx_str_t *content);


/* In the order of their numbers. */

static const struct {
    const char  *name;
    const char  *type;
} ngx_http_whatsauth_files_rows[NGX_HTTP_WHATSAUTH_FILES_N] = {
    { "page.css", "text/css; charset=utf-8" },
    { "page.js", "text/javascript; charset=utf-8" },
    { "widget.js", "text/javascript; charset=utf-8" },
    { "logo", NULL }
};


/* The first bytes of an image say what it is. */

static const struct {
    size_t       offset;
    ngx_str_t    magic;
    const char  *type;
} ngx_http_whatsauth_files_images[] = {
    { 0, ngx_string("\x89PNG\r\n"), "image/png" },
    { 0, ngx_string("\xff\xd8\xff"), "image/jpeg" },
    { 0, ngx_string("GIF8"), "image/gif" },
    { 8, ngx_string("WEBP"), "image/webp" },
    { 4, ngx_string("ftypavif"), "image/avif" },
    { 0, ngx_null_string, NULL }
};


ngx_int_t
ngx_http_whatsauth_files_load(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    const ngx_str_t *prefix, const ngx_http_whatsauth_texts_t *texts,
    ngx_http_whatsauth_files_t *files)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_file_t  *f;

    f = files->file;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_FILES_N; i++) {
        f[i].type = ngx_http_whatsauth_files_rows[i].type;
    }

    f[NGX_HTTP_WHATSAUTH_FILE_JS].content =
                                   ngx_http_whatsauth_embedded_file("page.js");

    if (ngx_http_whatsauth_files_style(cf, app,
                                       &f[NGX_HTTP_WHATSAUTH_FILE_CSS].content)
        != NGX_OK
        || ngx_http_whatsauth_files_widget(cf, texts,
                                    &f[NGX_HTTP_WHATSAUTH_FILE_WIDGET].content)
           != NGX_OK
        || ngx_http_whatsauth_files_logo(cf, app,
                                         &f[NGX_HTTP_WHATSAUTH_FILE_LOGO])
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_HTTP_WHATSAUTH_FILES_N; i++) {
        if (f[i].content.len
            && ngx_http_whatsauth_files_address(cf, prefix,
                                      ngx_http_whatsauth_files_rows[i].name,
                                      &f[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_files_style(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    ngx_str_t *content)
{
    ngx_str_t  ours, style;

    ours = ngx_http_whatsauth_embedded_file("page.css");
    ngx_str_null(&style);

    if (app->login.style.len
        && ngx_http_whatsauth_file_read(cf, &app->login.style, "login_style",
                                        NGX_HTTP_WHATSAUTH_FILES_STYLE_MAX,
                                        &style)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_files_join(cf, &ours, &style, content);
}


static ngx_int_t
ngx_http_whatsauth_files_widget(ngx_conf_t *cf,
    const ngx_http_whatsauth_texts_t *texts, ngx_str_t *content)
{
    char       *json;
    size_t      len;
    ngx_str_t   script, words;

    script = ngx_http_whatsauth_embedded_file("widget.js");
    json = ngx_http_whatsauth_texts_used(texts, &script);

    if (json == NULL) {
        return NGX_ERROR;
    }

    len = ngx_strlen(json);
    words.data = ngx_pnalloc(cf->pool, len + sizeof("const TEXTS = ;\n"));

    if (words.data == NULL) {
        free(json);
        return NGX_ERROR;
    }

    words.len = ngx_sprintf(words.data, "const TEXTS = %s;\n", json)
                - words.data;
    free(json);

    return ngx_http_whatsauth_files_join(cf, &words, &script, content);
}


/* Any other image is taken as SVG, which runs no scripts as an image. */

static ngx_int_t
ngx_http_whatsauth_files_logo(ngx_conf_t *cf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_file_t *file)
{
    ngx_str_t   magic;
    ngx_uint_t  i;

    if (app->login.logo.len == 0) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_file_read(cf, &app->login.logo, "login_logo",
                                     NGX_HTTP_WHATSAUTH_FILES_LOGO_MAX,
                                     &file->content)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; ngx_http_whatsauth_files_images[i].type != NULL; i++) {
        magic = ngx_http_whatsauth_files_images[i].magic;

        if (file->content.len
            >= ngx_http_whatsauth_files_images[i].offset + magic.len
            && ngx_memcmp(file->content.data
                          + ngx_http_whatsauth_files_images[i].offset,
                          magic.data, magic.len)
               == 0)
        {
            file->type = ngx_http_whatsauth_files_images[i].type;
            return NGX_OK;
        }
    }

    file->type = "image/svg+xml";

    if (file->content.len == 0
        || ngx_strnstr(file->content.data, "<svg", file->content.len) == NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"login_logo\" directive must be an "
                           "image: SVG, PNG, JPEG, GIF, WebP or AVIF",
                           &app->login.logo);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* A browser may keep a version for ever: another one has another URL. */

static ngx_int_t
ngx_http_whatsauth_files_address(ngx_conf_t *cf, const ngx_str_t *prefix,
    const char *name, ngx_http_whatsauth_file_t *file)
{
    u_char    *p;
    uint32_t   version;

    version = ngx_crc32_long(file->content.data, file->content.len);

    p = ngx_pnalloc(cf->pool, sizeof("\"00000000\"") - 1
                              + prefix->len + ngx_strlen(name)
                              + sizeof("?v=00000000") - 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    file->etag.data = p;
    p = ngx_sprintf(p, "\"%08xD\"", version);
    file->etag.len = p - file->etag.data;

    file->url.data = p;
    p = ngx_sprintf(p, "%V%s?v=%08xD", prefix, name, version);
    file->url.len = p - file->url.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_files_join(ngx_conf_t *cf, const ngx_str_t *first,
    const ngx_str_t *second, ngx_str_t *content)
{
    content->len = first->len + second->len;
    content->data = ngx_pnalloc(cf->pool, content->len);

    if (content->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(content->data, "%V%V", first, second);

    return NGX_OK;
}

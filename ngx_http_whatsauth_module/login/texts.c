
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/embedded.h"
#include "login/file.h"
#include "login/texts.h"

#include "protocol/json_load.h"


#define NGX_HTTP_WHATSAUTH_TEXTS_FILE_MAX  (256 * 1024)

/* Bytes: a text of a page is a few sentences. */
#define NGX_HTTP_WHATSAUTH_TEXTS_MAX       1024


static ngx_int_t ngx_http_whatsauth_texts_override(ngx_conf_t *cf,
    ngx_str_t *file, ngx_http_whatsauth_texts_t *texts);
static ngx_int_t ngx_http_whatsauth_texts_language(ngx_conf_t *cf,
    ngx_str_t *file, json_t *words, const char *code, json_t *given);
static ngx_int_t ngx_http_whatsauth_texts_section(ngx_conf_t *cf,
    ngx_str_t *file, json_t *words, const char *path, json_t *given);
static ngx_int_t ngx_http_whatsauth_texts_wrong(ngx_conf_t *cf,
    ngx_str_t *file, const char *problem, const char *where, const char *key);
static ngx_int_t ngx_http_whatsauth_texts_use(json_t *used,
    const json_t *section, const ngx_str_t *source);


ngx_int_t
ngx_http_whatsauth_texts_load(ngx_conf_t *cf, ngx_str_t *file,
    ngx_http_whatsauth_texts_t *texts)
{
    ngx_str_t     json;
    ngx_uint_t    i;
    json_error_t  error;

    ngx_memzero(texts, sizeof(ngx_http_whatsauth_texts_t));

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        json = ngx_http_whatsauth_embedded_file(
                                          ngx_http_whatsauth_language_files[i]);

        if (whatsauth_json_load((char *) json.data, json.len,
                                &texts->words[i], &error)
            != 0)
        {
            return NGX_ERROR;
        }
    }

    return file->len == 0 ? NGX_OK
                          : ngx_http_whatsauth_texts_override(cf, file, texts);
}


void
ngx_http_whatsauth_texts_free(ngx_http_whatsauth_texts_t *texts)
{
    ngx_uint_t  i;

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        json_decref(texts->words[i]);
    }
}


static ngx_int_t
ngx_http_whatsauth_texts_override(ngx_conf_t *cf, ngx_str_t *file,
    ngx_http_whatsauth_texts_t *texts)
{
    json_t            *root, *given;
    ngx_str_t          json;
    ngx_int_t          rc;
    ngx_uint_t         i;
    const char        *code;
    json_error_t       error;
    whatsauth_text_t   name;

    if (ngx_http_whatsauth_file_read(cf, file, "login_texts",
                                     NGX_HTTP_WHATSAUTH_TEXTS_FILE_MAX, &json)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (whatsauth_json_load((char *) json.data, json.len, &root, &error) != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"login_texts\" directive is not JSON: "
                           "%s, line %d", file, error.text, error.line);
        return NGX_ERROR;
    }

    rc = NGX_OK;

    if (!json_is_object(root)) {
        rc = ngx_http_whatsauth_texts_wrong(cf, file, "must be an object of "
                                            "languages", "", "");
    }

    json_object_foreach(root, code, given) {
        name.data = code;
        name.len = ngx_strlen(code);
        i = ngx_http_whatsauth_language_by_code(&name);

        if (rc != NGX_OK) {
            break;
        }

        rc = (i == WHATSAUTH_LANGUAGES_N)
             ? ngx_http_whatsauth_texts_wrong(cf, file, "has an unknown "
                                              "language", "", code)
             : ngx_http_whatsauth_texts_language(cf, file, texts->words[i],
                                                 code, given);
    }

    json_decref(root);

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_texts_language(ngx_conf_t *cf, ngx_str_t *file,
    json_t *words, const char *code, json_t *given)
{
    json_t      *section, *known;
    const char  *name;

    if (!json_is_object(given)) {
        return ngx_http_whatsauth_texts_wrong(cf, file, "has no object for",
                                              "", code);
    }

    json_object_foreach(given, name, section) {
        known = json_object_get(words, name);

        if (!json_is_object(known) || !json_is_object(section)) {
            return ngx_http_whatsauth_texts_wrong(cf, file, "must have objects "
                                                  "\"page\", \"widget\" and "
                                                  "\"chat\", not", code, name);
        }

        if (ngx_http_whatsauth_texts_section(cf, file, known, code, section)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_texts_section(ngx_conf_t *cf, ngx_str_t *file,
    json_t *words, const char *path, json_t *given)
{
    json_t      *text;
    const char  *key;

    json_object_foreach(given, key, text) {

        if (json_object_get(words, key) == NULL) {
            return ngx_http_whatsauth_texts_wrong(cf, file, "has an unknown "
                                                  "text", path, key);
        }

        if (!json_is_string(text) || json_string_length(text) == 0
            || json_string_length(text) > NGX_HTTP_WHATSAUTH_TEXTS_MAX)
        {
            return ngx_http_whatsauth_texts_wrong(cf, file, "has no string of "
                                                  "1 to 1024 bytes for",
                                                  path, key);
        }

        if (json_object_set(words, key, text) != 0) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_texts_wrong(ngx_conf_t *cf, ngx_str_t *file,
    const char *problem, const char *where, const char *key)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" of \"login_texts\" directive %s%s%s%s%s%s", file,
                       problem, *key ? " \"" : "", where,
                       *where ? "." : "", key, *key ? "\"" : "");

    return NGX_ERROR;
}


int
ngx_http_whatsauth_texts_page(void *data, const whatsauth_text_t *key,
    whatsauth_text_t *text)
{
    json_t *words = data;

    json_t  *found;

    found = json_object_getn(json_object_get(words, "page"), key->data,
                             key->len);
    if (found == NULL) {
        return -1;
    }

    text->data = json_string_value(found);
    text->len = json_string_length(found);

    return 0;
}


whatsauth_text_t
ngx_http_whatsauth_texts_name(const json_t *words)
{
    json_t            *name;
    whatsauth_text_t   text;

    name = json_object_get(words, "name");
    text.data = json_string_value(name);
    text.len = json_string_length(name);

    return text;
}


char *
ngx_http_whatsauth_texts_used(const ngx_http_whatsauth_texts_t *texts,
    const ngx_str_t *source)
{
    char        *json;
    json_t      *root, *used;
    ngx_uint_t   i;

    root = json_object();
    if (root == NULL) {
        return NULL;
    }

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        used = json_object();

        if (json_object_set_new(root,
                                whatsauth_language_codes[i].data,
                                used)
            != 0
            || ngx_http_whatsauth_texts_use(used,
                      json_object_get(texts->words[i], "page"), source)
               != NGX_OK
            || ngx_http_whatsauth_texts_use(used,
                      json_object_get(texts->words[i], "widget"), source)
               != NGX_OK)
        {
            json_decref(root);
            return NULL;
        }
    }

    json = json_dumps(root, JSON_COMPACT);
    json_decref(root);

    return json;
}


static ngx_int_t
ngx_http_whatsauth_texts_use(json_t *used, const json_t *section,
    const ngx_str_t *source)
{
    json_t      *text;
    u_char       quoted[64], *last;
    const char  *key;

    json_object_foreach((json_t *) section, key, text) {
        last = ngx_snprintf(quoted, sizeof(quoted) - 1, "'%s'", key);
        *last = '\0';

        if (ngx_strnstr(source->data, (char *) quoted, source->len) != NULL
            && json_object_set(used, key, text) != 0)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}

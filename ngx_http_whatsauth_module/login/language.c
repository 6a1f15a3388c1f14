
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/header.h"
#include "login/language.h"


static ngx_uint_t ngx_http_whatsauth_language_chosen(ngx_http_request_t *r);
static ngx_uint_t ngx_http_whatsauth_language_of_argument(
    ngx_http_request_t *r, const char *name);
static ngx_uint_t ngx_http_whatsauth_language_of(const ngx_str_t *list,
    char separator);


const char *const  ngx_http_whatsauth_language_files[WHATSAUTH_LANGUAGES_N] = {
#define WHATSAUTH_LANGUAGE(code, direction)  "texts/" #code ".json",
    WHATSAUTH_LANGUAGES(WHATSAUTH_LANGUAGE)
#undef WHATSAUTH_LANGUAGE
};


ngx_uint_t
ngx_http_whatsauth_language_by_code(const whatsauth_text_t *code)
{
    ngx_uint_t  i;

    for (i = 0; i < WHATSAUTH_LANGUAGES_N; i++) {
        if (whatsauth_text_equal(&whatsauth_language_codes[i], code)) {
            break;
        }
    }

    return i;
}


ngx_uint_t
ngx_http_whatsauth_language(ngx_http_request_t *r,
    const ngx_http_whatsauth_app_t *app)
{
    ngx_str_t         accept;
    ngx_uint_t        language;
    whatsauth_text_t  code;

    static const ngx_str_t  name = ngx_string("Accept-Language");

    language = ngx_http_whatsauth_language_chosen(r);

    if (language == WHATSAUTH_LANGUAGES_N
        && ngx_http_whatsauth_header_joined(r, &name, &accept) > 0)
    {
        language = ngx_http_whatsauth_language_of(&accept, ',');
    }

    if (language == WHATSAUTH_LANGUAGES_N) {
        code = ngx_http_whatsauth_text(&app->login.language);
        language = ngx_http_whatsauth_language_by_code(&code);
    }

    return language;
}


u_char *
ngx_http_whatsauth_language_query(ngx_http_request_t *r, u_char *out)
{
    ngx_uint_t               language;
    const whatsauth_text_t  *code;

    language = ngx_http_whatsauth_language_chosen(r);

    if (language == WHATSAUTH_LANGUAGES_N) {
        return out;
    }

    code = &whatsauth_language_codes[language];

    return ngx_slprintf(out, out + NGX_HTTP_WHATSAUTH_LANGUAGE_QUERY_MAX,
                        "?lang=%*s", code->len, code->data);
}


static ngx_uint_t
ngx_http_whatsauth_language_chosen(ngx_http_request_t *r)
{
    ngx_uint_t  language;

    language = ngx_http_whatsauth_language_of_argument(r, "ui_locales");

    return language != WHATSAUTH_LANGUAGES_N
           ? language
           : ngx_http_whatsauth_language_of_argument(r, "lang");
}


static ngx_uint_t
ngx_http_whatsauth_language_of_argument(ngx_http_request_t *r,
    const char *name)
{
    u_char     *src, *dst, *p;
    ngx_str_t   value;

    if (ngx_http_arg(r, (u_char *) name, ngx_strlen(name), &value) != NGX_OK
        || value.len == 0)
    {
        return WHATSAUTH_LANGUAGES_N;
    }

    dst = ngx_pnalloc(r->pool, value.len);
    if (dst == NULL) {
        return WHATSAUTH_LANGUAGES_N;
    }

    src = value.data;
    value.data = dst;
    ngx_unescape_uri(&dst, &src, value.len, 0);
    value.len = dst - value.data;

    for (p = value.data; p < dst; p++) {
        if (*p == '+') {
            *p = ' ';
        }
    }

    return ngx_http_whatsauth_language_of(&value, ' ');
}


static ngx_uint_t
ngx_http_whatsauth_language_of(const ngx_str_t *list, char separator)
{
    size_t            i;
    whatsauth_text_t  text;

    text = ngx_http_whatsauth_text(list);
    i = whatsauth_language_choose(&text, separator,
                                  whatsauth_language_codes,
                                  WHATSAUTH_LANGUAGES_N);

    return i == WHATSAUTH_LANGUAGE_NONE ? WHATSAUTH_LANGUAGES_N : i;
}

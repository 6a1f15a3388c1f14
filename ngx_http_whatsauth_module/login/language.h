
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The languages of the login page: page/texts has a file of each. */


#ifndef _NGX_HTTP_WHATSAUTH_LANGUAGE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LANGUAGE_H_INCLUDED_


#include "kit/app.h"


/* The code, and the direction of its script. */
#define NGX_HTTP_WHATSAUTH_LANGUAGES(X)                                       \
    X(en, "ltr")                                                              \
    X(es, "ltr")                                                              \
    X(pt, "ltr")                                                              \
    X(fr, "ltr")                                                              \
    X(id, "ltr")                                                              \
    X(hi, "ltr")                                                              \
    X(ar, "rtl")                                                              \
    X(he, "rtl")

typedef enum {
#define NGX_HTTP_WHATSAUTH_LANGUAGE(code, direction)                          \
    NGX_HTTP_WHATSAUTH_LANGUAGE_##code,
    NGX_HTTP_WHATSAUTH_LANGUAGES(NGX_HTTP_WHATSAUTH_LANGUAGE)
#undef NGX_HTTP_WHATSAUTH_LANGUAGE
    NGX_HTTP_WHATSAUTH_LANGUAGES_N
} ngx_http_whatsauth_language_t;


typedef struct {
    whatsauth_text_t  code;
    whatsauth_text_t  direction;
    const char       *file;        /* of its texts, below page/ */
} ngx_http_whatsauth_language_info_t;

extern const ngx_http_whatsauth_language_info_t
    ngx_http_whatsauth_languages[NGX_HTTP_WHATSAUTH_LANGUAGES_N];


/* The number of that code, or LANGUAGES_N. */
ngx_uint_t ngx_http_whatsauth_language_by_code(const whatsauth_text_t *code);

/*
 * The language of a response: "ui_locales" of OpenID Connect, "lang" of the
 * page's links, Accept-Language, or that of the app.
 */
ngx_uint_t ngx_http_whatsauth_language(ngx_http_request_t *r,
    const ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_LANGUAGE_H_INCLUDED_ */

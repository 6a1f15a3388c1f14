
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The languages of the login page: page/texts has a file of each. */


#ifndef _NGX_HTTP_WHATSAUTH_LANGUAGE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LANGUAGE_H_INCLUDED_


#include "kit/app.h"

#include "protocol/language.h"


/* The file of the texts of each, below page/. */
extern const char *const
    ngx_http_whatsauth_language_files[WHATSAUTH_LANGUAGES_N];


/* The number of that code, or LANGUAGES_N. */
ngx_uint_t ngx_http_whatsauth_language_by_code(const whatsauth_text_t *code);

/*
 * The language of a response: "ui_locales" of OpenID Connect, "lang" of the
 * page's links, Accept-Language, or that of the app.
 */
ngx_uint_t ngx_http_whatsauth_language(ngx_http_request_t *r,
    const ngx_http_whatsauth_app_t *app);

/*
 * Writes "?lang=he", without a zero, if the query has chosen a language, and
 * returns the end.
 */
#define NGX_HTTP_WHATSAUTH_LANGUAGE_QUERY_MAX  16

u_char *ngx_http_whatsauth_language_query(ngx_http_request_t *r, u_char *out);


#endif /* _NGX_HTTP_WHATSAUTH_LANGUAGE_H_INCLUDED_ */

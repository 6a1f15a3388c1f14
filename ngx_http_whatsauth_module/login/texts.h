
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The words of login page, widget and chat, in each language: those of
 * page/texts, and over them those of the operator's "login_texts".
 */


#ifndef _NGX_HTTP_WHATSAUTH_TEXTS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_TEXTS_H_INCLUDED_


#include <jansson.h>

#include "login/language.h"


typedef struct {
    json_t  *words[WHATSAUTH_LANGUAGES_N];
} ngx_http_whatsauth_texts_t;


/*
 * Reads the texts; file may be empty.  A file is an object of languages, each
 * objects
 * "page", "widget" and "chat", or some of them, with texts by their keys.
 * Returns NULL after an [emerg].  To be freed in any case.
 */
ngx_int_t ngx_http_whatsauth_texts_load(ngx_conf_t *cf, ngx_str_t *file,
    ngx_http_whatsauth_texts_t *texts);
void ngx_http_whatsauth_texts_free(ngx_http_whatsauth_texts_t *texts);

/* A text of the page: data is the object of the language.  0, or -1. */
int ngx_http_whatsauth_texts_page(void *data, const whatsauth_text_t *key,
    whatsauth_text_t *text);

/* The language's name in itself. */
whatsauth_text_t ngx_http_whatsauth_texts_name(const json_t *words);

/*
 * As JSON from malloc() or NULL: for each language the texts whose keys stand
 * in quotes in source.
 */
char *ngx_http_whatsauth_texts_used(const ngx_http_whatsauth_texts_t *texts,
    const ngx_str_t *source);


#endif /* _NGX_HTTP_WHATSAUTH_TEXTS_H_INCLUDED_ */

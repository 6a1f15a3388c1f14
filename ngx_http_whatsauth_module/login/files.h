
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The files beside the page: style, script, widget and the operator's logo. */


#ifndef _NGX_HTTP_WHATSAUTH_FILES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_FILES_H_INCLUDED_


#include "kit/app.h"
#include "login/texts.h"


typedef enum {
    NGX_HTTP_WHATSAUTH_FILE_CSS = 0,
    NGX_HTTP_WHATSAUTH_FILE_JS,
    NGX_HTTP_WHATSAUTH_FILE_WIDGET,
    NGX_HTTP_WHATSAUTH_FILE_LOGO,
    NGX_HTTP_WHATSAUTH_FILES_N
} ngx_http_whatsauth_file_number_t;


typedef struct {
    ngx_str_t    content;
    const char  *type;
    ngx_str_t    etag;           /* in quotes */
    ngx_str_t    url;            /* its path, with the version in the query;
                                    empty: there is no such file */
} ngx_http_whatsauth_file_t;

typedef struct {
    ngx_http_whatsauth_file_t  file[NGX_HTTP_WHATSAUTH_FILES_N];
} ngx_http_whatsauth_files_t;


ngx_int_t ngx_http_whatsauth_files_load(ngx_conf_t *cf,
    ngx_http_whatsauth_app_t *app, const ngx_str_t *prefix,
    const ngx_http_whatsauth_texts_t *texts,
    ngx_http_whatsauth_files_t *files);


#endif /* _NGX_HTTP_WHATSAUTH_FILES_H_INCLUDED_ */

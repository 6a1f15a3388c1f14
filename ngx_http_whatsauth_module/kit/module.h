
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_MODULE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "protocol/text.h"


#if !(NGX_THREADS)
#error ngx_http_whatsauth_module requires nginx built --with-threads
#endif

#if !(NGX_HTTP_SSL)
#error ngx_http_whatsauth_module requires nginx built --with-http_ssl_module
#endif


#define NGX_HTTP_WHATSAUTH_VERSION  "0.1.0"


static ngx_inline whatsauth_text_t
ngx_http_whatsauth_text(const ngx_str_t *str)
{
    whatsauth_text_t  text;

    text.len = str->len;
    text.data = (const char *) str->data;

    return text;
}


extern ngx_module_t  ngx_http_whatsauth_module;

/* A second one, because a module has one place among the filters. */
extern ngx_module_t  ngx_http_whatsauth_filter_module;


#endif /* _NGX_HTTP_WHATSAUTH_MODULE_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The files of page/, which page/embed.sh makes a part of the module. */


#ifndef _NGX_HTTP_WHATSAUTH_EMBEDDED_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_EMBEDDED_H_INCLUDED_


#include "kit/module.h"


typedef struct {
    ngx_str_t  name;       /* below page/ */
    ngx_str_t  content;
} ngx_http_whatsauth_embedded_t;


/* The last row has an empty name. */
extern const ngx_http_whatsauth_embedded_t  ngx_http_whatsauth_embedded[];

/* The content of a file; empty if there is none of that name. */
ngx_str_t ngx_http_whatsauth_embedded_file(const char *name);


#endif /* _NGX_HTTP_WHATSAUTH_EMBEDDED_H_INCLUDED_ */

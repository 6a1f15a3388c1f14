
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "gate/navigation.h"
#include "kit/header.h"


static ngx_uint_t ngx_http_whatsauth_navigation_is(const ngx_str_t *value,
    ngx_uint_t n, const char *word);


ngx_uint_t
ngx_http_whatsauth_navigation(ngx_http_request_t *r)
{
    ngx_str_t   mode, dest, with;
    ngx_uint_t  modes, dests;

    static const ngx_str_t  mode_header = ngx_string("Sec-Fetch-Mode");
    static const ngx_str_t  dest_header = ngx_string("Sec-Fetch-Dest");
    static const ngx_str_t  with_header = ngx_string("X-Requested-With");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return 0;
    }

    modes = ngx_http_whatsauth_header(r, &mode_header, &mode);
    dests = ngx_http_whatsauth_header(r, &dest_header, &dest);

    if (modes || dests) {
        return ngx_http_whatsauth_navigation_is(&mode, modes, "navigate")
               && ngx_http_whatsauth_navigation_is(&dest, dests, "document");
    }

    return ngx_http_whatsauth_header(r, &with_header, &with) == 0
           && ngx_http_whatsauth_header_accepts(r, "text/html");
}


static ngx_uint_t
ngx_http_whatsauth_navigation_is(const ngx_str_t *value, ngx_uint_t n,
    const char *word)
{
    return n == 1
           && value->len == ngx_strlen(word)
           && ngx_strncmp(value->data, word, value->len) == 0;
}

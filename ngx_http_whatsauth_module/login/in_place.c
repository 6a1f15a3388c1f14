
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/in_place.h"

#include "protocol/return_path.h"


ngx_http_whatsauth_in_place_t *
ngx_http_whatsauth_in_place(ngx_http_request_t *r)
{
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);

    return lasting != NULL ? lasting->in_place : NULL;
}


/*
 * A browser reads "//host" as another host, but "/.//host" as that path of this
 * one (url.spec.whatwg.org, "path start state").
 */

ngx_int_t
ngx_http_whatsauth_in_place_path(ngx_http_request_t *r, ngx_str_t *path)
{
    u_char     *p;
    ngx_str_t   asked;

    asked = r->unparsed_uri;

    if (asked.len == 0 || asked.data[0] != '/') {
        ngx_str_set(path, "/");
        return NGX_OK;
    }

    if (asked.len == 1 || (asked.data[1] != '/' && asked.data[1] != '\\')) {
        *path = asked;
        return NGX_OK;
    }

    path->len = asked.len + 2;
    path->data = ngx_pnalloc(r->pool, path->len);

    if (path->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(path->data, "/.", 2);
    ngx_memcpy(p, asked.data, asked.len);

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_in_place_return(ngx_http_request_t *r, ngx_str_t *path)
{
    u_char  *query;

    if (ngx_http_whatsauth_in_place_path(r, path) != NGX_OK) {
        return NGX_ERROR;
    }

    if (path->len <= WHATSAUTH_RETURN_PATH_MAX) {
        return NGX_OK;
    }

    query = ngx_strlchr(path->data, path->data + path->len, '?');

    if (query != NULL) {
        path->len = query - path->data;
    }

    if (path->len > WHATSAUTH_RETURN_PATH_MAX) {
        ngx_str_set(path, "/");
    }

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/public_url.h"
#include "kit/authority.h"


static ngx_int_t ngx_http_whatsauth_public_url_of(ngx_http_request_t *r,
    const ngx_str_t *origin, ngx_str_t *url);
static void ngx_http_whatsauth_public_url_host(ngx_http_request_t *r,
    ngx_str_t *host);


ngx_int_t
ngx_http_whatsauth_public_url(ngx_http_request_t *r, ngx_str_t *url)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    return ngx_http_whatsauth_public_url_of(r, &mcf->public_url, url);
}


ngx_int_t
ngx_http_whatsauth_own_url(ngx_http_request_t *r, ngx_str_t *url)
{
    static const ngx_str_t  none = ngx_null_string;

    return ngx_http_whatsauth_public_url_of(r, &none, url);
}


/* origin may be empty: then it is that of the request. */

static ngx_int_t
ngx_http_whatsauth_public_url_of(ngx_http_request_t *r,
    const ngx_str_t *origin, ngx_str_t *url)
{
    u_char     *p;
    size_t      escapes;
    ngx_str_t   host, path;

    ngx_http_whatsauth_public_url_host(r, &host);
    path = r->uri;

    while (path.len && path.data[path.len - 1] != '/') {
        path.len--;
    }

    /* Escape the characters that a URL cannot hold. */

    escapes = ngx_escape_uri(NULL, path.data, path.len, NGX_ESCAPE_URI);

    url->data = ngx_pnalloc(r->pool, sizeof("https://") + origin->len
                                     + host.len + path.len + 2 * escapes);
    if (url->data == NULL) {
        return NGX_ERROR;
    }

    if (origin->len) {
        p = ngx_cpymem(url->data, origin->data, origin->len);

    } else {
        p = ngx_sprintf(url->data, "%s://%V",
                        r->connection->ssl ? "https" : "http", &host);
    }

    p = (u_char *) ngx_escape_uri(p, path.data, path.len, NGX_ESCAPE_URI);
    url->len = p - url->data;

    return NGX_OK;
}


/* An authority that could not stand in a URL is not echoed. */

static void
ngx_http_whatsauth_public_url_host(ngx_http_request_t *r, ngx_str_t *host)
{
    size_t     i;
    u_char     ch;
    ngx_str_t  authority;

    ngx_str_set(host, "localhost");

    if (!ngx_http_whatsauth_authority(r, &authority)) {
        return;
    }

    for (i = 0; i < authority.len; i++) {
        ch = authority.data[i];

        if (!isalnum(ch) && ch != '.' && ch != '-' && ch != ':' && ch != '['
            && ch != ']' && ch != '_')
        {
            return;
        }
    }

    *host = authority;
}

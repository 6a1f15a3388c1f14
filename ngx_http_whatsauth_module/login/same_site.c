
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/local.h"
#include "kit/authority.h"
#include "kit/conf.h"
#include "kit/header.h"
#include "login/same_site.h"


static ngx_uint_t ngx_http_whatsauth_same_site_fetch(ngx_http_request_t *r,
    ngx_str_t *value);
static ngx_uint_t ngx_http_whatsauth_same_site_origin(ngx_http_request_t *r,
    const ngx_str_t *value);
static ngx_uint_t ngx_http_whatsauth_same_site_host(ngx_http_request_t *r,
    const whatsauth_url_t *origin);


/*
 * A form of a page with "Referrer-Policy: no-referrer", as ours are, has the
 * Origin "null" (fetch.spec.whatwg.org, "append a request Origin header"):
 * with Sec-Fetch-Site that is another site's, and without it nothing is said.
 */

ngx_http_whatsauth_site_t
ngx_http_whatsauth_same_site(ngx_http_request_t *r, ngx_uint_t listed)
{
    ngx_str_t   fetch, origin;
    ngx_uint_t  fetches, origins, null;

    static const ngx_str_t  origin_header = ngx_string("Origin");

    fetches = ngx_http_whatsauth_same_site_fetch(r, &fetch);
    origins = ngx_http_whatsauth_header(r, &origin_header, &origin);

    if (fetches == 1 && fetch.len == sizeof("same-origin") - 1
        && ngx_strncmp(fetch.data, "same-origin", fetch.len) == 0)
    {
        return NGX_HTTP_WHATSAUTH_SITE_OWN;
    }

    null = origin.len == 4 && ngx_strncmp(origin.data, "null", 4) == 0;

    if (fetches == 0 && (origins == 0 || (origins == 1 && null))) {
        return NGX_HTTP_WHATSAUTH_SITE_SILENT;
    }

    if (origins == 1 && ngx_http_whatsauth_same_site_origin(r, &origin)) {
        return NGX_HTTP_WHATSAUTH_SITE_OWN;
    }

    return listed ? NGX_HTTP_WHATSAUTH_SITE_LISTED
                  : NGX_HTTP_WHATSAUTH_SITE_OTHER;
}


static ngx_uint_t
ngx_http_whatsauth_same_site_fetch(ngx_http_request_t *r, ngx_str_t *value)
{
    static const ngx_str_t  header = ngx_string("Sec-Fetch-Site");

    return ngx_http_whatsauth_header(r, &header, value);
}


static ngx_uint_t
ngx_http_whatsauth_same_site_origin(ngx_http_request_t *r,
    const ngx_str_t *value)
{
    whatsauth_url_t                  origin, url;
    whatsauth_text_t                 text;
    ngx_http_whatsauth_main_conf_t  *mcf;

    text = ngx_http_whatsauth_text(value);

    if (!whatsauth_url_origin(&text, &origin)) {
        return 0;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    text = ngx_http_whatsauth_text(&mcf->public_url);

    if (text.len
        && whatsauth_url_origin(&text, &url)
        && whatsauth_url_same_origin(&url, &origin))
    {
        return 1;
    }

    return ngx_http_whatsauth_same_site_host(r, &origin);
}


/*
 * Without TLS here a front proxy has ended it.  A page of plain http, which
 * whoever is on the way can make, is another site's, but for loopback: a
 * browser takes our cookies nowhere else without TLS.
 */

static ngx_uint_t
ngx_http_whatsauth_same_site_host(ngx_http_request_t *r,
    const whatsauth_url_t *origin)
{
    ngx_str_t         host, own;
    ngx_uint_t        https;
    whatsauth_url_t   url;
    whatsauth_text_t  text;

    if (!ngx_http_whatsauth_authority(r, &host)) {
        return 0;
    }

    https = !ngx_http_whatsauth_local(r) || origin->https;

    own.data = ngx_pnalloc(r->pool, sizeof("https://") + host.len);
    if (own.data == NULL) {
        return 0;
    }

    own.len = ngx_sprintf(own.data, "%s://%V", https ? "https" : "http", &host)
              - own.data;
    text = ngx_http_whatsauth_text(&own);

    return whatsauth_url_origin(&text, &url)
           && whatsauth_url_same_origin(&url, origin);
}

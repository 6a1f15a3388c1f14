
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "gate/cut.h"
#include "kit/cookies.h"
#include "kit/header_list.h"
#include "kit/lasting.h"
#include "login/cookie_jar.h"

#include "protocol/cookie.h"


typedef struct {
    ngx_http_whatsauth_main_conf_t  *mcf;
    const ngx_http_whatsauth_app_t  *app;    /* to be compared first */
} ngx_http_whatsauth_cut_apps_t;


static ngx_int_t ngx_http_whatsauth_cut_header(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps, ngx_table_elt_t *h);
static ngx_int_t ngx_http_whatsauth_cut_keep(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps);
static int ngx_http_whatsauth_cut_is_ours(const void *data,
    const whatsauth_text_t *name);
static ngx_int_t ngx_http_whatsauth_cut_headers(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps);


ngx_int_t
ngx_http_whatsauth_cut_init(ngx_conf_t *cf)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    static ngx_str_t  name = ngx_string("http_cookie");

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    mcf->cookie_variable = ngx_http_get_variable_index(cf, &name);

    return mcf->cookie_variable == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_cut(ngx_http_request_t *r,
    const ngx_http_whatsauth_app_t *app)
{
    ngx_http_whatsauth_lasting_t   *lasting;
    ngx_http_whatsauth_cut_apps_t   apps;

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting != NULL && lasting->cut) {
        return NGX_OK;
    }

    apps.mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);
    apps.app = app;

    /* On an error the gate of an "error_page" cuts what is left of them. */

    if (ngx_http_whatsauth_cut_headers(r, &apps) != NGX_OK) {
        return NGX_ERROR;
    }

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting != NULL && lasting->cookies != NULL) {
        lasting->cut = 1;
    }

    return NGX_OK;
}


/* NGX_DECLINED: nothing is left of the header. */

static ngx_int_t
ngx_http_whatsauth_cut_header(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps, ngx_table_elt_t *h)
{
    char              *p;
    size_t             len, cut;
    whatsauth_text_t   header;

    header = ngx_http_whatsauth_text(&h->value);
    len = whatsauth_cookie_cut(&header, ngx_http_whatsauth_cut_is_ours, apps,
                               NULL, &cut);

    if (cut == 0) {
        return NGX_OK;
    }

    if (ngx_http_whatsauth_cut_keep(r, apps) != NGX_OK) {
        return NGX_ERROR;
    }

    if (len == 0) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    (void) whatsauth_cookie_cut(&header, ngx_http_whatsauth_cut_is_ours, apps,
                                p, &cut);

    /* nginx ends the values of headers with a zero, too. */
    p[len] = '\0';

    h->value.data = (u_char *) p;
    h->value.len = len;

    return NGX_OK;
}


/* Keeps the headers as they came, before the first of them changes. */

static ngx_int_t
ngx_http_whatsauth_cut_keep(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps)
{
    ngx_str_t                     *kept;
    ngx_uint_t                     n;
    whatsauth_text_t               header;
    ngx_http_whatsauth_cookies_t   cookies;
    ngx_http_whatsauth_lasting_t  *lasting;

    /* A "rewrite" or "if" may have had the value, which nginx keeps. */

    r->variables[apps->mcf->cookie_variable].valid = 0;
    r->variables[apps->mcf->cookie_variable].not_found = 0;

    lasting = ngx_http_whatsauth_lasting_create(r);

    if (lasting == NULL) {
        return NGX_ERROR;
    }

    if (lasting->cookies != NULL) {
        return NGX_OK;
    }

    ngx_http_whatsauth_cookies(r, &cookies);

    for (n = 0; ngx_http_whatsauth_cookies_next(&cookies, &header); n++) {
        /* void */
    }

    kept = ngx_palloc(r->pool, n * sizeof(ngx_str_t));

    if (kept == NULL) {
        return NGX_ERROR;
    }

    ngx_http_whatsauth_cookies(r, &cookies);

    for (n = 0; ngx_http_whatsauth_cookies_next(&cookies, &header); n++) {
        kept[n].data = (u_char *) header.data;
        kept[n].len = header.len;
    }

    lasting->cookies = kept;
    lasting->cookies_n = n;

    return NGX_OK;
}


static int
ngx_http_whatsauth_cut_is_ours(const void *data, const whatsauth_text_t *name)
{
    const ngx_http_whatsauth_cut_apps_t *apps = data;

    return ngx_http_whatsauth_cookie_jar_is_ours(apps->mcf, apps->app, name);
}


#if (nginx_version >= 1023000)

static ngx_int_t
ngx_http_whatsauth_cut_headers(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps)
{
    ngx_int_t          rc;
    ngx_table_elt_t   *h, **link;

    link = &r->headers_in.cookie;

    while (*link != NULL) {
        h = *link;
        rc = ngx_http_whatsauth_cut_header(r, apps, h);

        if (rc == NGX_OK) {
            link = &h->next;
            continue;
        }

        if (rc != NGX_DECLINED
            || ngx_http_whatsauth_header_list_remove(&r->headers_in.headers, h)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        *link = h->next;
    }

    return NGX_OK;
}

#else

static ngx_int_t
ngx_http_whatsauth_cut_headers(ngx_http_request_t *r,
    const ngx_http_whatsauth_cut_apps_t *apps)
{
    ngx_int_t          rc;
    ngx_uint_t         i, n;
    ngx_table_elt_t  **cookies;

    cookies = r->headers_in.cookies.elts;
    n = 0;

    for (i = 0; i < r->headers_in.cookies.nelts; i++) {
        rc = ngx_http_whatsauth_cut_header(r, apps, cookies[i]);

        if (rc == NGX_DECLINED) {
            rc = ngx_http_whatsauth_header_list_remove(&r->headers_in.headers,
                                                       cookies[i]);
        } else {
            cookies[n++] = cookies[i];
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    r->headers_in.cookies.nelts = n;

    return NGX_OK;
}

#endif

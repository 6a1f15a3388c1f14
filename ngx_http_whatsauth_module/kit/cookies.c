
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/cookies.h"
#include "kit/lasting.h"


static void ngx_http_whatsauth_cookies_first(ngx_http_request_t *r,
    ngx_http_whatsauth_cookies_t *cookies);
static ngx_table_elt_t *ngx_http_whatsauth_cookies_header(
    ngx_http_whatsauth_cookies_t *cookies);


void
ngx_http_whatsauth_cookies(ngx_http_request_t *r,
    ngx_http_whatsauth_cookies_t *cookies)
{
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting != NULL && lasting->cookies != NULL) {
        cookies->kept = lasting->cookies;
        cookies->left = lasting->cookies_n;
        return;
    }

    cookies->kept = NULL;
    ngx_http_whatsauth_cookies_first(r, cookies);
}


ngx_uint_t
ngx_http_whatsauth_cookies_next(ngx_http_whatsauth_cookies_t *cookies,
    whatsauth_text_t *header)
{
    ngx_table_elt_t  *h;

    if (cookies->kept != NULL) {

        if (cookies->left == 0) {
            return 0;
        }

        cookies->left--;
        *header = ngx_http_whatsauth_text(cookies->kept++);
        return 1;
    }

    h = ngx_http_whatsauth_cookies_header(cookies);

    if (h == NULL) {
        return 0;
    }

    *header = ngx_http_whatsauth_text(&h->value);
    return 1;
}


#if (nginx_version >= 1023000)

static void
ngx_http_whatsauth_cookies_first(ngx_http_request_t *r,
    ngx_http_whatsauth_cookies_t *cookies)
{
    cookies->header = r->headers_in.cookie;
}


static ngx_table_elt_t *
ngx_http_whatsauth_cookies_header(ngx_http_whatsauth_cookies_t *cookies)
{
    ngx_table_elt_t  *h;

    h = cookies->header;

    if (h != NULL) {
        cookies->header = h->next;
    }

    return h;
}

#else

static void
ngx_http_whatsauth_cookies_first(ngx_http_request_t *r,
    ngx_http_whatsauth_cookies_t *cookies)
{
    cookies->header = r->headers_in.cookies.elts;
    cookies->left = r->headers_in.cookies.nelts;
}


static ngx_table_elt_t *
ngx_http_whatsauth_cookies_header(ngx_http_whatsauth_cookies_t *cookies)
{
    if (cookies->left == 0) {
        return NULL;
    }

    cookies->left--;

    return *cookies->header++;
}

#endif


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/cookies.h"
#include "kit/lasting.h"


static ngx_table_elt_t *ngx_http_whatsauth_cookies_header(
    ngx_http_request_t *r, ngx_uint_t number);


ngx_uint_t
ngx_http_whatsauth_cookies(ngx_http_request_t *r, ngx_uint_t number,
    whatsauth_text_t *header)
{
    ngx_table_elt_t               *h;
    ngx_http_whatsauth_lasting_t  *lasting;

    lasting = ngx_http_whatsauth_lasting(r);

    if (lasting != NULL && lasting->cookies != NULL) {

        if (number >= lasting->cookies_n) {
            return 0;
        }

        *header = ngx_http_whatsauth_text(&lasting->cookies[number]);
        return 1;
    }

    h = ngx_http_whatsauth_cookies_header(r, number);

    if (h == NULL) {
        return 0;
    }

    *header = ngx_http_whatsauth_text(&h->value);
    return 1;
}


#if (nginx_version >= 1023000)

static ngx_table_elt_t *
ngx_http_whatsauth_cookies_header(ngx_http_request_t *r, ngx_uint_t number)
{
    ngx_table_elt_t  *h;

    for (h = r->headers_in.cookie; h != NULL && number; h = h->next) {
        number--;
    }

    return h;
}

#else

static ngx_table_elt_t *
ngx_http_whatsauth_cookies_header(ngx_http_request_t *r, ngx_uint_t number)
{
    ngx_table_elt_t  **cookies;

    cookies = r->headers_in.cookies.elts;

    return number < r->headers_in.cookies.nelts ? cookies[number] : NULL;
}

#endif

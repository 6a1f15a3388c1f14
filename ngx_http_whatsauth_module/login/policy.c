
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/public_url.h"
#include "kit/response.h"
#include "login/policy.h"


static ngx_int_t ngx_http_whatsauth_policy_content(ngx_http_request_t *r,
    ngx_uint_t frames, ngx_str_t *policy);
static u_char *ngx_http_whatsauth_policy_file(u_char *p, const ngx_str_t *url,
    const char *file);


ngx_int_t
ngx_http_whatsauth_policy(ngx_http_request_t *r, ngx_uint_t frames)
{
    ngx_str_t  policy;

    if (ngx_http_whatsauth_policy_content(r, frames, &policy) != NGX_OK
        || ngx_http_whatsauth_response_header(r, "Content-Security-Policy",
                                              &policy) != NGX_OK
        || ngx_http_whatsauth_response_literal(r, "Referrer-Policy",
                                               "no-referrer") != NGX_OK
        || ngx_http_whatsauth_response_literal(r, "X-Content-Type-Options",
                                               "nosniff") != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_response_literal(r, "Cross-Origin-Opener-Policy",
                                               "same-origin");
}


/*
 * 'self' would also allow scripts that somebody has uploaded to this host, so
 * our two files are named: by the host that the browser has asked for, and by
 * the public one, which a front proxy may have replaced by another.
 * 'unsafe-inline' is nowhere: markup that slips in runs nothing.
 */

static ngx_int_t
ngx_http_whatsauth_policy_content(ngx_http_request_t *r, ngx_uint_t frames,
    ngx_str_t *policy)
{
    u_char      *p;
    ngx_str_t    own, public;
    ngx_uint_t   same;

    if (ngx_http_whatsauth_own_url(r, &own) != NGX_OK
        || ngx_http_whatsauth_public_url(r, &public) != NGX_OK)
    {
        return NGX_ERROR;
    }

    policy->data = ngx_pnalloc(r->pool, 300 + 2 * (own.len + public.len));
    if (policy->data == NULL) {
        return NGX_ERROR;
    }

    same = own.len == public.len
           && ngx_memcmp(own.data, public.data, own.len) == 0;

    p = ngx_sprintf(policy->data, "default-src 'none'; script-src");
    p = ngx_http_whatsauth_policy_file(p, &own, "page.js");
    p = same ? p : ngx_http_whatsauth_policy_file(p, &public, "page.js");

    p = ngx_sprintf(p, "; style-src");
    p = ngx_http_whatsauth_policy_file(p, &own, "page.css");
    p = same ? p : ngx_http_whatsauth_policy_file(p, &public, "page.css");

    p = ngx_sprintf(p, "; connect-src 'self'; img-src 'self'; "
                       "frame-src 'self'; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors '%s'",
                    frames ? "self" : "none");

    policy->len = p - policy->data;

    return NGX_OK;
}


/*
 * A policy has no form for the address of IPv6 (CSP Level 3, 2.3.1): browsers
 * would refuse the file, and then the page has neither style nor script.
 */

static u_char *
ngx_http_whatsauth_policy_file(u_char *p, const ngx_str_t *url,
    const char *file)
{
    if (ngx_strlchr(url->data, url->data + url->len, '[') != NULL) {
        return ngx_sprintf(p, " 'self'");
    }

    return ngx_sprintf(p, " %V%s", url, file);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/public_url.h"
#include "kit/response.h"
#include "login/policy.h"


static ngx_int_t ngx_http_whatsauth_policy_content(ngx_http_request_t *r,
    ngx_uint_t frames, ngx_str_t *policy);


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
    ngx_str_t  own, public;

    if (ngx_http_whatsauth_own_url(r, &own) != NGX_OK
        || ngx_http_whatsauth_public_url(r, &public) != NGX_OK)
    {
        return NGX_ERROR;
    }

    policy->data = ngx_pnalloc(r->pool, 300 + 2 * (own.len + public.len));
    if (policy->data == NULL) {
        return NGX_ERROR;
    }

    if (own.len == public.len
        && ngx_memcmp(own.data, public.data, own.len) == 0)
    {
        policy->len = ngx_sprintf(policy->data,
                          "default-src 'none'; script-src %Vpage.js; "
                          "style-src %Vpage.css; ", &own, &own)
                      - policy->data;

    } else {
        policy->len = ngx_sprintf(policy->data,
                          "default-src 'none'; "
                          "script-src %Vpage.js %Vpage.js; "
                          "style-src %Vpage.css %Vpage.css; ",
                          &own, &public, &own, &public)
                      - policy->data;
    }

    policy->len = ngx_sprintf(policy->data + policy->len,
                      "connect-src 'self'; img-src 'self'; frame-src 'self'; "
                      "form-action 'self'; base-uri 'none'; "
                      "frame-ancestors '%s'", frames ? "self" : "none")
                  - policy->data;

    return NGX_OK;
}

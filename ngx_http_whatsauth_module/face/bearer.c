
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/bearer.h"
#include "kit/problem.h"
#include "kit/secret.h"


ngx_int_t
ngx_http_whatsauth_bearer_token(ngx_http_request_t *r, whatsauth_text_t *token)
{
    u_char           *p, *last;
    ngx_table_elt_t  *h;

    h = r->headers_in.authorization;

    if (h == NULL
        || h->value.len < sizeof("Bearer ") - 1
        || ngx_strncasecmp(h->value.data, (u_char *) "Bearer ",
                           sizeof("Bearer ") - 1) != 0)
    {
        return NGX_DECLINED;
    }

    p = h->value.data + sizeof("Bearer ") - 1;
    last = h->value.data + h->value.len;

    while (p < last && *p == ' ') {
        p++;
    }

    token->data = (const char *) p;
    token->len = last - p;

    return p == last ? NGX_DECLINED : NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_bearer(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t **app, ngx_uint_t *page)
{
    whatsauth_text_t                 token;
    ngx_http_whatsauth_main_conf_t  *mcf;

    *app = NULL;

    if (ngx_http_whatsauth_bearer_token(r, &token) != NGX_OK) {
        return NGX_OK;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_whatsauth_module);

    return ngx_http_whatsauth_bearer_app(mcf, &token, app, page);
}


ngx_int_t
ngx_http_whatsauth_bearer_problem(ngx_http_request_t *r)
{
    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_INVALID_TOKEN,
                                      "Authorization: Bearer with an app's "
                                      "token is needed");
}


ngx_int_t
ngx_http_whatsauth_bearer_app(ngx_http_whatsauth_main_conf_t *mcf,
    const whatsauth_text_t *token, ngx_http_whatsauth_app_t **app,
    ngx_uint_t *page)
{
    ngx_uint_t                     i;
    ngx_http_whatsauth_app_t     **apps;
    ngx_http_whatsauth_digest_t    digest;

    *app = NULL;

    if (whatsauth_sha256(token->data, token->len, digest.sha256) != 0) {
        return NGX_ERROR;
    }

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (ngx_http_whatsauth_secret_among(&apps[i]->access.tokens, &digest)) {
            *app = apps[i];
        }

        if (page != NULL
            && ngx_http_whatsauth_secret_among(&apps[i]->access.page_tokens,
                                               &digest))
        {
            *app = apps[i];
            *page = 1;
        }
    }

    return NGX_OK;
}

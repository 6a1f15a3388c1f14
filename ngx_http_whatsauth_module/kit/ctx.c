
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/ctx.h"


ngx_http_whatsauth_ctx_t *
ngx_http_whatsauth_ctx(ngx_http_request_t *r)
{
    ngx_http_whatsauth_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_whatsauth_module);

    if (ctx == NULL) {
        ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_ctx_t));
        if (ctx == NULL) {
            return NULL;
        }

        ngx_http_set_ctx(r, ctx, ngx_http_whatsauth_module);
    }

    return ctx;
}

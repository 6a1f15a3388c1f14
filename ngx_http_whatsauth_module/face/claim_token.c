
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/bearer.h"
#include "face/claim_token.h"
#include "kit/problem.h"


ngx_int_t
ngx_http_whatsauth_claim_token(const whatsauth_text_t *text,
    whatsauth_token_t *claim)
{
    int                 rc;
    size_t              prefix;
    whatsauth_codec_t  *codec;

    codec = ngx_http_whatsauth_door_codec();
    if (codec == NULL) {
        return NGX_ERROR;
    }

    prefix = sizeof(NGX_HTTP_WHATSAUTH_CLAIM_PREFIX) - 1;

    if (text->len < prefix
        || ngx_memcmp(text->data, NGX_HTTP_WHATSAUTH_CLAIM_PREFIX, prefix)
           != 0)
    {
        return NGX_DECLINED;
    }

    rc = whatsauth_token_parse(codec, text->data + prefix, text->len - prefix,
                               claim);
    if (rc == -1) {
        return NGX_ERROR;
    }

    return rc == 0 && claim->kind == WHATSAUTH_TOKEN_CLAIM ? NGX_OK
                                                           : NGX_DECLINED;
}


ngx_int_t
ngx_http_whatsauth_claim_bearer(ngx_http_request_t *r,
    whatsauth_token_t *claim)
{
    whatsauth_text_t  text;

    if (ngx_http_whatsauth_bearer_token(r, &text) != NGX_OK) {
        return NGX_DECLINED;
    }

    return ngx_http_whatsauth_claim_token(&text, claim);
}


ngx_int_t
ngx_http_whatsauth_claim_problem(ngx_http_request_t *r, ngx_int_t rc)
{
    if (rc == NGX_ERROR) {
        return ngx_http_whatsauth_problem(r,
                                        NGX_HTTP_WHATSAUTH_STORE_UNAVAILABLE,
                                        "the claim cannot be read");
    }

    return ngx_http_whatsauth_problem(r, NGX_HTTP_WHATSAUTH_INVALID_CLAIM,
                                      "there is no such claim");
}

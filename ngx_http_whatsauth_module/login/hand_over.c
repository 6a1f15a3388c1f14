
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/claim_token.h"
#include "kit/response.h"
#include "login/cookie_jar.h"
#include "login/hand_over.h"


/* The cookie takes the place of a spoilt one: to clear that would clear it. */

ngx_int_t
ngx_http_whatsauth_hand_over(ngx_http_whatsauth_visit_t *visit,
    const whatsauth_token_t *claim, const ngx_str_t *text)
{
    ngx_str_t  value;

    if (visit->cookies) {
        visit->spoilt = 0;

        return ngx_http_whatsauth_cookie_jar_set(visit->request, visit->app,
                                             NGX_HTTP_WHATSAUTH_COOKIE_CLAIM,
                                             claim, 0);
    }

    value.data = ngx_pnalloc(visit->request->pool,
                             sizeof(NGX_HTTP_WHATSAUTH_CLAIM_PREFIX)
                             + text->len);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, NGX_HTTP_WHATSAUTH_CLAIM_PREFIX "%V",
                            text)
                - value.data;

    return ngx_http_whatsauth_response_header(visit->request,
                                              "whatsauth-claim", &value);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/app.h"


/*
 * Trusted are the operator's own URL with any query, each URL below an
 * authorized one and, if the app is open to the public, each https URL whose
 * host TLS can verify.
 */

ngx_http_whatsauth_trust_t
ngx_http_whatsauth_app_trusts(ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    ngx_uint_t        i;
    whatsauth_url_t  *prefix;

    if (app->callback.url.len
        && whatsauth_url_equal_but_query(&app->callback.parsed, url))
    {
        return NGX_HTTP_WHATSAUTH_CALLBACK_DECLARED;
    }

    prefix = app->callback.authorized.elts;

    for (i = 0; i < app->callback.authorized.nelts; i++) {
        if (whatsauth_url_within(&prefix[i], url)) {
            return NGX_HTTP_WHATSAUTH_CALLBACK_DECLARED;
        }
    }

    if (app->callback.to_public
        && url->https && url->default_port && !url->ip)
    {
        return NGX_HTTP_WHATSAUTH_CALLBACK_PUBLIC;
    }

    return NGX_HTTP_WHATSAUTH_CALLBACK_REFUSED;
}

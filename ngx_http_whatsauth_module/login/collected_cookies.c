
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/collected_cookies.h"
#include "login/cookie_jar.h"


/* A known browser is known for so long. */
#define NGX_HTTP_WHATSAUTH_COLLECTED_COOKIES_KNOWN  (180 * 24 * 60 * 60)


ngx_int_t
ngx_http_whatsauth_collected_cookies(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_collected_t *collected)
{
    time_t  age;

    age = app->session.persist ? (time_t) (app->session.absolute / 1000) : 0;

    if (ngx_http_whatsauth_cookie_jar_set(r, app,
                                          NGX_HTTP_WHATSAUTH_COOKIE_SESSION,
                                          &collected->session, age)
        != NGX_OK
        || ngx_http_whatsauth_cookie_jar_clear(r, app,
                                          NGX_HTTP_WHATSAUTH_COOKIE_CLAIM)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!collected->marked) {
        return NGX_OK;
    }

    return ngx_http_whatsauth_cookie_jar_set(r, app,
                                NGX_HTTP_WHATSAUTH_COOKIE_KNOWN,
                                &collected->known,
                                NGX_HTTP_WHATSAUTH_COLLECTED_COOKIES_KNOWN);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/page_token.h"


/* Apps that a worker reports, once each. */
#define NGX_HTTP_WHATSAUTH_PAGE_TOKEN_REPORTED  64


static void ngx_http_whatsauth_page_token_report(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app);


/*
 * Browsers name the page in Origin and let no script change it.  Somebody who
 * copies the token out of the page can send any Origin: he gets no more than
 * the little that a page token may do.
 */

ngx_uint_t
ngx_http_whatsauth_page_token_admits(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app, ngx_uint_t page, ngx_uint_t listed)
{
    if (page) {
        return listed;
    }

    if (listed) {
        ngx_http_whatsauth_page_token_report(r, app);
    }

    return 1;
}


static void
ngx_http_whatsauth_page_token_report(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app)
{
    static ngx_uint_t                 n;
    static ngx_http_whatsauth_app_t
                          *reported[NGX_HTTP_WHATSAUTH_PAGE_TOKEN_REPORTED];

    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (reported[i] == app) {
            return;
        }
    }

    if (n == NGX_HTTP_WHATSAUTH_PAGE_TOKEN_REPORTED) {
        return;
    }

    reported[n++] = app;

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "whatsauth: a page of app \"%V\" uses a \"token\": its "
                  "visitors can send texts in your name and read results, "
                  "use a \"page_token\" there", &app->name);
}

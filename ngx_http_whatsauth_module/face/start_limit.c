
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/start_limit.h"
#include "kit/client.h"
#include "kit/limit.h"


static void ngx_http_whatsauth_start_limit_quotas(
    ngx_http_whatsauth_quota_t *quotas, ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_client_t *client, size_t shorter,
    ngx_uint_t times);


/*
 * One client may own an IPv6 network of 56 or 48 bits, that is 256 or 65536
 * networks of 64 bits.  So these are counted, too; their limits are higher,
 * because many clients may share one.
 */

time_t
ngx_http_whatsauth_start_limit_wait(ngx_http_request_t *r,
    ngx_http_whatsauth_app_t *app)
{
    ngx_uint_t                   i, n;
    ngx_http_whatsauth_quota_t   quotas[NGX_HTTP_WHATSAUTH_QUOTAS_MAX];
    ngx_http_whatsauth_client_t  client;

    static const struct {
        size_t      shorter;      /* bytes left out of the address */
        ngx_uint_t  times;
    } networks[] = {
        { 0, 1 },
        { 1, 4 },                 /* 56 bits: a customer */
        { 2, 16 }                 /* 48 bits: a site */
    };

    if (app->limits.start_minute == 0) {
        return 0;
    }

    ngx_http_whatsauth_client(r, &client);

    n = client.len == NGX_HTTP_WHATSAUTH_CLIENT_LEN ? 3 : 1;

    for (i = 0; i < n; i++) {
        ngx_http_whatsauth_start_limit_quotas(&quotas[2 * i], app, &client,
                                              networks[i].shorter,
                                              networks[i].times);
    }

    return ngx_http_whatsauth_limit(app, quotas, 2 * n);
}


/* Networks have tables of their own: they must not fill those of clients. */

static void
ngx_http_whatsauth_start_limit_quotas(ngx_http_whatsauth_quota_t *quotas,
    ngx_http_whatsauth_app_t *app, const ngx_http_whatsauth_client_t *client,
    size_t shorter, ngx_uint_t times)
{
    ngx_uint_t  i;

    ngx_memzero(quotas, 2 * sizeof(ngx_http_whatsauth_quota_t));

    quotas[0].what = shorter ? NGX_HTTP_WHATSAUTH_LIMIT_NETWORK_MINUTE
                             : NGX_HTTP_WHATSAUTH_LIMIT_START_MINUTE;
    quotas[0].each = app->limits.start_minute * times;
    quotas[1].what = shorter ? NGX_HTTP_WHATSAUTH_LIMIT_NETWORK_HOUR
                             : NGX_HTTP_WHATSAUTH_LIMIT_START_HOUR;
    quotas[1].each = app->limits.start_hour * times;

    for (i = 0; i < 2; i++) {
        quotas[i].each = ngx_min(quotas[i].each, NGX_HTTP_WHATSAUTH_LIMIT_MAX);
        quotas[i].key = client->data;
        quotas[i].len = client->len - shorter;
    }
}

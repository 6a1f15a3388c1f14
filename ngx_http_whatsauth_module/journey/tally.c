
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/tally.h"


#define NGX_HTTP_WHATSAUTH_TALLY_BUCKETS  256


static ngx_uint_t ngx_http_whatsauth_tally_bucket(const ngx_str_t *app,
    const ngx_str_t *host);
static ngx_http_whatsauth_tally_t *ngx_http_whatsauth_tally_find(
    ngx_http_whatsauth_tally_t *tally, const ngx_str_t *app,
    const ngx_str_t *host, in_port_t port);
static ngx_http_whatsauth_tally_t *ngx_http_whatsauth_tally_create(
    const ngx_str_t *app, const ngx_str_t *host, in_port_t port);


static ngx_http_whatsauth_tally_t
    *ngx_http_whatsauth_tallies[NGX_HTTP_WHATSAUTH_TALLY_BUCKETS];


ngx_http_whatsauth_tally_t *
ngx_http_whatsauth_tally(const ngx_str_t *app, const ngx_str_t *host,
    in_port_t port)
{
    ngx_uint_t                   bucket;
    ngx_http_whatsauth_tally_t  *tally;

    bucket = ngx_http_whatsauth_tally_bucket(app, host);

    tally = ngx_http_whatsauth_tally_find(ngx_http_whatsauth_tallies[bucket],
                                          app, host, port);
    if (tally != NULL) {
        return tally;
    }

    tally = ngx_http_whatsauth_tally_create(app, host, port);
    if (tally == NULL) {
        return NULL;
    }

    tally->bucket = bucket;
    tally->next = ngx_http_whatsauth_tallies[bucket];
    ngx_http_whatsauth_tallies[bucket] = tally;

    return tally;
}


static ngx_uint_t
ngx_http_whatsauth_tally_bucket(const ngx_str_t *app, const ngx_str_t *host)
{
    return (ngx_hash_key(app->data, app->len)
            + ngx_hash_key_lc(host->data, host->len))
           % NGX_HTTP_WHATSAUTH_TALLY_BUCKETS;
}


/* An app is its name to the letter; a host's name may be in any case. */

static ngx_http_whatsauth_tally_t *
ngx_http_whatsauth_tally_find(ngx_http_whatsauth_tally_t *tally,
    const ngx_str_t *app, const ngx_str_t *host, in_port_t port)
{
    for ( /* void */ ; tally != NULL; tally = tally->next) {
        if (tally->port == port
            && tally->app_len == app->len
            && tally->host_len == host->len
            && ngx_memcmp(tally->name, app->data, app->len) == 0
            && ngx_strncasecmp(tally->name + app->len, host->data, host->len)
               == 0)
        {
            return tally;
        }
    }

    return NULL;
}


static ngx_http_whatsauth_tally_t *
ngx_http_whatsauth_tally_create(const ngx_str_t *app, const ngx_str_t *host,
    in_port_t port)
{
    ngx_http_whatsauth_tally_t  *tally;

    tally = ngx_calloc(sizeof(ngx_http_whatsauth_tally_t) + app->len
                       + host->len, ngx_cycle->log);
    if (tally == NULL) {
        return NULL;
    }

    tally->port = port;
    tally->app_len = app->len;
    tally->host_len = host->len;
    ngx_memcpy(tally->name, app->data, app->len);
    ngx_strlow(tally->name + app->len, host->data, host->len);

    return tally;
}


void
ngx_http_whatsauth_tally_add(ngx_http_whatsauth_tally_t *tally, ngx_int_t n,
    ngx_uint_t expired)
{
    ngx_http_whatsauth_tally_t  **p;

    tally->taken += n;
    tally->expired += expired ? n : 0;

    if (tally->taken) {
        return;
    }

    p = &ngx_http_whatsauth_tallies[tally->bucket];

    while (*p != tally) {
        p = &(*p)->next;
    }

    *p = tally->next;
    ngx_free(tally);
}

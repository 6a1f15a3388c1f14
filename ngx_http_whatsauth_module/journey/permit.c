
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/permit.h"


static ngx_int_t ngx_http_whatsauth_permit_find(
    ngx_http_whatsauth_permit_t *permit, ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *url);
static ngx_uint_t ngx_http_whatsauth_permit_is_free(
    const ngx_http_whatsauth_permit_t *permit,
    const ngx_http_whatsauth_callback_conf_t *conf);
static ngx_uint_t ngx_http_whatsauth_permit_is_fair(
    const ngx_http_whatsauth_permit_t *permit,
    const ngx_http_whatsauth_callback_conf_t *conf);
static ngx_uint_t ngx_http_whatsauth_permit_expired_max(
    const ngx_http_whatsauth_callback_conf_t *conf);
static void ngx_http_whatsauth_permit_count(
    ngx_http_whatsauth_permit_t *permit, ngx_int_t n);


/* In this worker. */
static ngx_uint_t  ngx_http_whatsauth_permits_taken;


ngx_int_t
ngx_http_whatsauth_permit_take(ngx_http_whatsauth_permit_t *permit,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url, ngx_uint_t expired)
{
    ngx_memzero(permit, sizeof(ngx_http_whatsauth_permit_t));
    permit->expired = expired;

    if (ngx_http_whatsauth_permits_taken >= mcf->callback.inflight) {
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_permit_find(permit, mcf, app, url) != NGX_OK
        || !ngx_http_whatsauth_permit_is_free(permit, &mcf->callback)
        || !ngx_http_whatsauth_permit_is_fair(permit, &mcf->callback))
    {
        /* Frees the tallies that were created for nothing. */

        ngx_http_whatsauth_permit_count(permit, 0);
        return NGX_DECLINED;
    }

    ngx_http_whatsauth_permit_count(permit, 1);

    return NGX_OK;
}


void
ngx_http_whatsauth_permit_give(ngx_http_whatsauth_permit_t *permit)
{
    ngx_http_whatsauth_permit_count(permit, -1);
}


static ngx_int_t
ngx_http_whatsauth_permit_find(ngx_http_whatsauth_permit_t *permit,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    ngx_str_t  host;

    static const ngx_str_t  none = ngx_string("");

    host.data = (u_char *) url->host.data;
    host.len = url->host.len;

    permit->host = ngx_http_whatsauth_tally(&none, &host, url->port);

    if (permit->host == NULL) {
        return NGX_ERROR;
    }

    if (app == NULL || mcf->apps.nelts == 1) {
        return NGX_OK;
    }

    permit->app = ngx_http_whatsauth_tally(&app->name, &none, 0);
    permit->app_host = ngx_http_whatsauth_tally(&app->name, &host, url->port);

    return permit->app != NULL && permit->app_host != NULL ? NGX_OK : NGX_ERROR;
}


/* Rules 1 and 2. */

static ngx_uint_t
ngx_http_whatsauth_permit_is_free(const ngx_http_whatsauth_permit_t *permit,
    const ngx_http_whatsauth_callback_conf_t *conf)
{
    if (permit->host->taken >= conf->per_host) {
        return 0;
    }

    return !permit->expired
           || permit->host->expired
              < ngx_http_whatsauth_permit_expired_max(conf);
}


/* Rules 3 and 4, of a permit that is free. */

static ngx_uint_t
ngx_http_whatsauth_permit_is_fair(const ngx_http_whatsauth_permit_t *permit,
    const ngx_http_whatsauth_callback_conf_t *conf)
{
    ngx_uint_t                         free, last, limit;
    const ngx_http_whatsauth_tally_t  *host, *own;

    host = permit->host;
    own = permit->app_host != NULL ? permit->app_host : host;

    free = conf->inflight - ngx_http_whatsauth_permits_taken;
    last = conf->inflight / 4;
    limit = free > last ? free - last : 1;

    if (own->taken >= limit && own->taken != ngx_http_whatsauth_permits_taken) {
        return 0;
    }

    if (permit->app == NULL) {
        return 1;
    }

    return permit->app->taken < free
           && own->taken < conf->per_host - host->taken
           && (!permit->expired
               || own->expired < ngx_http_whatsauth_permit_expired_max(conf)
                                 - host->expired);
}


static ngx_uint_t
ngx_http_whatsauth_permit_expired_max(
    const ngx_http_whatsauth_callback_conf_t *conf)
{
    return ngx_max(conf->per_host / 2, 1);
}


static void
ngx_http_whatsauth_permit_count(ngx_http_whatsauth_permit_t *permit,
    ngx_int_t n)
{
    ngx_uint_t                   i;
    ngx_http_whatsauth_tally_t  *tallies[3];

    tallies[0] = permit->host;
    tallies[1] = permit->app;
    tallies[2] = permit->app_host;

    ngx_http_whatsauth_permits_taken += n;

    for (i = 0; i < 3; i++) {
        if (tallies[i] != NULL) {
            ngx_http_whatsauth_tally_add(tallies[i], n, permit->expired);
        }
    }
}

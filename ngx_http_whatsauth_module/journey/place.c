
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/place.h"


static ngx_int_t ngx_http_whatsauth_place_find(
    ngx_http_whatsauth_place_t *place, ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *url);
static ngx_uint_t ngx_http_whatsauth_place_is_free(
    const ngx_http_whatsauth_place_t *place,
    const ngx_http_whatsauth_callback_conf_t *conf);
static ngx_uint_t ngx_http_whatsauth_place_is_fair(
    const ngx_http_whatsauth_place_t *place,
    const ngx_http_whatsauth_callback_conf_t *conf);
static ngx_uint_t ngx_http_whatsauth_place_expired_max(
    const ngx_http_whatsauth_callback_conf_t *conf);
static void ngx_http_whatsauth_place_count(ngx_http_whatsauth_place_t *place,
    ngx_int_t n);


/* In this worker. */
static ngx_uint_t  ngx_http_whatsauth_places_taken;


ngx_int_t
ngx_http_whatsauth_place_take(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url, ngx_uint_t expired)
{
    ngx_memzero(place, sizeof(ngx_http_whatsauth_place_t));
    place->expired = expired;

    if (ngx_http_whatsauth_places_taken >= mcf->callback.inflight) {
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_place_find(place, mcf, app, url) != NGX_OK
        || !ngx_http_whatsauth_place_is_free(place, &mcf->callback)
        || !ngx_http_whatsauth_place_is_fair(place, &mcf->callback))
    {
        /* Frees the tallies that were created for nothing. */

        ngx_http_whatsauth_place_count(place, 0);
        return NGX_DECLINED;
    }

    ngx_http_whatsauth_place_count(place, 1);

    return NGX_OK;
}


void
ngx_http_whatsauth_place_give(ngx_http_whatsauth_place_t *place)
{
    ngx_http_whatsauth_place_count(place, -1);
}


static ngx_int_t
ngx_http_whatsauth_place_find(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    ngx_str_t  host;

    static const ngx_str_t  none = ngx_string("");

    host.data = (u_char *) url->host.data;
    host.len = url->host.len;

    place->host = ngx_http_whatsauth_tally(&none, &host, url->port);

    if (place->host == NULL) {
        return NGX_ERROR;
    }

    if (app == NULL || mcf->apps.nelts == 1) {
        return NGX_OK;
    }

    place->app = ngx_http_whatsauth_tally(&app->name, &none, 0);
    place->app_host = ngx_http_whatsauth_tally(&app->name, &host, url->port);

    return place->app != NULL && place->app_host != NULL ? NGX_OK : NGX_ERROR;
}


/* Rules 1 and 2. */

static ngx_uint_t
ngx_http_whatsauth_place_is_free(const ngx_http_whatsauth_place_t *place,
    const ngx_http_whatsauth_callback_conf_t *conf)
{
    if (place->host->taken >= conf->per_host) {
        return 0;
    }

    return !place->expired
           || place->host->expired
              < ngx_http_whatsauth_place_expired_max(conf);
}


/* Rules 3 and 4, of a place that is free. */

static ngx_uint_t
ngx_http_whatsauth_place_is_fair(const ngx_http_whatsauth_place_t *place,
    const ngx_http_whatsauth_callback_conf_t *conf)
{
    ngx_uint_t                         free, last, limit;
    const ngx_http_whatsauth_tally_t  *host, *own;

    host = place->host;
    own = place->app_host != NULL ? place->app_host : host;

    free = conf->inflight - ngx_http_whatsauth_places_taken;
    last = conf->inflight / 4;
    limit = free > last ? free - last : 1;

    if (own->taken >= limit && own->taken != ngx_http_whatsauth_places_taken) {
        return 0;
    }

    if (place->app == NULL) {
        return 1;
    }

    return place->app->taken < free
           && own->taken < conf->per_host - host->taken
           && (!place->expired
               || own->expired < ngx_http_whatsauth_place_expired_max(conf)
                                 - host->expired);
}


static ngx_uint_t
ngx_http_whatsauth_place_expired_max(
    const ngx_http_whatsauth_callback_conf_t *conf)
{
    return ngx_max(conf->per_host / 2, 1);
}


static void
ngx_http_whatsauth_place_count(ngx_http_whatsauth_place_t *place, ngx_int_t n)
{
    ngx_uint_t                   i;
    ngx_http_whatsauth_tally_t  *tallies[3];

    tallies[0] = place->host;
    tallies[1] = place->app;
    tallies[2] = place->app_host;

    ngx_http_whatsauth_places_taken += n;

    for (i = 0; i < 3; i++) {
        if (tallies[i] != NULL) {
            ngx_http_whatsauth_tally_add(tallies[i], n, place->expired);
        }
    }
}

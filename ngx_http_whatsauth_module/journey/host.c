
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/host.h"


#define NGX_HTTP_WHATSAUTH_HOST_BUCKETS  256


struct ngx_http_whatsauth_host_s {
    ngx_http_whatsauth_host_t  *next;
    ngx_uint_t                  bucket;
    ngx_uint_t                  taken;
    ngx_uint_t                  late;        /* of those taken */
    in_port_t                   port;
    size_t                      app_len;
    size_t                      len;
    u_char                      name[1];     /* of the app, then the host in
                                                lower case */
};


typedef struct {
    ngx_uint_t                  taken;
    ngx_http_whatsauth_host_t  *buckets[NGX_HTTP_WHATSAUTH_HOST_BUCKETS];
} ngx_http_whatsauth_hosts_t;


static ngx_int_t ngx_http_whatsauth_host_seek(
    ngx_http_whatsauth_place_t *place, ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_app_t *app, const whatsauth_url_t *url);
static ngx_uint_t ngx_http_whatsauth_host_has_room(
    ngx_http_whatsauth_place_t *place, ngx_http_whatsauth_main_conf_t *mcf,
    ngx_uint_t late);
static ngx_uint_t ngx_http_whatsauth_host_share(
    ngx_http_whatsauth_host_t *host, ngx_uint_t all_max, ngx_uint_t host_max);
static ngx_http_whatsauth_host_t *ngx_http_whatsauth_host_find(
    const ngx_str_t *app, const ngx_str_t *name, in_port_t port);
static ngx_uint_t ngx_http_whatsauth_host_bucket(const ngx_str_t *app,
    const ngx_str_t *name);
static void ngx_http_whatsauth_host_count(ngx_http_whatsauth_place_t *place,
    ngx_int_t n);
static void ngx_http_whatsauth_host_drop(ngx_http_whatsauth_host_t *host);


static ngx_http_whatsauth_hosts_t  ngx_http_whatsauth_hosts;


ngx_int_t
ngx_http_whatsauth_host_take(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url, ngx_uint_t late)
{
    ngx_memzero(place, sizeof(ngx_http_whatsauth_place_t));

    if (ngx_http_whatsauth_hosts.taken >= mcf->callback.inflight) {
        return NGX_DECLINED;
    }

    if (ngx_http_whatsauth_host_seek(place, mcf, app, url) != NGX_OK
        || !ngx_http_whatsauth_host_has_room(place, mcf, late))
    {
        /* A counter that was made for nothing must not stay. */

        ngx_http_whatsauth_host_count(place, 0);
        return NGX_DECLINED;
    }

    place->late = late;
    ngx_http_whatsauth_host_count(place, 1);

    return NGX_OK;
}


/* One app alone has nobody to leave places to: it is not counted. */

static ngx_int_t
ngx_http_whatsauth_host_seek(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    ngx_str_t  name;

    static const ngx_str_t  none = ngx_string("");

    name.data = (u_char *) url->host.data;
    name.len = url->host.len;

    place->host = ngx_http_whatsauth_host_find(&none, &name, url->port);

    if (place->host == NULL) {
        return NGX_ERROR;
    }

    if (app == NULL || mcf->apps.nelts == 1) {
        return NGX_OK;
    }

    place->app = ngx_http_whatsauth_host_find(&app->name, &none, 0);
    place->both = ngx_http_whatsauth_host_find(&app->name, &name, url->port);

    return place->app != NULL && place->both != NULL ? NGX_OK : NGX_ERROR;
}


/*
 * An app that names any hosts, or calls slow paths of a host that others call
 * too, could fill every place.  So of several apps none may have more places
 * than it leaves free, of all and of each host.
 */

static ngx_uint_t
ngx_http_whatsauth_host_has_room(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_uint_t late)
{
    ngx_uint_t                  all_max, host_max, late_max;
    ngx_http_whatsauth_host_t  *host, *own;

    all_max = mcf->callback.inflight;
    host_max = mcf->callback.per_host;
    late_max = ngx_max(host_max / 2, 1);

    host = place->host;
    own = place->both != NULL ? place->both : host;

    if (host->taken >= host_max
        || (late && host->late >= late_max)
        || own->taken >= ngx_http_whatsauth_host_share(own, all_max, host_max))
    {
        return 0;
    }

    if (place->app == NULL) {
        return 1;
    }

    return place->app->taken < all_max - ngx_http_whatsauth_hosts.taken
           && own->taken < host_max - host->taken
           && (!late || own->late < late_max - host->late);
}


/*
 * A host that is not alone may have no more places than are still free, and
 * the last quarter of all is for hosts that have none: when many are dead,
 * the next one finds a place at once.
 */

static ngx_uint_t
ngx_http_whatsauth_host_share(ngx_http_whatsauth_host_t *host,
    ngx_uint_t all_max, ngx_uint_t host_max)
{
    ngx_uint_t  free, kept;

    if (host->taken == ngx_http_whatsauth_hosts.taken) {
        return host_max;
    }

    free = all_max - ngx_http_whatsauth_hosts.taken;
    kept = all_max / 4;

    return free > kept ? ngx_min(host_max, free - kept) : 1;
}


/*
 * The counter of a host, of an app, or of what an app has of a host; the one
 * that is not meant is empty.  Apps are their names to the letter, and hosts
 * in any case.
 */

static ngx_http_whatsauth_host_t *
ngx_http_whatsauth_host_find(const ngx_str_t *app, const ngx_str_t *name,
    in_port_t port)
{
    ngx_uint_t                   bucket;
    ngx_http_whatsauth_host_t   *host, **head;

    bucket = ngx_http_whatsauth_host_bucket(app, name);
    head = &ngx_http_whatsauth_hosts.buckets[bucket];

    for (host = *head; host; host = host->next) {
        if (host->port == port
            && host->app_len == app->len
            && host->len == name->len
            && ngx_memcmp(host->name, app->data, app->len) == 0
            && ngx_strncasecmp(host->name + app->len, name->data, name->len)
               == 0)
        {
            return host;
        }
    }

    host = ngx_calloc(sizeof(ngx_http_whatsauth_host_t) + app->len + name->len,
                      ngx_cycle->log);
    if (host == NULL) {
        return NULL;
    }

    host->bucket = bucket;
    host->port = port;
    host->app_len = app->len;
    host->len = name->len;
    ngx_memcpy(host->name, app->data, app->len);
    ngx_strlow(host->name + app->len, name->data, name->len);

    host->next = *head;
    *head = host;

    return host;
}


static ngx_uint_t
ngx_http_whatsauth_host_bucket(const ngx_str_t *app, const ngx_str_t *name)
{
    return (ngx_hash_key(app->data, app->len)
            + ngx_hash_key_lc(name->data, name->len))
           % NGX_HTTP_WHATSAUTH_HOST_BUCKETS;
}


void
ngx_http_whatsauth_host_give(ngx_http_whatsauth_place_t *place)
{
    ngx_http_whatsauth_host_count(place, -1);
}


static void
ngx_http_whatsauth_host_count(ngx_http_whatsauth_place_t *place, ngx_int_t n)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_host_t  *hosts[3];

    hosts[0] = place->host;
    hosts[1] = place->app;
    hosts[2] = place->both;

    ngx_http_whatsauth_hosts.taken += n;

    for (i = 0; i < 3; i++) {

        if (hosts[i] == NULL) {
            continue;
        }

        hosts[i]->taken += n;
        hosts[i]->late += place->late ? n : 0;

        if (hosts[i]->taken == 0) {
            ngx_http_whatsauth_host_drop(hosts[i]);
        }
    }
}


static void
ngx_http_whatsauth_host_drop(ngx_http_whatsauth_host_t *host)
{
    ngx_http_whatsauth_host_t  **p;

    p = &ngx_http_whatsauth_hosts.buckets[host->bucket];

    while (*p != host) {
        p = &(*p)->next;
    }

    *p = host->next;
    ngx_free(host);
}

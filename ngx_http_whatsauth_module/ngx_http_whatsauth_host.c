
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_host.h"


#define NGX_HTTP_WHATSAUTH_HOST_BUCKETS  256


struct ngx_http_whatsauth_host_s {
    ngx_http_whatsauth_host_t  *next;
    ngx_uint_t                  bucket;
    ngx_uint_t                  taken;
    ngx_uint_t                  late;        /* of those taken */
    in_port_t                   port;
    size_t                      len;
    u_char                      name[1];     /* lower case */
};


typedef struct {
    ngx_uint_t                  taken;
    ngx_http_whatsauth_host_t  *buckets[NGX_HTTP_WHATSAUTH_HOST_BUCKETS];
} ngx_http_whatsauth_hosts_t;


static ngx_int_t ngx_http_whatsauth_host_of_app(
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    ngx_http_whatsauth_host_t **owner);
static ngx_uint_t ngx_http_whatsauth_host_share(
    ngx_http_whatsauth_host_t *host, ngx_uint_t all_max, ngx_uint_t host_max);
static ngx_http_whatsauth_host_t *ngx_http_whatsauth_host_find(u_char *name,
    size_t len, in_port_t port);
static void ngx_http_whatsauth_host_leave(ngx_http_whatsauth_host_t *host);


static ngx_http_whatsauth_hosts_t  ngx_http_whatsauth_hosts;


ngx_int_t
ngx_http_whatsauth_host_take(ngx_http_whatsauth_place_t *place,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url, ngx_uint_t late)
{
    ngx_uint_t                  all_max, host_max;
    ngx_http_whatsauth_host_t  *host, *owner;

    all_max = mcf->callback_inflight;
    host_max = mcf->callback_per_host;

    if (ngx_http_whatsauth_hosts.taken >= all_max
        || ngx_http_whatsauth_host_of_app(mcf, app, &owner) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    host = ngx_http_whatsauth_host_find((u_char *) url->host.data,
                                        url->host.len, url->port);

    if (host == NULL
        || host->taken >= ngx_http_whatsauth_host_share(host, all_max,
                                                        host_max)
        || (late && host->late >= ngx_max(host_max / 2, 1)))
    {
        return NGX_DECLINED;
    }

    host->taken++;
    host->late += late;
    ngx_http_whatsauth_hosts.taken++;

    if (owner != NULL) {
        owner->taken++;
    }

    place->host = host;
    place->app = owner;
    place->late = late;

    return NGX_OK;
}


/*
 * Whoever may name any host can name a dead one for each callback: of several
 * apps none has more places than it leaves.
 */

static ngx_int_t
ngx_http_whatsauth_host_of_app(ngx_http_whatsauth_main_conf_t *mcf,
    ngx_http_whatsauth_app_t *app, ngx_http_whatsauth_host_t **owner)
{
    *owner = NULL;

    if (app == NULL || mcf->apps.nelts == 1) {
        return NGX_OK;
    }

    *owner = ngx_http_whatsauth_host_find(app->name.data, app->name.len, 0);

    if (*owner == NULL
        || (*owner)->taken >= mcf->callback_inflight
                              - ngx_http_whatsauth_hosts.taken)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
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


/* An app stands here by its name and the port 0, which no URL has. */

static ngx_http_whatsauth_host_t *
ngx_http_whatsauth_host_find(u_char *name, size_t len, in_port_t port)
{
    ngx_uint_t                   bucket;
    ngx_http_whatsauth_host_t   *host, **head;

    bucket = ngx_hash_key_lc(name, len) % NGX_HTTP_WHATSAUTH_HOST_BUCKETS;
    head = &ngx_http_whatsauth_hosts.buckets[bucket];

    for (host = *head; host; host = host->next) {
        if (host->port == port
            && host->len == len
            && ngx_strncasecmp(host->name, name, len) == 0)
        {
            return host;
        }
    }

    host = ngx_calloc(sizeof(ngx_http_whatsauth_host_t) + len,
                      ngx_cycle->log);
    if (host == NULL) {
        return NULL;
    }

    host->bucket = bucket;
    host->port = port;
    host->len = len;
    ngx_strlow(host->name, name, len);

    host->next = *head;
    *head = host;

    return host;
}


void
ngx_http_whatsauth_host_give(ngx_http_whatsauth_place_t *place)
{
    ngx_http_whatsauth_hosts.taken--;

    place->host->late -= place->late;
    ngx_http_whatsauth_host_leave(place->host);

    if (place->app != NULL) {
        ngx_http_whatsauth_host_leave(place->app);
    }
}


static void
ngx_http_whatsauth_host_leave(ngx_http_whatsauth_host_t *host)
{
    ngx_http_whatsauth_host_t  **p;

    if (--host->taken) {
        return;
    }

    p = &ngx_http_whatsauth_hosts.buckets[host->bucket];

    while (*p != host) {
        p = &(*p)->next;
    }

    *p = host->next;
    ngx_free(host);
}

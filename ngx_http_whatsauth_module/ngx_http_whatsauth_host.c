
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


static ngx_uint_t ngx_http_whatsauth_host_share(
    ngx_http_whatsauth_host_t *host, ngx_uint_t all_max, ngx_uint_t host_max);
static ngx_http_whatsauth_host_t *ngx_http_whatsauth_host_find(
    const whatsauth_url_t *url);


static ngx_http_whatsauth_hosts_t  ngx_http_whatsauth_hosts;


ngx_http_whatsauth_host_t *
ngx_http_whatsauth_host_take(const whatsauth_url_t *url, ngx_uint_t all_max,
    ngx_uint_t host_max, ngx_uint_t late)
{
    ngx_http_whatsauth_host_t  *host;

    if (ngx_http_whatsauth_hosts.taken >= all_max) {
        return NULL;
    }

    host = ngx_http_whatsauth_host_find(url);

    if (host == NULL
        || host->taken >= ngx_http_whatsauth_host_share(host, all_max,
                                                        host_max)
        || (late && host->late >= ngx_max(host_max / 2, 1)))
    {
        return NULL;
    }

    host->taken++;
    host->late += late;
    ngx_http_whatsauth_hosts.taken++;

    return host;
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


static ngx_http_whatsauth_host_t *
ngx_http_whatsauth_host_find(const whatsauth_url_t *url)
{
    u_char                      *name;
    ngx_uint_t                   bucket;
    ngx_http_whatsauth_host_t   *host, **head;

    name = (u_char *) url->host.data;
    bucket = ngx_hash_key_lc(name, url->host.len)
             % NGX_HTTP_WHATSAUTH_HOST_BUCKETS;
    head = &ngx_http_whatsauth_hosts.buckets[bucket];

    for (host = *head; host; host = host->next) {
        if (host->port == url->port
            && host->len == url->host.len
            && ngx_strncasecmp(host->name, name, host->len) == 0)
        {
            return host;
        }
    }

    host = ngx_calloc(sizeof(ngx_http_whatsauth_host_t) + url->host.len,
                      ngx_cycle->log);
    if (host == NULL) {
        return NULL;
    }

    host->bucket = bucket;
    host->port = url->port;
    host->len = url->host.len;
    ngx_strlow(host->name, name, host->len);

    host->next = *head;
    *head = host;

    return host;
}


void
ngx_http_whatsauth_host_give(ngx_http_whatsauth_host_t *host, ngx_uint_t late)
{
    ngx_http_whatsauth_host_t  **p;

    host->taken--;
    host->late -= late;
    ngx_http_whatsauth_hosts.taken--;

    if (host->taken) {
        return;
    }

    p = &ngx_http_whatsauth_hosts.buckets[host->bucket];

    while (*p != host) {
        p = &(*p)->next;
    }

    *p = host->next;
    ngx_free(host);
}

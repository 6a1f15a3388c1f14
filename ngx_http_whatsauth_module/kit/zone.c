
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/zone.h"

#include <openssl/rand.h>


/* Room for the slab allocator's own tables. */
#define NGX_HTTP_WHATSAUTH_ZONE_ROOM  (16 * ngx_pagesize)


static ngx_shm_zone_t *ngx_http_whatsauth_zone_add(ngx_conf_t *cf,
    ngx_str_t *app, size_t size);
static ngx_int_t ngx_http_whatsauth_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);


ngx_int_t
ngx_http_whatsauth_zones(ngx_conf_t *cf, ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_str_t                   none;
    ngx_uint_t                  i;
    ngx_http_whatsauth_app_t  **apps;

    ngx_str_null(&none);

    mcf->zone = ngx_http_whatsauth_zone_add(cf, &none,
                                   offsetof(ngx_http_whatsauth_zone_t, key));
    if (mcf->zone == NULL) {
        return NGX_ERROR;
    }

    apps = mcf->apps.elts;

    for (i = 0; i < mcf->apps.nelts; i++) {
        apps[i]->zone = ngx_http_whatsauth_zone_add(cf, &apps[i]->name,
                                           sizeof(ngx_http_whatsauth_zone_t));
        if (apps[i]->zone == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_shm_zone_t *
ngx_http_whatsauth_zone_add(ngx_conf_t *cf, ngx_str_t *app, size_t size)
{
    ngx_str_t        name;
    ngx_shm_zone_t  *shm_zone;

    name.data = ngx_pnalloc(cf->pool, sizeof("whatsauth app ") + app->len);
    if (name.data == NULL) {
        return NULL;
    }

    name.len = ngx_sprintf(name.data, "whatsauth app %V", app) - name.data;

    shm_zone = ngx_shared_memory_add(cf, &name,
                                     size + NGX_HTTP_WHATSAUTH_ZONE_ROOM,
                                     &ngx_http_whatsauth_module);
    if (shm_zone == NULL) {
        return NULL;
    }

    shm_zone->init = ngx_http_whatsauth_zone_init;
    shm_zone->data = (void *) size;

    return shm_zone;
}


/*
 * Does not clear the counts: each table is cleared at its first use, so that
 * memory which an app never needs is never touched.
 */

static ngx_int_t
ngx_http_whatsauth_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    size_t                      size;
    ngx_uint_t                  i;
    ngx_slab_pool_t            *pool;
    ngx_http_whatsauth_zone_t  *zone;

    if (data) {
        shm_zone->data = data;
        return NGX_OK;
    }

    size = (size_t) shm_zone->data;
    pool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    zone = ngx_slab_alloc(pool, size);
    if (zone == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(zone, offsetof(ngx_http_whatsauth_zone_t, key));

    zone->mutex = &pool->mutex;
    shm_zone->data = zone;

    if (size == offsetof(ngx_http_whatsauth_zone_t, key)) {
        return NGX_OK;
    }

    if (RAND_bytes(zone->key, NGX_HTTP_WHATSAUTH_LIMIT_KEY_LEN) != 1) {
        ngx_ssl_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "RAND_bytes() failed");
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_HTTP_WHATSAUTH_LIMITS_N; i++) {
        zone->counts[i].window = 0;
    }

    return NGX_OK;
}


ngx_http_whatsauth_zone_t *
ngx_http_whatsauth_zone(ngx_http_whatsauth_app_t *app)
{
    ngx_http_whatsauth_main_conf_t  *mcf;

    if (app != NULL) {
        return app->zone->data;
    }

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);

    return mcf->zone->data;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Memory that the workers of one nginx share, also those of different reloads.
 *
 * The keys of the store: a worker that starts does not know them until it has
 * connected, and lets its requests wait for so long.  So the first worker tells
 * them to all that start after it, and a reload delays no client.  An nginx
 * that has just been started has nobody to ask: see valkey_opening.c.
 *
 * The lines of the log: all workers see one fault, and one of them reports it.
 */


#include "door/valkey.h"


/* Faults that may be there at the same time: some for each server. */
#define NGX_HTTP_WHATSAUTH_VALKEY_FAULTS  64

/* A fault that goes on is reported again after so many seconds. */
#define NGX_HTTP_WHATSAUTH_VALKEY_AGAIN   60


typedef struct {
    uint32_t                            hash;      /* of the line; 0: none */
    time_t                              at;
} ngx_http_whatsauth_valkey_fault_t;


struct ngx_http_whatsauth_valkey_shared_s {
    ngx_shmtx_t                        *mutex;
    ngx_uint_t                          known;     /* 1: keys are */
    u_char                              keys[VALKEY_STORE_KEYS_LEN];
    ngx_uint_t                          quiet;     /* 1: a notice was the last
                                                      line */
    ngx_http_whatsauth_valkey_fault_t   fault[
                                            NGX_HTTP_WHATSAUTH_VALKEY_FAULTS];
};


static ngx_int_t ngx_http_whatsauth_valkey_shared_init(
    ngx_shm_zone_t *shm_zone, void *data);
static ngx_uint_t ngx_http_whatsauth_valkey_shared_fault(
    ngx_http_whatsauth_valkey_shared_t *shared, const char *text);


ngx_shm_zone_t *
ngx_http_whatsauth_valkey_shared_add(ngx_conf_t *cf, const ngx_str_t *identity)
{
    ngx_str_t        name;
    ngx_shm_zone_t  *shm_zone;

    name.data = ngx_pnalloc(cf->pool, sizeof("whatsauth store ")
                                      + identity->len);
    if (name.data == NULL) {
        return NULL;
    }

    name.len = ngx_sprintf(name.data, "whatsauth store %V", identity)
               - name.data;

    shm_zone = ngx_shared_memory_add(cf, &name, 16 * ngx_pagesize,
                                     &ngx_http_whatsauth_module);

    if (shm_zone != NULL) {
        shm_zone->init = ngx_http_whatsauth_valkey_shared_init;
    }

    return shm_zone;
}


static ngx_int_t
ngx_http_whatsauth_valkey_shared_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_slab_pool_t                     *pool;
    ngx_http_whatsauth_valkey_shared_t  *shared;

    if (data) {
        shm_zone->data = data;
        return NGX_OK;
    }

    pool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    shared = ngx_slab_calloc(pool, sizeof(ngx_http_whatsauth_valkey_shared_t));
    if (shared == NULL) {
        return NGX_ERROR;
    }

    shared->mutex = &pool->mutex;
    shm_zone->data = shared;

    return NGX_OK;
}


ngx_uint_t
ngx_http_whatsauth_valkey_shared_keys(
    ngx_http_whatsauth_valkey_shared_t *shared,
    u_char keys[VALKEY_STORE_KEYS_LEN])
{
    ngx_uint_t  known;

    ngx_shmtx_lock(shared->mutex);

    known = shared->known;
    ngx_memcpy(keys, shared->keys, VALKEY_STORE_KEYS_LEN);

    ngx_shmtx_unlock(shared->mutex);

    return known;
}


void
ngx_http_whatsauth_valkey_shared_tell(
    ngx_http_whatsauth_valkey_shared_t *shared, const u_char *keys)
{
    ngx_shmtx_lock(shared->mutex);

    shared->known = 1;
    ngx_memcpy(shared->keys, keys, VALKEY_STORE_KEYS_LEN);

    ngx_shmtx_unlock(shared->mutex);
}


/*
 * A notice says that something is over, and so it makes room for each fault to
 * be reported when it comes back.  The workers that come to the same notice
 * later find no fault between, and are silent.
 */

ngx_uint_t
ngx_http_whatsauth_valkey_shared_reports(
    ngx_http_whatsauth_valkey_shared_t *shared,
    valkey_store_severity_t severity, const char *text)
{
    ngx_uint_t  reports;

    ngx_shmtx_lock(shared->mutex);

    if (severity == VALKEY_STORE_NOTICE) {
        reports = !shared->quiet;
        shared->quiet = 1;
        ngx_memzero(shared->fault, sizeof(shared->fault));

    } else {
        reports = ngx_http_whatsauth_valkey_shared_fault(shared, text);
        shared->quiet &= !reports;
    }

    ngx_shmtx_unlock(shared->mutex);

    return reports;
}


/* 1 if nobody has reported it within the minute; in the place of the oldest. */

static ngx_uint_t
ngx_http_whatsauth_valkey_shared_fault(
    ngx_http_whatsauth_valkey_shared_t *shared, const char *text)
{
    time_t                              now;
    uint32_t                            hash;
    ngx_uint_t                          i;
    ngx_http_whatsauth_valkey_fault_t  *fault, *oldest;

    now = ngx_time();
    hash = ngx_crc32_long((u_char *) text, ngx_strlen(text)) | 1;
    oldest = &shared->fault[0];

    for (i = 0; i < NGX_HTTP_WHATSAUTH_VALKEY_FAULTS; i++) {
        fault = &shared->fault[i];

        if (fault->hash == hash) {
            oldest = fault;
            break;
        }

        if (fault->at < oldest->at) {
            oldest = fault;
        }
    }

    if (oldest->hash == hash
        && now - oldest->at < NGX_HTTP_WHATSAUTH_VALKEY_AGAIN)
    {
        return 0;
    }

    oldest->hash = hash;
    oldest->at = now;

    return 1;
}

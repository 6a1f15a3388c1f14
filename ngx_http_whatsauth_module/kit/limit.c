
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/zone.h"

#include "protocol/signature.h"


/* The column of a key's cell in each row. */
typedef uint32_t
    ngx_http_whatsauth_columns_t[NGX_HTTP_WHATSAUTH_LIMIT_ROWS];


static ngx_int_t ngx_http_whatsauth_limit_columns(
    ngx_http_whatsauth_zone_t *zone, const void *key, size_t len,
    ngx_http_whatsauth_columns_t columns);
static time_t ngx_http_whatsauth_limit_reached(
    ngx_http_whatsauth_counts_t *counts,
    const ngx_http_whatsauth_quota_t *quota,
    ngx_http_whatsauth_columns_t columns);
static ngx_uint_t ngx_http_whatsauth_limit_count(
    ngx_http_whatsauth_counts_t *counts, ngx_http_whatsauth_columns_t columns);
static void ngx_http_whatsauth_limit_add(ngx_http_whatsauth_counts_t *counts,
    ngx_http_whatsauth_columns_t columns);


static const time_t  ngx_http_whatsauth_limit_windows[] = {
#define NGX_HTTP_WHATSAUTH_LIMIT(name, seconds)  seconds,
    NGX_HTTP_WHATSAUTH_LIMITS(NGX_HTTP_WHATSAUTH_LIMIT)
#undef NGX_HTTP_WHATSAUTH_LIMIT
};


time_t
ngx_http_whatsauth_limit(ngx_http_whatsauth_app_t *app,
    const ngx_http_whatsauth_quota_t *quotas, ngx_uint_t n)
{
    time_t                         wait;
    ngx_uint_t                     i;
    ngx_http_whatsauth_zone_t     *zone;
    ngx_http_whatsauth_columns_t   columns[NGX_HTTP_WHATSAUTH_QUOTAS_MAX];

    zone = app->zone->data;

    for (i = 0; i < n; i++) {
        if (ngx_http_whatsauth_limit_columns(zone, quotas[i].key,
                                             quotas[i].len, columns[i])
            != NGX_OK)
        {
            return 1;
        }
    }

    wait = 0;

    ngx_shmtx_lock(zone->mutex);

    for (i = 0; i < n && wait == 0; i++) {
        wait = ngx_http_whatsauth_limit_reached(&zone->counts[quotas[i].what],
                                                &quotas[i], columns[i]);
    }

    for (i = 0; i < n && wait == 0; i++) {
        ngx_http_whatsauth_limit_add(&zone->counts[quotas[i].what],
                                     columns[i]);
    }

    ngx_shmtx_unlock(zone->mutex);

    return wait;
}


static ngx_int_t
ngx_http_whatsauth_limit_columns(ngx_http_whatsauth_zone_t *zone,
    const void *key, size_t len, ngx_http_whatsauth_columns_t columns)
{
    uint8_t           mac[WHATSAUTH_SHA256_LEN];
    ngx_uint_t        i;
    whatsauth_text_t  secret;

    secret.data = (const char *) zone->key;
    secret.len = NGX_HTTP_WHATSAUTH_LIMIT_KEY_LEN;

    if (whatsauth_hmac_sha256(&secret, key, len, mac) != 0) {
        return NGX_ERROR;
    }

    ngx_memcpy(columns, mac, sizeof(ngx_http_whatsauth_columns_t));

    for (i = 0; i < NGX_HTTP_WHATSAUTH_LIMIT_ROWS; i++) {
        columns[i] %= NGX_HTTP_WHATSAUTH_LIMIT_CELLS;
    }

    return NGX_OK;
}


/*
 * Seconds to wait, 0 if there is room.  Once the app's own count is used up,
 * no key adds to the table, which keeps collisions rare.
 */

static time_t
ngx_http_whatsauth_limit_reached(ngx_http_whatsauth_counts_t *counts,
    const ngx_http_whatsauth_quota_t *quota,
    ngx_http_whatsauth_columns_t columns)
{
    time_t  now, seconds, window;

    now = ngx_time();
    seconds = ngx_http_whatsauth_limit_windows[quota->what];
    window = now / seconds;

    if (counts->window != window) {
        ngx_memzero(counts, sizeof(ngx_http_whatsauth_counts_t));
        counts->window = window;
    }

    if ((quota->all == 0 || counts->all < quota->all)
        && ngx_http_whatsauth_limit_count(counts, columns) < quota->each)
    {
        return 0;
    }

    return seconds - now % seconds;
}


static ngx_uint_t
ngx_http_whatsauth_limit_count(ngx_http_whatsauth_counts_t *counts,
    ngx_http_whatsauth_columns_t columns)
{
    ngx_uint_t  i, least;

    least = NGX_HTTP_WHATSAUTH_LIMIT_MAX;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_LIMIT_ROWS; i++) {
        least = ngx_min(least, counts->cells[i][columns[i]]);
    }

    return least;
}


/*
 * Raises only the cells that show the key's own count: the higher ones count
 * other keys as well.
 */

static void
ngx_http_whatsauth_limit_add(ngx_http_whatsauth_counts_t *counts,
    ngx_http_whatsauth_columns_t columns)
{
    ngx_uint_t  i, count;

    count = ngx_http_whatsauth_limit_count(counts, columns);

    if (count == NGX_HTTP_WHATSAUTH_LIMIT_MAX) {
        return;
    }

    counts->all++;

    for (i = 0; i < NGX_HTTP_WHATSAUTH_LIMIT_ROWS; i++) {
        if (counts->cells[i][columns[i]] == count) {
            counts->cells[i][columns[i]]++;
        }
    }
}

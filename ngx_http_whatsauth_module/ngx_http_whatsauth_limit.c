
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "ngx_http_whatsauth_limit.h"


/* A place holds the hour and the count of one hour. */
#define NGX_HTTP_WHATSAUTH_LIMIT_BITS  16
#define NGX_HTTP_WHATSAUTH_LIMIT_MASK                                         \
    (((ngx_atomic_uint_t) 1 << NGX_HTTP_WHATSAUTH_LIMIT_BITS) - 1)


ngx_uint_t
ngx_http_whatsauth_limit(ngx_atomic_t *places, const ngx_str_t *app,
    const void *sender, size_t len, ngx_uint_t max)
{
    uint32_t           hash;
    ngx_atomic_t      *place;
    ngx_atomic_uint_t  hour, old, count;

    if (max == 0) {
        return 1;
    }

    ngx_crc32_init(hash);
    ngx_crc32_update(&hash, app->data, app->len);
    ngx_crc32_update(&hash, (u_char *) sender, len);
    ngx_crc32_final(hash);

    place = &places[hash % NGX_HTTP_WHATSAUTH_LIMIT_PLACES];
    hour = (ngx_atomic_uint_t) (ngx_time() / 3600);

    do {
        old = *place;
        count = old & NGX_HTTP_WHATSAUTH_LIMIT_MASK;

        if (old >> NGX_HTTP_WHATSAUTH_LIMIT_BITS != hour) {
            count = 0;
        }

        if (count >= max) {
            return 0;
        }

    } while (!ngx_atomic_cmp_set(place, old,
                                 hour << NGX_HTTP_WHATSAUTH_LIMIT_BITS
                                 | (count + 1)));

    return 1;
}

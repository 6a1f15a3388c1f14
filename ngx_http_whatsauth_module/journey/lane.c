
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "journey/lane.h"

#include <openssl/rand.h>

#include "ledger/ledger.h"


/* 2^31 - 1: two factors below it fit into 64 bits. */
#define NGX_HTTP_WHATSAUTH_LANE_PRIME  2147483647u


ngx_int_t
ngx_http_whatsauth_lane_init(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    if (RAND_bytes((u_char *) &mcf->callback.lane_point, sizeof(uint32_t))
        != 1)
    {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0, "RAND_bytes() failed");
        return NGX_ERROR;
    }

    mcf->callback.lane_point %= NGX_HTTP_WHATSAUTH_LANE_PRIME;

    return NGX_OK;
}


/* The value, at the secret point, of a polynomial that is the two names. */

unsigned
ngx_http_whatsauth_lane(const ngx_http_whatsauth_app_t *app,
    const whatsauth_url_t *url)
{
    size_t                           i;
    uint64_t                         hash, point;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_whatsauth_module);
    point = mcf->callback.lane_point;
    hash = url->port;

    for (i = 0; i < app->name.len; i++) {
        hash = (hash * point + app->name.data[i])
               % NGX_HTTP_WHATSAUTH_LANE_PRIME;
    }

    /* A separator that no name has, or two pairs could hash alike. */

    hash = hash * point % NGX_HTTP_WHATSAUTH_LANE_PRIME;

    for (i = 0; i < url->host.len; i++) {
        hash = (hash * point + ngx_tolower((u_char) url->host.data[i]))
               % NGX_HTTP_WHATSAUTH_LANE_PRIME;
    }

    return hash % LEDGER_HOST_LANES;
}

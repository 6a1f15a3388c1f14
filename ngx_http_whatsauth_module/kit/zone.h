
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Memory that all workers share and that a reload keeps: a zone for each app,
 * and a common one.  nginx finds a zone again by its name and size, so the
 * counts of an app survive when others come or go.
 */


#ifndef _NGX_HTTP_WHATSAUTH_ZONE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_ZONE_H_INCLUDED_


#include "kit/conf.h"
#include "kit/limit.h"
#include "kit/trouble.h"


typedef struct {
    ngx_shmtx_t                  *mutex;   /* the master unlocks it when its
                                              owner dies */
    ngx_http_whatsauth_trouble_t  troubles[NGX_HTTP_WHATSAUTH_CAUSES_N];

    /* Only in the zone of an app. */
    u_char                        key[NGX_HTTP_WHATSAUTH_LIMIT_KEY_LEN];
    ngx_http_whatsauth_counts_t   counts[NGX_HTTP_WHATSAUTH_LIMITS_N];
} ngx_http_whatsauth_zone_t;


/* While nginx reads its configuration: declares all these zones. */
ngx_int_t ngx_http_whatsauth_zones(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);

/* The zone of an app or, for NULL, the common one. */
ngx_http_whatsauth_zone_t *ngx_http_whatsauth_zone(
    ngx_http_whatsauth_app_t *app);


#endif /* _NGX_HTTP_WHATSAUTH_ZONE_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/early.h"
#include "face/hold.h"
#include "kit/conf.h"


static ngx_int_t ngx_http_whatsauth_early_wait(ngx_http_request_t *r);
static void ngx_http_whatsauth_early_over(void *data);


ngx_int_t
ngx_http_whatsauth_early_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *handler;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handler = ngx_array_push(&cmcf->phases[NGX_HTTP_PREACCESS_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = ngx_http_whatsauth_early_wait;

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_early_wait(ngx_http_request_t *r)
{
    ngx_http_whatsauth_hold_t      *hold;
    ngx_http_whatsauth_wait_t      *wait;
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_whatsauth_module);

    if ((!wlcf->enabled && wlcf->gate == NULL)
        || ngx_http_whatsauth_door_codec() != NULL)
    {
        return NGX_DECLINED;
    }

    hold = ngx_pcalloc(r->pool, sizeof(ngx_http_whatsauth_hold_t));
    if (hold == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    wait = ngx_http_whatsauth_door_opening(ngx_http_whatsauth_early_over,
                                           hold);
    if (wait == NULL) {
        return NGX_DECLINED;
    }

    return ngx_http_whatsauth_hold_phase(hold, r,
                                         ngx_http_whatsauth_hold_forget, wait);
}


static void
ngx_http_whatsauth_early_over(void *data)
{
    ngx_http_whatsauth_hold_resume(data);
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/engine.h"
#include "kit/options.h"
#include "setup/store.h"


void
ngx_http_whatsauth_store_create(ngx_http_whatsauth_main_conf_t *mcf)
{
    mcf->store.size = NGX_CONF_UNSET_SIZE;
    mcf->store.retain = NGX_CONF_UNSET_MSEC;
}


void
ngx_http_whatsauth_store_init(ngx_http_whatsauth_main_conf_t *mcf)
{
    if (mcf->store.place.data == NULL) {
        ngx_str_set(&mcf->store.place, NGX_HTTP_WHATSAUTH_STORE_DEFAULT);
        mcf->store.identity = mcf->store.place;
        mcf->store.engine =
                        ngx_http_whatsauth_door_recognise(&mcf->store.place);
    }

    ngx_conf_init_size_value(mcf->store.size, 1024 * 1024 * 1024);
    ngx_conf_init_msec_value(mcf->store.retain, 60 * 60 * 1000);
}


char *
ngx_http_whatsauth_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    ngx_str_t  *value;

    if (mcf->store.place.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    mcf->store.place = value[1];

    if (mcf->store.place.len == 0) {
        return "has an empty path";
    }

    mcf->store.engine = ngx_http_whatsauth_door_recognise(&mcf->store.place);

    if (mcf->store.engine->conf(cf, mcf) != NGX_OK
        || ngx_http_whatsauth_options(cf, 2, mcf->store.engine->options, mcf,
                                      mcf->store.engine->expected)
           != NGX_OK
        || mcf->store.engine->complete(cf, mcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * After a reload old workers use the old store until their last request is
 * done.  Two stores at once would each hold only a part of the codes.
 */

ngx_int_t
ngx_http_whatsauth_store_same(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                       i;
    ngx_cycle_t                     *old;
    ngx_http_whatsauth_main_conf_t  *omcf;

    old = cf->cycle->old_cycle;

    if (old == NULL || old->conf_ctx == NULL
        || old->conf_ctx[ngx_http_module.index] == NULL)
    {
        return NGX_OK;
    }

    /* The old configuration may have been without this module. */

    for (i = 0; i < old->modules_n; i++) {
        if (old->modules[i] == &ngx_http_whatsauth_module) {
            break;
        }
    }

    if (i == old->modules_n) {
        return NGX_OK;
    }

    omcf = ngx_http_cycle_get_module_main_conf(old, ngx_http_whatsauth_module);

    if (omcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    if (omcf->store.identity.len != mcf->store.identity.len
        || ngx_strncmp(omcf->store.identity.data, mcf->store.identity.data,
                       mcf->store.identity.len) != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "whatsauth_store \"%V\" cannot be changed to "
                           "\"%V\" by a reload, restart nginx",
                           &omcf->store.identity, &mcf->store.identity);
        return NGX_ERROR;
    }

    return NGX_OK;
}

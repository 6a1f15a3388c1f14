
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/login.h"
#include "setup/location.h"
#include "setup/login_location.h"


char *
ngx_http_whatsauth_login_location(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_whatsauth_loc_conf_t *wlcf = conf;

    char       *rv;
    ngx_str_t  *value;

    rv = ngx_http_whatsauth_location_take(cf, wlcf,
                                          ngx_http_whatsauth_login_faces);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (ngx_http_whatsauth_location_prefix(cf, "whatsauth_login") != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    wlcf->login = ngx_pcalloc(cf->pool,
                              sizeof(ngx_http_whatsauth_login_conf_t));
    if (wlcf->login == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;
    wlcf->login->name = value[1];

    return NGX_CONF_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/gate_bypass.h"
#include "setup/gate_check.h"
#include "setup/gate_location.h"
#include "setup/gate_warn.h"


static ngx_int_t ngx_http_whatsauth_gate_check_server(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_core_srv_conf_t *server);
static ngx_int_t ngx_http_whatsauth_gate_check_block(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    ngx_http_whatsauth_loc_conf_t *wlcf);
static const ngx_str_t *ngx_http_whatsauth_gate_check_login(
    const ngx_http_whatsauth_srv_conf_t *wscf, const ngx_str_t *app);


ngx_int_t
ngx_http_whatsauth_gate_check(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                  n;
    ngx_http_core_srv_conf_t  **servers;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (n = 0; n < cmcf->servers.nelts; n++) {
        if (ngx_http_whatsauth_gate_check_server(cf, mcf, servers[n])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_http_whatsauth_gate_bypass(cf);
    ngx_http_whatsauth_gate_warn_unused(cf, mcf);

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gate_check_server(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_core_srv_conf_t *server)
{
    ngx_uint_t                       i;
    ngx_http_whatsauth_srv_conf_t   *wscf;
    ngx_http_whatsauth_loc_conf_t  **blocks;
    ngx_http_whatsauth_gate_line_t  *line;

    wscf = ngx_http_get_module_srv_conf(server->ctx,
                                        ngx_http_whatsauth_module);
    blocks = wscf->blocks.elts;
    line = NULL;

    for (i = 0; i < wscf->blocks.nelts; i++) {

        if (blocks[i]->gate == NULL) {
            continue;
        }

        if (ngx_http_whatsauth_gate_check_block(cf, mcf, wscf, blocks[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_whatsauth_gate_warn_open(cf, blocks[i]);
        line = line == NULL ? blocks[i]->gate_lines.gate : line;
    }

    if (line != NULL) {
        ngx_http_whatsauth_gate_warn_plain(cf, mcf, server, line);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_gate_check_block(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    ngx_http_whatsauth_loc_conf_t *wlcf)
{
    const ngx_str_t                 *login;
    ngx_http_whatsauth_gate_line_t  *line;

    line = wlcf->gate_lines.gate;

    wlcf->gate->app = ngx_http_whatsauth_conf_app(mcf, line->app.data,
                                                  line->app.len);
    if (wlcf->gate->app == NULL) {
        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &line->at,
                           "there is no whatsauth_app \"%V\", which "
                           "\"whatsauth_gate\" names", &line->app);
        return NGX_ERROR;
    }

    login = ngx_http_whatsauth_gate_check_login(wscf, &line->app);

    if (login == NULL) {
        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &line->at,
                           "\"whatsauth_gate %V\" is in a server without "
                           "\"whatsauth_login %V\": nobody could log in",
                           &line->app, &line->app);
        return NGX_ERROR;
    }

    wlcf->gate->login = *login;

    return NGX_OK;
}


/* The prefix of the app's login page in that server, or NULL. */

static const ngx_str_t *
ngx_http_whatsauth_gate_check_login(const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_str_t *app)
{
    ngx_uint_t                       i;
    ngx_http_core_loc_conf_t       **locations;
    ngx_http_whatsauth_loc_conf_t   *wlcf;

    locations = wscf->locations.elts;

    for (i = 0; i < wscf->locations.nelts; i++) {
        wlcf = locations[i]->loc_conf[ngx_http_whatsauth_module.ctx_index];

        if (wlcf->login != NULL
            && wlcf->login->name.len == app->len
            && ngx_memcmp(wlcf->login->name.data, app->data, app->len) == 0)
        {
            return &wlcf->prefix;
        }
    }

    return NULL;
}

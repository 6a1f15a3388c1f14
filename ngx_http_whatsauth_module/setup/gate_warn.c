
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/gate_location.h"
#include "setup/gate_warn.h"

#include "protocol/address.h"


static ngx_uint_t ngx_http_whatsauth_gate_warn_is_plain(
    ngx_http_core_main_conf_t *cmcf, ngx_http_core_srv_conf_t *server);
static ngx_uint_t ngx_http_whatsauth_gate_warn_listens(
    const ngx_http_conf_addr_t *addr, const ngx_http_core_srv_conf_t *server);
static ngx_uint_t ngx_http_whatsauth_gate_warn_is_near(
    const ngx_http_listen_opt_t *opt);


/* Those that "optional" lets in need no phone at all. */

void
ngx_http_whatsauth_gate_warn_open(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *wlcf)
{
    ngx_http_whatsauth_gate_line_t  *line;

    line = wlcf->gate_lines.gate;

    if (line->optional
        || line->reported
        || wlcf->gate_lines.numbers != NULL
        || wlcf->gate_lines.require != NULL
        || wlcf->gate->app->sender.numbers.len != 0)
    {
        return;
    }

    line->reported = 1;

    ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf, &line->at,
                           "\"whatsauth_gate %V\" lets in every phone on "
                           "earth: add \"whatsauth_gate_numbers\" or "
                           "\"whatsauth_gate_require\"; "
                           "\"whatsauth_gate_numbers any;\" says that it is "
                           "meant", &line->app);
}


void
ngx_http_whatsauth_gate_warn_plain(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_core_srv_conf_t *server,
    const ngx_http_whatsauth_gate_line_t *line)
{
    ngx_http_core_main_conf_t  *cmcf;

    if (mcf->public_url.len
        && ngx_strncmp(mcf->public_url.data, "https:", 6) == 0)
    {
        return;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (!ngx_http_whatsauth_gate_warn_is_plain(cmcf, server)) {
        return;
    }

    ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf, &line->at,
                           "\"whatsauth_gate %V\" is in server \"%V\" without "
                           "ssl, where browsers refuse its cookies: add "
                           "\"listen ... ssl\", or "
                           "\"whatsauth_public_url https://...\" if another "
                           "server ends TLS", &line->app,
                           &server->server_name);
}


/* 1 if the server listens without TLS only, and not just to this machine. */

static ngx_uint_t
ngx_http_whatsauth_gate_warn_is_plain(ngx_http_core_main_conf_t *cmcf,
    ngx_http_core_srv_conf_t *server)
{
    ngx_uint_t             i, n, plain;
    ngx_http_conf_port_t  *ports;
    ngx_http_conf_addr_t  *addrs;

    plain = 0;
    ports = cmcf->ports->elts;

    for (i = 0; i < cmcf->ports->nelts; i++) {
        addrs = ports[i].addrs.elts;

        for (n = 0; n < ports[i].addrs.nelts; n++) {

            if (!ngx_http_whatsauth_gate_warn_listens(&addrs[n], server)) {
                continue;
            }

            if (addrs[n].opt.ssl) {
                return 0;
            }

            plain |= !ngx_http_whatsauth_gate_warn_is_near(&addrs[n].opt);
        }
    }

    return plain;
}


static ngx_uint_t
ngx_http_whatsauth_gate_warn_listens(const ngx_http_conf_addr_t *addr,
    const ngx_http_core_srv_conf_t *server)
{
    ngx_uint_t                  i;
    ngx_http_core_srv_conf_t  **servers;

    servers = addr->servers.elts;

    for (i = 0; i < addr->servers.nelts; i++) {
        if (servers[i] == server) {
            return 1;
        }
    }

    return 0;
}


/* A socket of the file system is of this machine, too. */

static ngx_uint_t
ngx_http_whatsauth_gate_warn_is_near(const ngx_http_listen_opt_t *opt)
{
    return opt->sockaddr->sa_family == AF_UNIX
           || whatsauth_address_is_loopback(opt->sockaddr);
}


void
ngx_http_whatsauth_gate_warn_unused(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                             i;
    ngx_http_whatsauth_gate_condition_t  **conditions;

    conditions = mcf->gate_conditions.elts;

    for (i = 0; i < mcf->gate_conditions.nelts; i++) {

        if (conditions[i]->used) {
            continue;
        }

        ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf,
                           &conditions[i]->at,
                           "\"%V\" protects nothing: there is no "
                           "\"whatsauth_gate\" in its block",
                           &conditions[i]->directive);
    }
}

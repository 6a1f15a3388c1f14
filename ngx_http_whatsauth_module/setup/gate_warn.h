
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* Warnings about gates that do not protect as they seem to. */


#ifndef _NGX_HTTP_WHATSAUTH_GATE_WARN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_GATE_WARN_H_INCLUDED_


#include "kit/conf.h"


/* Warns once of a gate that lets in everybody who has WhatsApp. */
void ngx_http_whatsauth_gate_warn_open(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *wlcf);

/* Warns of a gated server that browsers reach without TLS. */
void ngx_http_whatsauth_gate_warn_plain(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf, ngx_http_core_srv_conf_t *server,
    const ngx_http_whatsauth_gate_line_t *line);

/* Warns of conditions that protect nothing, because no gate asks them. */
void ngx_http_whatsauth_gate_warn_unused(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_GATE_WARN_H_INCLUDED_ */

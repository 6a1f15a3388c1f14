
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "setup/gate_location.h"
#include "setup/location_beaten.h"


#if (NGX_PCRE)


#define NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_ID                                 \
    "018f2b1e-7c31-7a52-9d0e-3f6b8c2a4d10"


static void ngx_http_whatsauth_location_beaten_server(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf);
static void ngx_http_whatsauth_location_beaten_by(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *regex);
static ngx_int_t ngx_http_whatsauth_location_beaten_endpoint(ngx_conf_t *cf,
    const ngx_http_whatsauth_gate_block_t *ours,
    const ngx_http_whatsauth_gate_block_t *regex, ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_location_beaten_path(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *wlcf,
    const ngx_http_whatsauth_face_t *face, ngx_str_t *path);


void
ngx_http_whatsauth_location_beaten(ngx_conf_t *cf)
{
    ngx_uint_t                  n;
    ngx_http_core_srv_conf_t  **servers;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (n = 0; n < cmcf->servers.nelts; n++) {
        ngx_http_whatsauth_location_beaten_server(cf,
                       ngx_http_get_module_srv_conf(servers[n]->ctx,
                                                    ngx_http_whatsauth_module));
    }
}


static void
ngx_http_whatsauth_location_beaten_server(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf)
{
    ngx_uint_t                        i;
    ngx_http_whatsauth_gate_block_t  *blocks;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {
        if (blocks[i].core->regex != NULL && !blocks[i].conf->enabled) {
            ngx_http_whatsauth_location_beaten_by(cf, wscf, &blocks[i]);
        }
    }
}


/* One endpoint is enough for a warning. */

static void
ngx_http_whatsauth_location_beaten_by(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_gate_block_t *regex)
{
    ngx_str_t                         path;
    ngx_uint_t                        i;
    ngx_http_whatsauth_gate_block_t  *blocks;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {

        if (!blocks[i].conf->enabled
            || blocks[i].conf->face != NULL
            || blocks[i].core->noregex
            || blocks[i].around != regex->around)
        {
            continue;
        }

        if (ngx_http_whatsauth_location_beaten_endpoint(cf, &blocks[i], regex,
                                                        &path)
            == NGX_OK)
        {
            ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf,
                           &blocks[i].conf->at,
                           "location ~ \"%V\" takes \"%V\" from \"%V\": "
                           "write \"location ^~ %V\"",
                           &regex->core->name, &path,
                           &blocks[i].conf->directive, &blocks[i].core->name);
            return;
        }
    }
}


/* NGX_OK: the regex takes path from our location; else NGX_DECLINED. */

static ngx_int_t
ngx_http_whatsauth_location_beaten_endpoint(ngx_conf_t *cf,
    const ngx_http_whatsauth_gate_block_t *ours,
    const ngx_http_whatsauth_gate_block_t *regex, ngx_str_t *path)
{
    ngx_uint_t  i;

    for (i = 0; ours->conf->faces[i] != NULL; i++) {

        if (ngx_http_whatsauth_location_beaten_path(cf, ours->conf,
                                                    ours->conf->faces[i], path)
            == NGX_OK
            && ngx_regex_exec(regex->core->regex->regex, path, NULL, 0) >= 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* A request for the endpoint; an id follows a name that ends in "/". */

static ngx_int_t
ngx_http_whatsauth_location_beaten_path(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *wlcf,
    const ngx_http_whatsauth_face_t *face, ngx_str_t *path)
{
    const char  *id;

    if (face == &ngx_http_whatsauth_qr_face) {
        id = NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_ID ".svg";

    } else {
        id = face->name.len && face->name.data[face->name.len - 1] == '/'
             ? NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_ID : "";
    }

    path->data = ngx_pnalloc(cf->temp_pool, wlcf->prefix.len + face->name.len
                                            + ngx_strlen(id));
    if (path->data == NULL) {
        return NGX_ERROR;
    }

    path->len = ngx_sprintf(path->data, "%V%V%s", &wlcf->prefix, &face->name,
                            id)
                - path->data;

    return NGX_OK;
}


#else


void
ngx_http_whatsauth_location_beaten(ngx_conf_t *cf)
{
    /* void */
}


#endif


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "setup/regex_location.h"


#if (NGX_PCRE)


static void ngx_http_whatsauth_regex_location_server(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    ngx_http_whatsauth_regex_location_pt handler);
static void ngx_http_whatsauth_regex_location_ask(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    ngx_http_whatsauth_regex_location_pt handler);
static ngx_uint_t ngx_http_whatsauth_regex_location_beats(
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix);
static ngx_uint_t ngx_http_whatsauth_regex_location_is_prefix(
    const ngx_http_core_loc_conf_t *clcf);


void
ngx_http_whatsauth_regex_locations(ngx_conf_t *cf,
    ngx_http_whatsauth_regex_location_pt handler)
{
    ngx_uint_t                  n;
    ngx_http_core_srv_conf_t  **servers;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (n = 0; n < cmcf->servers.nelts; n++) {
        ngx_http_whatsauth_regex_location_server(cf,
                        ngx_http_get_module_srv_conf(servers[n]->ctx,
                                                     ngx_http_whatsauth_module),
                        handler);
    }
}


static void
ngx_http_whatsauth_regex_location_server(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    ngx_http_whatsauth_regex_location_pt handler)
{
    ngx_uint_t                       i;
    ngx_http_whatsauth_loc_conf_t  **blocks;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {
        if (blocks[i]->core->regex != NULL) {
            ngx_http_whatsauth_regex_location_ask(cf, wscf, blocks[i],
                                                  handler);
        }
    }
}


static void
ngx_http_whatsauth_regex_location_ask(ngx_conf_t *cf,
    const ngx_http_whatsauth_srv_conf_t *wscf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    ngx_http_whatsauth_regex_location_pt handler)
{
    ngx_uint_t                       i;
    ngx_http_whatsauth_loc_conf_t  **blocks;

    blocks = wscf->blocks.elts;

    for (i = 0; i < wscf->blocks.nelts; i++) {
        if (ngx_http_whatsauth_regex_location_beats(regex, blocks[i])
            && handler(cf, regex, blocks[i]))
        {
            return;
        }
    }
}


static ngx_uint_t
ngx_http_whatsauth_regex_location_beats(
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix)
{
    const ngx_http_whatsauth_loc_conf_t  *block;

    for (block = prefix;
         ngx_http_whatsauth_regex_location_is_prefix(block->core);
         block = block->around)
    {
        if (block->around == regex->around && !block->core->noregex) {
            return 1;
        }
    }

    return 0;
}


/* The block of a server has no name. */

static ngx_uint_t
ngx_http_whatsauth_regex_location_is_prefix(
    const ngx_http_core_loc_conf_t *clcf)
{
    return clcf->name.len != 0
           && !clcf->exact_match
           && clcf->regex == NULL
           && !clcf->named;
}


#else


void
ngx_http_whatsauth_regex_locations(ngx_conf_t *cf,
    ngx_http_whatsauth_regex_location_pt handler)
{
    /* void */
}


#endif

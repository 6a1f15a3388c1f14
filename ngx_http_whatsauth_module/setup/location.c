
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "kit/argument.h"
#include "login/template.h"
#include "provider/provider.h"
#include "setup/gate_location.h"
#include "setup/location.h"


static char *ngx_http_whatsauth_location_taken(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *wlcf, const ngx_str_t *directive);
static ngx_int_t ngx_http_whatsauth_location_push(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf);
static ngx_int_t ngx_http_whatsauth_location_block(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *prev, ngx_http_whatsauth_loc_conf_t *conf);
static ngx_int_t ngx_http_whatsauth_location_alone(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf);
static ngx_int_t ngx_http_whatsauth_location_app(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf);


void *
ngx_http_whatsauth_location_create_srv(ngx_conf_t *cf)
{
    ngx_http_whatsauth_srv_conf_t  *wscf;

    wscf = ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_srv_conf_t));
    if (wscf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&wscf->locations, cf->pool, 1,
                       sizeof(ngx_http_core_loc_conf_t *)) != NGX_OK
        || ngx_array_init(&wscf->blocks, cf->pool, 8,
                          sizeof(ngx_http_whatsauth_loc_conf_t *)) != NGX_OK)
    {
        return NULL;
    }

    return wscf;
}


void *
ngx_http_whatsauth_location_create(ngx_conf_t *cf)
{
    /*
     * set by ngx_pcalloc():
     *
     *     wlcf->core = NULL;
     *     wlcf->around = NULL;
     *     wlcf->faces = NULL;
     *     wlcf->face = NULL;
     *     wlcf->login = NULL;
     *     wlcf->prefix = { 0, NULL };
     *     wlcf->directive = { 0, NULL };
     *     wlcf->at = { { 0, NULL }, 0 };
     *     wlcf->gate = NULL;
     *     wlcf->gate_lines = { NULL, NULL, NULL };
     *     wlcf->enabled = 0;
     */

    return ngx_pcalloc(cf->pool, sizeof(ngx_http_whatsauth_loc_conf_t));
}


char *
ngx_http_whatsauth_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_loc_conf_t *wlcf = conf;

    char       *rv;
    ngx_str_t  *value;

    rv = ngx_http_whatsauth_location_take(cf, wlcf, ngx_http_whatsauth_faces);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "on") == 0) {
        return ngx_http_whatsauth_location_prefix(cf, "whatsauth on") == NGX_OK
               ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    wlcf->face = ngx_http_whatsauth_face_by_name(&value[1]);

    if (wlcf->face == NULL) {
        return ngx_http_whatsauth_argument_invalid(cf, "value", &value[1],
                             ", it must be \"on\" or the name of an endpoint");
    }

    return NGX_CONF_OK;
}


char *
ngx_http_whatsauth_location_take(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *wlcf,
    const ngx_http_whatsauth_face_t *const *faces)
{
    ngx_str_t                       *value;
    ngx_http_core_loc_conf_t        *clcf;
    ngx_http_whatsauth_main_conf_t  *mcf;

    value = cf->args->elts;

    if (wlcf->enabled) {
        return ngx_http_whatsauth_location_taken(cf, wlcf, &value[0]);
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    wlcf->enabled = 1;
    wlcf->faces = faces;
    wlcf->prefix = clcf->name;
    wlcf->directive = value[0];
    ngx_http_whatsauth_conf_line(cf, &wlcf->at);

    if (ngx_http_whatsauth_location_alone(cf, clcf) != NGX_OK
        || ngx_http_whatsauth_location_push(cf, clcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    clcf->handler = ngx_http_whatsauth_face_handler;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);

    if (mcf->carrier_ctx == NULL) {
        mcf->carrier_ctx = cf->ctx;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_whatsauth_location_taken(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *wlcf, const ngx_str_t *directive)
{
    if (wlcf->directive.len == directive->len) {
        return "is duplicate";
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" and \"%V\" in location \"%V\": give each a "
                       "location of its own", &wlcf->directive, directive,
                       &wlcf->prefix);

    return NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_whatsauth_location_push(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf)
{
    ngx_http_core_loc_conf_t       **location;
    ngx_http_whatsauth_srv_conf_t   *wscf;

    wscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_whatsauth_module);

    location = ngx_array_push(&wscf->locations);
    if (location == NULL) {
        return NGX_ERROR;
    }

    *location = clcf;

    return NGX_OK;
}


ngx_int_t
ngx_http_whatsauth_location_prefix(ngx_conf_t *cf, const char *what)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->name.len == 0
        || clcf->name.data[0] != '/'
        || clcf->name.data[clcf->name.len - 1] != '/'
        || clcf->exact_match
#if (NGX_PCRE)
        || clcf->regex
#endif
        || clcf->named)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" is allowed only in a prefix location that "
                           "ends in \"/\", not in \"%V\"", what, &clcf->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * A handler belongs to its own location: only the blocks "limit_except" and
 * "if" of that location inherit.  Exactly 1m means that client_max_body_size
 * was not set: raise it to what providers post.
 */

char *
ngx_http_whatsauth_location_merge(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_whatsauth_loc_conf_t *prev = parent;
    ngx_http_whatsauth_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->noname) {
        *conf = *prev;

    } else if (ngx_http_whatsauth_location_block(cf, prev, conf) != NGX_OK
               || ngx_http_whatsauth_gate_location_merge(cf, prev, conf)
                  != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (!conf->enabled) {
        return NGX_CONF_OK;
    }

    if (clcf->lmt_excpt) {

        if (ngx_http_whatsauth_location_alone(cf, clcf) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        clcf->handler = ngx_http_whatsauth_face_handler;
    }

    if (clcf->client_max_body_size == 1024 * 1024) {
        clcf->client_max_body_size = ngx_http_whatsauth_provider_body_max();
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_whatsauth_location_block(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *prev, ngx_http_whatsauth_loc_conf_t *conf)
{
    ngx_http_whatsauth_srv_conf_t   *wscf;
    ngx_http_whatsauth_loc_conf_t  **block;

    wscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_whatsauth_module);

    block = ngx_array_push(&wscf->blocks);
    if (block == NULL) {
        return NGX_ERROR;
    }

    *block = conf;

    conf->core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    conf->around = prev;

    return NGX_OK;
}


/*
 * Where two directives of a location set its handler, nginx silently takes the
 * last one.
 */

static ngx_int_t
ngx_http_whatsauth_location_alone(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf)
{
    ngx_http_whatsauth_loc_conf_t  *wlcf;

    if (clcf->handler == NULL
        || clcf->handler == ngx_http_whatsauth_face_handler)
    {
        return NGX_OK;
    }

    wlcf = clcf->loc_conf[ngx_http_whatsauth_module.ctx_index];

    ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &wlcf->at,
                       "\"%V\" and another content handler, such as "
                       "\"proxy_pass\", in location \"%V\": give each a "
                       "location of its own", &wlcf->directive, &clcf->name);

    return NGX_ERROR;
}


ngx_int_t
ngx_http_whatsauth_location_complete(ngx_conf_t *cf)
{
    ngx_uint_t                       i, n;
    ngx_http_core_srv_conf_t       **servers;
    ngx_http_core_loc_conf_t       **locations;
    ngx_http_core_main_conf_t       *cmcf;
    ngx_http_whatsauth_srv_conf_t   *wscf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (n = 0; n < cmcf->servers.nelts; n++) {

        wscf = ngx_http_get_module_srv_conf(servers[n]->ctx,
                                            ngx_http_whatsauth_module);
        locations = wscf->locations.elts;

        for (i = 0; i < wscf->locations.nelts; i++) {

            if (ngx_http_whatsauth_location_alone(cf, locations[i]) != NGX_OK
                || ngx_http_whatsauth_location_app(cf, locations[i]) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* An app may stand after the location that names it. */

static ngx_int_t
ngx_http_whatsauth_location_app(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf)
{
    ngx_http_whatsauth_loc_conf_t    *wlcf;
    ngx_http_whatsauth_main_conf_t   *mcf;
    ngx_http_whatsauth_login_conf_t  *login;

    wlcf = clcf->loc_conf[ngx_http_whatsauth_module.ctx_index];
    login = wlcf->login;

    if (login == NULL) {
        return NGX_OK;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    login->app = ngx_http_whatsauth_conf_app(mcf, login->name.data,
                                             login->name.len);

    if (login->app == NULL) {
        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &wlcf->at,
                           "there is no whatsauth_app \"%V\", which \"%V\" "
                           "names", &login->name, &wlcf->directive);
        return NGX_ERROR;
    }

    if (!login->app->login.on) {
        ngx_http_whatsauth_conf_log_error(NGX_LOG_EMERG, cf, &wlcf->at,
                           "whatsauth_app \"%V\", which \"%V\" names, has no "
                           "\"login on\"", &login->name, &wlcf->directive);
        return NGX_ERROR;
    }

    login->pages = ngx_http_whatsauth_template_create(cf, login->app,
                                                      &wlcf->prefix);

    return login->pages != NULL ? NGX_OK : NGX_ERROR;
}

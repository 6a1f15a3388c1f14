
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "face/face.h"
#include "setup/location_beaten.h"
#include "setup/regex_location.h"


#if (NGX_PCRE)


#define NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_ID                                 \
    "018f2b1e-7c31-7a52-9d0e-3f6b8c2a4d10"


static ngx_uint_t ngx_http_whatsauth_location_beaten_warn(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix);
static ngx_int_t ngx_http_whatsauth_location_beaten_endpoint(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *ours, ngx_regex_t *regex,
    ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_location_beaten_path(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *wlcf,
    const ngx_http_whatsauth_face_t *face, ngx_str_t *path);


void
ngx_http_whatsauth_location_beaten(ngx_conf_t *cf)
{
    ngx_http_whatsauth_regex_locations(cf,
                                     ngx_http_whatsauth_location_beaten_warn);
}


static ngx_uint_t
ngx_http_whatsauth_location_beaten_warn(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *regex,
    const ngx_http_whatsauth_loc_conf_t *prefix)
{
    ngx_str_t  path;

    if (regex->enabled
        || !prefix->enabled
        || prefix->face != NULL
        || ngx_http_whatsauth_location_beaten_endpoint(cf, prefix,
                                                   regex->core->regex->regex,
                                                   &path)
           != NGX_OK)
    {
        return 0;
    }

    ngx_http_whatsauth_conf_log_error(NGX_LOG_WARN, cf, &prefix->at,
                           "location ~ \"%V\" takes \"%V\" from \"%V\": "
                           "write \"location ^~ %V\"",
                           &regex->core->name, &path, &prefix->directive,
                           &prefix->core->name);

    return 1;
}


/* NGX_OK: the regex takes path from our location; else NGX_DECLINED. */

static ngx_int_t
ngx_http_whatsauth_location_beaten_endpoint(ngx_conf_t *cf,
    const ngx_http_whatsauth_loc_conf_t *ours, ngx_regex_t *regex,
    ngx_str_t *path)
{
    ngx_uint_t  i;

    for (i = 0; ours->faces[i] != NULL; i++) {

        if (ngx_http_whatsauth_location_beaten_path(cf, ours, ours->faces[i],
                                                    path)
            == NGX_OK
            && ngx_regex_exec(regex, path, NULL, 0) >= 0)
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

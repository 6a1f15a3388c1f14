
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/conf.h"


ngx_http_whatsauth_app_t *
ngx_http_whatsauth_conf_app(ngx_http_whatsauth_main_conf_t *mcf,
    const void *name, size_t len)
{
    ngx_uint_t                  i;
    ngx_http_whatsauth_app_t  **apps, *found;

    apps = mcf->apps.elts;
    found = NULL;

    for (i = 0; i < mcf->apps.nelts; i++) {
        if (apps[i]->name.len == len
            && ngx_memcmp(apps[i]->name.data, name, len) == 0)
        {
            found = apps[i];
        }
    }

    return found;
}


void
ngx_http_whatsauth_conf_line(ngx_conf_t *cf,
    ngx_http_whatsauth_conf_line_t *at)
{
    at->file = cf->conf_file->file.name;
    at->line = cf->conf_file->line;
}


/*
 * Some mistakes of a location show only at the end of http{}, and nginx would
 * name the line there.
 */

void ngx_cdecl
ngx_http_whatsauth_conf_log_error(ngx_uint_t level, ngx_conf_t *cf,
    const ngx_http_whatsauth_conf_line_t *at, const char *fmt, ...)
{
    u_char            buf[NGX_MAX_CONF_ERRSTR];
    va_list           args;
    ngx_str_t         text;
    ngx_conf_file_t  *file, place;

    va_start(args, fmt);
    text.data = buf;
    text.len = ngx_vslprintf(buf, buf + sizeof(buf), fmt, args) - buf;
    va_end(args);

    file = cf->conf_file;
    place = *file;
    place.file.name = at->file;
    place.line = at->line;

    cf->conf_file = &place;
    ngx_conf_log_error(level, cf, 0, "%V", &text);
    cf->conf_file = file;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The directives "whatsauth" and "whatsauth_login", and their locations. */


#ifndef _NGX_HTTP_WHATSAUTH_LOCATION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOCATION_H_INCLUDED_


#include "kit/conf.h"


char *ngx_http_whatsauth_location(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Gives the location to the directive that is read, which serves faces below
 * its prefix.  Refuses a second directive of ours and another module's
 * handler.
 */
char *ngx_http_whatsauth_location_take(ngx_conf_t *cf,
    ngx_http_whatsauth_loc_conf_t *wlcf,
    const ngx_http_whatsauth_face_t *const *faces);

/*
 * Refuses a location that cannot have endpoints below it; what is the
 * directive as its error text names it.
 */
ngx_int_t ngx_http_whatsauth_location_prefix(ngx_conf_t *cf, const char *what);

void *ngx_http_whatsauth_location_create_srv(ngx_conf_t *cf);
void *ngx_http_whatsauth_location_create(ngx_conf_t *cf);
char *ngx_http_whatsauth_location_merge(ngx_conf_t *cf, void *parent,
    void *child);

/*
 * Refuses a location whose handler a later directive has replaced, and a
 * "whatsauth_login" without its app.
 */
ngx_int_t ngx_http_whatsauth_location_complete(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_LOCATION_H_INCLUDED_ */

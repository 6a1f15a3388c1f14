
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_H_INCLUDED_


#include "kit/conf.h"


/*
 * Warns of each location by a regex that takes an endpoint from a prefix
 * location of ours: "location ~* \.(css|js)$", which many servers have, leaves
 * the login page without style and script.
 */
void ngx_http_whatsauth_location_beaten(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_LOCATION_BEATEN_H_INCLUDED_ */

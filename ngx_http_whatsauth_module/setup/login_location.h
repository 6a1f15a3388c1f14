
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_LOGIN_LOCATION_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_LOGIN_LOCATION_H_INCLUDED_


#include "kit/conf.h"


/* The directive "whatsauth_login". */
char *ngx_http_whatsauth_login_location(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_WHATSAUTH_LOGIN_LOCATION_H_INCLUDED_ */

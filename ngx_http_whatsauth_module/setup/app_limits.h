
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */



#ifndef _NGX_HTTP_WHATSAUTH_APP_LIMITS_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_LIMITS_H_INCLUDED_


#include "kit/conf.h"


/* Gives each app its share of the store, when all apps are known. */
void ngx_http_whatsauth_app_limits_complete(
    ngx_http_whatsauth_main_conf_t *mcf);


#endif /* _NGX_HTTP_WHATSAUTH_APP_LIMITS_H_INCLUDED_ */

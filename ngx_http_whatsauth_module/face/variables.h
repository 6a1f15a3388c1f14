
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_VARIABLES_H_INCLUDED_


#include "kit/module.h"


/* $whatsauth_app, $whatsauth_id and $whatsauth_result, for logs and maps. */
ngx_int_t ngx_http_whatsauth_variables_add(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_VARIABLES_H_INCLUDED_ */

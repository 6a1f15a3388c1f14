
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_


#include "kit/app.h"


/* The directive whatsauth_app NAME { ... }. */
char *ngx_http_whatsauth_app(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_HTTP_WHATSAUTH_APP_BLOCK_H_INCLUDED_ */

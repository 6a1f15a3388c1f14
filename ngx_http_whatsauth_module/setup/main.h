
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/* The directives of the block http, and the main configuration. */


#ifndef _NGX_HTTP_WHATSAUTH_MAIN_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_MAIN_H_INCLUDED_


#include "kit/conf.h"


/* All directives but those inside whatsauth_app. */
extern ngx_command_t  ngx_http_whatsauth_main_commands[];

void *ngx_http_whatsauth_main_create(ngx_conf_t *cf);
char *ngx_http_whatsauth_main_init(ngx_conf_t *cf, void *conf);

/*
 * Runs at the end of the block http: checks apps and locations together, and
 * prepares requests of our own.
 */
ngx_int_t ngx_http_whatsauth_main_complete(ngx_conf_t *cf);


#endif /* _NGX_HTTP_WHATSAUTH_MAIN_H_INCLUDED_ */

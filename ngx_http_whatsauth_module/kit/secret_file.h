
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_SECRET_FILE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_SECRET_FILE_H_INCLUDED_


#include "kit/module.h"


/*
 * Reads the first line of a file; a relative name belongs to the folder of the
 * configuration.  Logs its own [emerg], and a [warn] if the file is open.
 */
ngx_int_t ngx_http_whatsauth_secret_file(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *name, ngx_str_t *secret);

/*
 * 1 if every user of the machine may read or write the file: its mode allows
 * it, and each folder on the way to it lets others pass.
 */
ngx_uint_t ngx_http_whatsauth_secret_file_is_open(u_char *name,
    ngx_file_info_t *fi);


#endif /* _NGX_HTTP_WHATSAUTH_SECRET_FILE_H_INCLUDED_ */


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#ifndef _NGX_HTTP_WHATSAUTH_FILE_H_INCLUDED_
#define _NGX_HTTP_WHATSAUTH_FILE_H_INCLUDED_


#include "kit/module.h"


/*
 * Reads a file of the operator's for a directive, while the configuration is
 * read: it must be a regular file of at most max bytes.  name is whole, and
 * ends with a zero.  The content lives in the configuration's pool.
 */
ngx_int_t ngx_http_whatsauth_file_read(ngx_conf_t *cf, ngx_str_t *name,
    const char *directive, size_t max, ngx_str_t *content);


#endif /* _NGX_HTTP_WHATSAUTH_FILE_H_INCLUDED_ */

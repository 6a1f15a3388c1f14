
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "login/file.h"


static ngx_int_t ngx_http_whatsauth_file_content(ngx_conf_t *cf,
    ngx_file_t *file, const char *directive, size_t max, ngx_str_t *content);


ngx_int_t
ngx_http_whatsauth_file_read(ngx_conf_t *cf, ngx_str_t *name,
    const char *directive, size_t max, ngx_str_t *content)
{
    ngx_int_t   rc;
    ngx_file_t  file;

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.name = *name;
    file.log = cf->log;

    /* Opening a named pipe would block until something writes to it. */

    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                            NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" of \"%s\" directive failed",
                           name, directive);
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_file_content(cf, &file, directive, max, content);

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_file_content(ngx_conf_t *cf, ngx_file_t *file,
    const char *directive, size_t max, ngx_str_t *content)
{
    ssize_t          n;
    ngx_file_info_t  fi;

    if (ngx_fd_info(file->fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", &file->name);
        return NGX_ERROR;
    }

    if (!ngx_is_file(&fi) || (size_t) ngx_file_size(&fi) > max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"%s\" directive must be a regular file "
                           "of at most %uz bytes", &file->name, directive,
                           max);
        return NGX_ERROR;
    }

    content->len = ngx_file_size(&fi);
    content->data = ngx_pnalloc(cf->pool, content->len + 1);

    if (content->data == NULL) {
        return NGX_ERROR;
    }

    n = ngx_read_file(file, content->data, content->len, 0);

    if (n == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_file_n " \"%V\" failed", &file->name);
        return NGX_ERROR;
    }

    content->len = n;

    return NGX_OK;
}

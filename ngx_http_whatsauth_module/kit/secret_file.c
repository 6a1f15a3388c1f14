
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/secret_file.h"

#include <openssl/crypto.h>


#define NGX_HTTP_WHATSAUTH_SECRET_FILE_MAX  4096


static ngx_int_t ngx_http_whatsauth_secret_file_read(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_file_t *file, ngx_str_t *secret);


ngx_int_t
ngx_http_whatsauth_secret_file(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *name, ngx_str_t *secret)
{
    ngx_int_t   rc;
    ngx_file_t  file;

    if (name->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no path after \"file:\" in \"%V\" directive",
                           directive);
        return NGX_ERROR;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.name = *name;
    file.log = cf->log;

    if (ngx_conf_full_name(cf->cycle, &file.name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    /* Opening a named pipe would block until something writes to it. */

    file.fd = ngx_open_file(file.name.data,
                            NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                            NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%s\" of \"%V\" directive failed",
                           file.name.data, directive);
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_secret_file_read(cf, directive, &file, secret);

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%s\" failed", file.name.data);
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_secret_file_read(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_file_t *file, ngx_str_t *secret)
{
    u_char           *p, buf[NGX_HTTP_WHATSAUTH_SECRET_FILE_MAX];
    ssize_t           n;
    ngx_file_info_t   fi;

    if (ngx_fd_info(file->fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%s\" failed", file->name.data);
        return NGX_ERROR;
    }

    if (!ngx_is_file(&fi)
        || ngx_file_size(&fi) > NGX_HTTP_WHATSAUTH_SECRET_FILE_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" of \"%V\" directive must be a regular "
                           "file of at most %d bytes", file->name.data,
                           directive, NGX_HTTP_WHATSAUTH_SECRET_FILE_MAX);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_secret_file_is_open(file->name.data, &fi)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "the secret in \"%s\" is open to every user "
                           "of this machine: \"chmod 600\" that file",
                           file->name.data);
    }

    n = ngx_read_file(file, buf, NGX_HTTP_WHATSAUTH_SECRET_FILE_MAX, 0);

    if (n == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_file_n " \"%s\" failed", file->name.data);
        return NGX_ERROR;
    }

    p = ngx_strlchr(buf, buf + n, LF);
    secret->len = (p ? p : buf + n) - buf;

    if (secret->len && buf[secret->len - 1] == CR) {
        secret->len--;
    }

    secret->data = ngx_pnalloc(cf->pool, secret->len + 1);
    if (secret->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(secret->data, buf, secret->len);
    OPENSSL_cleanse(buf, sizeof(buf));

    return NGX_OK;
}


/* Walks up the folders on the way to the file. */

ngx_uint_t
ngx_http_whatsauth_secret_file_is_open(u_char *name, ngx_file_info_t *fi)
{
    u_char           *path, *p;
    ngx_uint_t        open;
    ngx_file_info_t   folder;

    if ((ngx_file_access(fi) & (S_IROTH|S_IWOTH)) == 0) {
        return 0;
    }

    path = ngx_realpath(name, NULL);
    if (path == NULL) {
        return 1;
    }

    open = 1;

    while (open && (p = (u_char *) strrchr((char *) path, '/')) != NULL) {

        p[1] = '\0';

        if (ngx_file_info(path, &folder) != NGX_FILE_ERROR) {
            open = (ngx_file_access(&folder) & S_IXOTH) != 0;
        }

        *p = '\0';
    }

    ngx_free(path);

    return open;
}

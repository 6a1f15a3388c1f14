
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/conf.h"
#include "kit/secret_source.h"

#include <openssl/crypto.h>


#define NGX_HTTP_WHATSAUTH_SECRET_MAX  4096


static ngx_uint_t ngx_http_whatsauth_secret_file_name(ngx_str_t *value,
    ngx_str_t *name);
static ngx_int_t ngx_http_whatsauth_secret_literal(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value);
static const char *ngx_http_whatsauth_secret_path_like(ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_secret_exists(ngx_conf_t *cf,
    ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_secret_literal_open(ngx_conf_t *cf);
static ngx_int_t ngx_http_whatsauth_secret_file(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *name, ngx_str_t *secret);
static ngx_int_t ngx_http_whatsauth_secret_read(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_file_t *file, ngx_str_t *secret);
static ngx_uint_t ngx_http_whatsauth_secret_open(u_char *name,
    ngx_file_info_t *fi);


ngx_int_t
ngx_http_whatsauth_secret_load(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret)
{
    ngx_str_t  name;

    if (ngx_http_whatsauth_secret_file_name(value, &name)) {
        return ngx_http_whatsauth_secret_file(cf, directive, &name, secret);
    }

    *secret = *value;

    return ngx_http_whatsauth_secret_literal(cf, directive, value);
}


ngx_int_t
ngx_http_whatsauth_secret_place(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *place)
{
    u_char     *p;
    ngx_str_t   name;

    ngx_str_null(&name);

    if (ngx_http_whatsauth_secret_file_name(value, &name)
        && ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(cf->pool, sizeof("line 1 of \"\" of \"\" directive")
                              + name.len + directive->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    place->data = p;

    if (name.len) {
        p = ngx_sprintf(p, "line 1 of \"%V\" of ", &name);
    }

    p = ngx_sprintf(p, "\"%V\" directive", directive);
    place->len = p - place->data;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_secret_file_name(ngx_str_t *value, ngx_str_t *name)
{
    if (value->len < 5 || ngx_strncmp(value->data, "file:", 5) != 0) {
        return 0;
    }

    name->len = value->len - 5;
    name->data = value->data + 5;

    return 1;
}


/* The message shows no part of the value, which may be a secret after all. */

static ngx_int_t
ngx_http_whatsauth_secret_literal(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value)
{
    ngx_int_t    exists;
    const char  *why;

    if (value->len == 0) {
        return NGX_OK;
    }

    why = ngx_http_whatsauth_secret_path_like(value);

    if (why == NULL) {
        exists = ngx_http_whatsauth_secret_exists(cf, value);

        if (exists == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (exists == NGX_OK) {
            why = "is the name of an existing file";
        }
    }

    if (why != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret in \"%V\" directive %s: write "
                           "\"file:PATH\" if it is in a file", directive, why);
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_secret_literal_open(cf);
}


/* Why the value can be a path or a misspelt "file:PATH", or NULL. */

static const char *
ngx_http_whatsauth_secret_path_like(ngx_str_t *value)
{
    u_char  *p, *last;

    p = value->data;
    last = value->data + value->len;

    if (ngx_strncmp(p, "./", 2) == 0 || ngx_strncmp(p, "../", 3) == 0
        || ngx_strncmp(p, "~/", 2) == 0
        || (*p == '/' && ngx_strlchr(p + 1, last, '/') != NULL))
    {
        return "looks like a path";
    }

    if (value->len < 4 || ngx_strncasecmp(p, (u_char *) "file", 4) != 0) {
        return NULL;
    }

    /* "file-of-a-name" is a word, "file-/etc/name" is not. */

    for (p += 4; *p == '-' || *p == '_'; p++) { /* void */ }

    return isalnum(*p) ? NULL : "begins with \"file\" but not with \"file:\"";
}


/* NGX_DECLINED: no file has that name, here or beside the configuration. */

static ngx_int_t
ngx_http_whatsauth_secret_exists(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_str_t        name;
    ngx_file_info_t  fi;

    name = *value;

    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_file_info(name.data, &fi) != NGX_FILE_ERROR
           || ngx_file_info(value->data, &fi) != NGX_FILE_ERROR
           ? NGX_OK : NGX_DECLINED;
}


/* Each file of the configuration is warned of once, however many secrets. */

static ngx_int_t
ngx_http_whatsauth_secret_literal_open(ngx_conf_t *cf)
{
    ngx_str_t                       *name, *warned;
    ngx_uint_t                       i;
    ngx_file_info_t                  fi;
    ngx_http_whatsauth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_whatsauth_module);
    name = &cf->conf_file->file.name;
    warned = mcf->open_files.elts;

    for (i = 0; i < mcf->open_files.nelts; i++) {
        if (warned[i].len == name->len
            && ngx_strncmp(warned[i].data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    if (ngx_fd_info(cf->conf_file->file.fd, &fi) == NGX_FILE_ERROR
        || !ngx_http_whatsauth_secret_open(name->data, &fi))
    {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "the secrets in \"%V\" are open to every user of this "
                       "machine: \"chmod 600\" that file, or move them to "
                       "files of their own with \"file:\"", name);

    warned = ngx_array_push(&mcf->open_files);
    if (warned == NULL) {
        return NGX_ERROR;
    }

    *warned = *name;

    return NGX_OK;
}


static ngx_int_t
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

    /* Opening a named pipe would wait for whoever writes to it. */

    file.fd = ngx_open_file(file.name.data,
                            NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                            NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%s\" of \"%V\" directive failed",
                           file.name.data, directive);
        return NGX_ERROR;
    }

    rc = ngx_http_whatsauth_secret_read(cf, directive, &file, secret);

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%s\" failed", file.name.data);
    }

    return rc;
}


static ngx_int_t
ngx_http_whatsauth_secret_read(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_file_t *file, ngx_str_t *secret)
{
    u_char           *p, buf[NGX_HTTP_WHATSAUTH_SECRET_MAX];
    ssize_t           n;
    ngx_file_info_t   fi;

    if (ngx_fd_info(file->fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%s\" failed", file->name.data);
        return NGX_ERROR;
    }

    if (!ngx_is_file(&fi)
        || ngx_file_size(&fi) > NGX_HTTP_WHATSAUTH_SECRET_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" of \"%V\" directive must be a regular "
                           "file of at most %d bytes", file->name.data,
                           directive, NGX_HTTP_WHATSAUTH_SECRET_MAX);
        return NGX_ERROR;
    }

    if (ngx_http_whatsauth_secret_open(file->name.data, &fi)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "the secret in \"%s\" is open to every user "
                           "of this machine: \"chmod 600\" that file",
                           file->name.data);
    }

    n = ngx_read_file(file, buf, NGX_HTTP_WHATSAUTH_SECRET_MAX, 0);

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


/*
 * 1 if others may read or write the file: its own mode allows it, and each
 * folder on the way to it lets them pass.
 */

static ngx_uint_t
ngx_http_whatsauth_secret_open(u_char *name, ngx_file_info_t *fi)
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

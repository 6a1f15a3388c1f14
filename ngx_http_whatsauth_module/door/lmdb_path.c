
/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * The directory of the store: what the configuration says of it, and how the
 * master makes it.
 */


#include "door/lmdb.h"


#define NGX_HTTP_WHATSAUTH_LMDB_SIZE_MIN  (16 * 1024 * 1024)


static ngx_int_t ngx_http_whatsauth_lmdb_path_look(ngx_conf_t *cf,
    ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_lmdb_path_parent(ngx_conf_t *cf,
    ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_lmdb_path_size(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_lmdb_path_make(u_char *path);
static void ngx_http_whatsauth_lmdb_path_give(ngx_cycle_t *cycle,
    ngx_str_t *path);


const ngx_http_whatsauth_option_t  ngx_http_whatsauth_lmdb_path_options[] = {

    { ngx_string("size"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_lmdb_path_size, 0, NULL, NULL },

    { ngx_string("retain"), NGX_HTTP_WHATSAUTH_OPTION_ONCE,
      ngx_http_whatsauth_door_retain, 0, NULL, NULL },

    { ngx_null_string, 0, NULL, 0, NULL, NULL }
};


/* Any text without the form of a URL is a path. */

ngx_uint_t
ngx_http_whatsauth_lmdb_path_recognise(const ngx_str_t *path)
{
    return ngx_strnstr(path->data, "://", path->len) == NULL;
}


ngx_int_t
ngx_http_whatsauth_lmdb_path_conf(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    if (ngx_conf_full_name(cf->cycle, &mcf->store.place, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_whatsauth_lmdb_path_look(cf, &mcf->store.place);
}


ngx_int_t
ngx_http_whatsauth_lmdb_path_complete(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    mcf->store.identity = mcf->store.place;

    return NGX_OK;
}


/*
 * nginx makes the store when it starts, and the directory above it only for
 * the default path: if neither can be made, each request would be a 503.  A
 * path that stat() cannot read is left to the start.
 */

static ngx_int_t
ngx_http_whatsauth_lmdb_path_look(ngx_conf_t *cf, ngx_str_t *path)
{
    ngx_err_t        err;
    ngx_file_info_t  fi;

    err = 0;

    if (ngx_file_info(path->data, &fi) == NGX_FILE_ERROR) {
        err = ngx_errno;

    } else if (!ngx_is_dir(&fi)) {
        err = NGX_ENOTDIR;
    }

    if (err == NGX_ENOTDIR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, err,
                           "a file is in the place of the store \"%V\" of "
                           "\"whatsauth_store\", or of a directory above it",
                           path);
        return NGX_ERROR;
    }

    if (err == 0
        || ngx_strcmp(path->data, NGX_HTTP_WHATSAUTH_STORE_DEFAULT) == 0)
    {
        return NGX_OK;
    }

    return ngx_http_whatsauth_lmdb_path_parent(cf, path);
}


static ngx_int_t
ngx_http_whatsauth_lmdb_path_parent(ngx_conf_t *cf, ngx_str_t *path)
{
    u_char          *parent, *p;
    ngx_file_info_t  fi;

    parent = ngx_pnalloc(cf->pool, path->len + 2);
    if (parent == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(parent, path->data, path->len + 1);

    for (p = parent + path->len; p > parent && p[-1] == '/'; p--) {
        /* void */
    }

    while (p > parent && p[-1] != '/') {
        p--;
    }

    if (p == parent) {
        *p++ = '.';
    }

    *p = '\0';

    if (ngx_file_info(parent, &fi) == NGX_FILE_ERROR
        && ngx_errno == NGX_ENOENT)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "no directory \"%s\" for the store \"%V\" of "
                           "\"whatsauth_store\"", parent, path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* LMDB wants a multiple of the page size. */

static ngx_int_t
ngx_http_whatsauth_lmdb_path_size(ngx_conf_t *cf,
    const ngx_http_whatsauth_option_t *option, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    off_t  size;

    size = value->len ? ngx_parse_offset(value) : NGX_ERROR;

    if (size < NGX_HTTP_WHATSAUTH_LMDB_SIZE_MIN) {
        return NGX_DECLINED;
    }

    mcf->store.size = ngx_align((size_t) size, ngx_pagesize);

    return NGX_OK;
}


/*
 * nginx starts although the directory cannot be made: the workers report it,
 * respond with 503 and go on trying.
 */

void
ngx_http_whatsauth_lmdb_path_prepare(ngx_cycle_t *cycle,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    if (ngx_http_whatsauth_lmdb_path_make(mcf->store.place.data)
        == NGX_FILE_ERROR)
    {
        if (ngx_errno != NGX_EEXIST) {
            ngx_log_error(NGX_LOG_WARN, cycle->log, ngx_errno,
                          ngx_create_dir_n " \"%V\" of \"whatsauth_store\" "
                          "failed", &mcf->store.place);
        }

        return;
    }

    if (geteuid() == 0) {
        ngx_http_whatsauth_lmdb_path_give(cycle, &mcf->store.place);
    }
}


static ngx_int_t
ngx_http_whatsauth_lmdb_path_make(u_char *path)
{
    ngx_int_t  rc;

    rc = ngx_create_dir(path, 0700);

    if (rc != NGX_FILE_ERROR || ngx_errno != NGX_ENOENT
        || ngx_strcmp(path, NGX_HTTP_WHATSAUTH_STORE_DEFAULT) != 0)
    {
        return rc;
    }

    /* The umask of the operator must not keep the workers out. */

    if (ngx_create_dir(NGX_HTTP_WHATSAUTH_STORE_PARENT, 0755) == NGX_FILE_ERROR
        || chmod(NGX_HTTP_WHATSAUTH_STORE_PARENT, 0755) == -1)
    {
        return NGX_FILE_ERROR;
    }

    return ngx_create_dir(path, 0700);
}


/*
 * Gives the directory to the user of the workers.  It does not follow a link,
 * which could give away any folder.
 */

static void
ngx_http_whatsauth_lmdb_path_give(ngx_cycle_t *cycle, ngx_str_t *path)
{
    int               fd;
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    fd = open((const char *) path->data,
              O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);

    if (fd == -1 || fchown(fd, ccf->user, ccf->group) == -1) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, ngx_errno,
                      "\"%V\" of \"whatsauth_store\" cannot be given to "
                      "uid %d", path, ccf->user);
    }

    if (fd != -1) {
        close(fd);
    }
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "door/store.h"
#include "kit/argument.h"
#include "kit/keys.h"
#include "setup/conf_store.h"


#define NGX_HTTP_WHATSAUTH_STORE_SIZE_MIN  (16 * 1024 * 1024)


static ngx_int_t ngx_http_whatsauth_conf_store_place(ngx_conf_t *cf,
    ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_conf_store_parent(ngx_conf_t *cf,
    ngx_str_t *path);
static ngx_int_t ngx_http_whatsauth_conf_store_size(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);
static ngx_int_t ngx_http_whatsauth_conf_store_retain(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object);


static const ngx_http_whatsauth_key_t  ngx_http_whatsauth_conf_store_keys[] = {

    { ngx_string("size"), NGX_HTTP_WHATSAUTH_KEY_ONCE,
      ngx_http_whatsauth_conf_store_size, 0, NULL },

    { ngx_string("retain"), NGX_HTTP_WHATSAUTH_KEY_ONCE,
      ngx_http_whatsauth_conf_store_retain, 0, NULL },

    { ngx_null_string, 0, NULL, 0, NULL }
};


char *
ngx_http_whatsauth_conf_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_whatsauth_main_conf_t *mcf = conf;

    ngx_str_t  *value;

    if (mcf->store.path.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    mcf->store.path = value[1];

    if (mcf->store.path.len == 0) {
        return "has an empty path";
    }

    if (ngx_conf_full_name(cf->cycle, &mcf->store.path, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_whatsauth_conf_store_place(cf, &mcf->store.path) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_whatsauth_keys(cf, 2, ngx_http_whatsauth_conf_store_keys,
                                   mcf, ": size= from 16m, retain=")
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/*
 * The store is made when nginx starts, the directory that it lies in only by
 * default: where neither can be, each request would be a 503.  What cannot be
 * looked at is left to the start.
 */

static ngx_int_t
ngx_http_whatsauth_conf_store_place(ngx_conf_t *cf, ngx_str_t *path)
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

    return ngx_http_whatsauth_conf_store_parent(cf, path);
}


static ngx_int_t
ngx_http_whatsauth_conf_store_parent(ngx_conf_t *cf, ngx_str_t *path)
{
    u_char           *parent, *p;
    ngx_file_info_t   fi;

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
ngx_http_whatsauth_conf_store_size(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    off_t  size;

    size = value->len ? ngx_parse_offset(value) : NGX_ERROR;

    if (size < NGX_HTTP_WHATSAUTH_STORE_SIZE_MIN) {
        return NGX_DECLINED;
    }

    mcf->store.size = ngx_align((size_t) size, ngx_pagesize);

    return NGX_OK;
}


static ngx_int_t
ngx_http_whatsauth_conf_store_retain(ngx_conf_t *cf,
    const ngx_http_whatsauth_key_t *key, ngx_str_t *value, void *object)
{
    ngx_http_whatsauth_main_conf_t *mcf = object;

    ngx_int_t  ms;

    ms = value->len ? ngx_http_whatsauth_argument_time(cf, value) : NGX_ERROR;

    if (ms == NGX_ERROR) {
        return NGX_DECLINED;
    }

    mcf->store.retain = ms;

    return NGX_OK;
}


/*
 * Old workers go on with the old store until their last request is done, so
 * a store that changed with a reload would hold only a part of the codes.
 */

ngx_int_t
ngx_http_whatsauth_conf_same_store(ngx_conf_t *cf,
    ngx_http_whatsauth_main_conf_t *mcf)
{
    ngx_uint_t                       i;
    ngx_cycle_t                     *old;
    ngx_http_whatsauth_main_conf_t  *omcf;

    old = cf->cycle->old_cycle;

    if (old == NULL || old->conf_ctx == NULL
        || old->conf_ctx[ngx_http_module.index] == NULL)
    {
        return NGX_OK;
    }

    /* The old configuration may have been without this module. */

    for (i = 0; i < old->modules_n; i++) {
        if (old->modules[i] == &ngx_http_whatsauth_module) {
            break;
        }
    }

    if (i == old->modules_n) {
        return NGX_OK;
    }

    omcf = ngx_http_cycle_get_module_main_conf(old, ngx_http_whatsauth_module);

    if (omcf->carrier_ctx == NULL) {
        return NGX_OK;
    }

    if (omcf->store.path.len != mcf->store.path.len
        || ngx_strncmp(omcf->store.path.data, mcf->store.path.data,
                       mcf->store.path.len) != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "whatsauth_store \"%V\" cannot be changed to "
                           "\"%V\" by a reload, restart nginx",
                           &omcf->store.path, &mcf->store.path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


#include "kit/conf.h"
#include "kit/secret_file.h"
#include "kit/secret_source.h"


static ngx_uint_t ngx_http_whatsauth_secret_source_file_name(ngx_str_t *value,
    ngx_str_t *name);
static ngx_int_t ngx_http_whatsauth_secret_source_literal(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_str_t *value);
static const char *ngx_http_whatsauth_secret_source_path_like(ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_secret_source_exists(ngx_conf_t *cf,
    ngx_str_t *value);
static ngx_int_t ngx_http_whatsauth_secret_source_warn_config(ngx_conf_t *cf);


ngx_int_t
ngx_http_whatsauth_secret_source_load(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *secret)
{
    ngx_str_t  name;

    if (ngx_http_whatsauth_secret_source_file_name(value, &name)) {
        return ngx_http_whatsauth_secret_file(cf, directive, &name, secret);
    }

    *secret = *value;

    return ngx_http_whatsauth_secret_source_literal(cf, directive, value);
}


ngx_int_t
ngx_http_whatsauth_secret_source_name(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, ngx_str_t *source)
{
    u_char     *p;
    ngx_str_t   name;

    ngx_str_null(&name);

    if (ngx_http_whatsauth_secret_source_file_name(value, &name)
        && ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(cf->pool, sizeof("line 1 of \"\" of \"\" directive")
                              + name.len + directive->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    source->data = p;

    if (name.len) {
        p = ngx_sprintf(p, "line 1 of \"%V\" of ", &name);
    }

    p = ngx_sprintf(p, "\"%V\" directive", directive);
    source->len = p - source->data;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_whatsauth_secret_source_file_name(ngx_str_t *value, ngx_str_t *name)
{
    if (value->len < 5 || ngx_strncmp(value->data, "file:", 5) != 0) {
        return 0;
    }

    name->len = value->len - 5;
    name->data = value->data + 5;

    return 1;
}


/* The value may be a secret after all: no error text shows a part. */

static ngx_int_t
ngx_http_whatsauth_secret_source_literal(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value)
{
    ngx_int_t    exists;
    const char  *why;

    if (value->len == 0) {
        return NGX_OK;
    }

    why = ngx_http_whatsauth_secret_source_path_like(value);

    if (why == NULL) {
        exists = ngx_http_whatsauth_secret_source_exists(cf, value);

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

    return ngx_http_whatsauth_secret_source_warn_config(cf);
}


/* Why the value is taken for a path or a misspelt "file:PATH", or NULL. */

static const char *
ngx_http_whatsauth_secret_source_path_like(ngx_str_t *value)
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
ngx_http_whatsauth_secret_source_exists(ngx_conf_t *cf, ngx_str_t *value)
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


/* Warns once of each file of the configuration, however many secrets it has. */

static ngx_int_t
ngx_http_whatsauth_secret_source_warn_config(ngx_conf_t *cf)
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
        || !ngx_http_whatsauth_secret_file_is_open(name->data, &fi))
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
